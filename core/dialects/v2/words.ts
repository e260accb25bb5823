import type * as z from 'zod/mini';
import { expectsUuid, Rule } from '../../contract/values.ts';
import type { Words } from '../codec.ts';

const MISSING = 'Field required';
const NO_UUID = 'UUID input should be a string, bytes or UUID object';
const NO_OBJECT = 'Input should be a valid dictionary or object to extract fields from';

/** Of what has a message to itself. */
const typeOfMessage: Readonly<Record<string, string>> = {
  [MISSING]: 'missing',
  [NO_UUID]: 'uuid_type',
  [NO_OBJECT]: 'model_attributes_type',
};

const nouns: Readonly<Record<string, string>> = { array: 'list' };
const nounOf = (expected: string): string => nouns[expected] ?? expected;

const ofRule = ({ rule, most }: Rule): string =>
  ({
    blank: 'String should have at least 1 character',
    long: `String should have at most ${most} characters`,
    ill_formed: 'Input should be a valid string, unable to parse raw data as a unicode string',
    label: 'Value error, must not hold control characters or outer white space',
    dots: 'Value error, must not be . or ..',
    deep: `Value error, must not be nested deeper than ${most} levels`,
    bytes: `Value error, must have at most ${most} bytes`,
    integer: 'Input should be a valid integer, unable to parse string as an integer',
  })[rule];

const typeOfRule: Readonly<Record<Rule['rule'], string>> = {
  blank: 'string_too_short',
  long: 'string_too_long',
  ill_formed: 'string_unicode',
  label: 'value_error',
  dots: 'value_error',
  bytes: 'value_error',
  deep: 'value_error',
  integer: 'int_parsing',
};

function ofType(issue: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidType>): string {
  if (issue.input === undefined) return MISSING;
  if (expectsUuid(issue)) return NO_UUID;
  return issue.expected === 'object' ? NO_OBJECT : `Input should be a valid ${nounOf(issue.expected)}`;
}

const message: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return ofType(issue);
    case 'invalid_format':
      return issue.format === 'guid' ? 'Input should be a valid UUID' : 'Value error, is invalid';
    case 'invalid_value':
      return issue.input === undefined
        ? MISSING
        : `Input should be ${issue.values.map((one) => `'${String(one)}'`).join(' or ')}`;
    case 'too_small':
      return `Input should be greater than or equal to ${issue.minimum}`;
    case 'too_big':
      return issue.origin === 'array'
        ? `List should have at most ${issue.maximum} items`
        : `Input should be less than or equal to ${issue.maximum}`;
    case 'custom': {
      const broken = Rule.safeParse(issue.params);
      return broken.success ? ofRule(broken.data) : 'Value error, is invalid';
    }
    default:
      return 'Value error, is invalid';
  }
};

function type(issue: z.core.$ZodIssue): string {
  const known = typeOfMessage[issue.message];
  if (known !== undefined) return known;
  switch (issue.code) {
    case 'invalid_type':
      return `${nounOf(issue.expected)}_type`;
    case 'invalid_format':
      return issue.format === 'guid' ? 'uuid_parsing' : 'value_error';
    case 'invalid_value':
      return 'enum';
    case 'too_small':
      return 'greater_than_equal';
    case 'too_big':
      return issue.origin === 'array' ? 'too_long' : 'less_than_equal';
    case 'custom': {
      const broken = Rule.safeParse(issue.params);
      return broken.success ? typeOfRule[broken.data.rule] : 'value_error';
    }
    default:
      return 'value_error';
  }
}

/** How the dialect of organizations says what is wrong with a value, and calls that kind of fault. */
export const words: Words = { message, type };
