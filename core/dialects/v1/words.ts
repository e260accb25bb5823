import type * as z from 'zod/mini';
import { expectsUuid, Rule } from '../../contract/values.ts';
import type { Words } from '../codec.ts';

// Laravel's own, in which `:attribute` stands for the field.
const REQUIRED = 'The :attribute field is required.';
const INVALID = 'The :attribute field format is invalid.';
const SELECTED = 'The selected :attribute is invalid.';
const must = (what: string): string => `The :attribute field must ${what}.`;

const UUID = must('be a valid UUID');

const nouns: Readonly<Record<string, string>> = {
  string: 'a string',
  int: 'an integer',
  number: 'an integer',
  array: 'an array',
  object: 'an array',
  record: 'an array',
};

const ofRule = ({ rule, most = 0 }: Rule): string =>
  ({
    blank: REQUIRED,
    long: must(`not be greater than ${most} characters`),
    ill_formed: INVALID,
    label: INVALID,
    dots: INVALID,
    deep: must(`not be nested deeper than ${most} levels`),
    bytes: must(`not be greater than ${most / 1024} kilobytes`),
    integer: must('be an integer'),
  })[rule];

const isMissing = (input: unknown): boolean => input === undefined || input === null || input === '';

const message: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'custom') {
    const broken = Rule.safeParse(issue.params);
    return broken.success ? ofRule(broken.data) : INVALID;
  }
  if (isMissing(issue.input)) return REQUIRED;
  switch (issue.code) {
    case 'invalid_type':
      if (expectsUuid(issue)) return UUID;
      return must(`be ${nouns[issue.expected] ?? `a ${issue.expected}`}`);
    case 'invalid_format':
      return issue.format === 'guid' ? UUID : INVALID;
    case 'invalid_value':
      return SELECTED;
    case 'too_small':
      return must(`be at least ${issue.minimum}`);
    case 'too_big':
      return issue.origin === 'array'
        ? must(`not have more than ${issue.maximum} items`)
        : must(`not be greater than ${issue.maximum}`);
    default:
      return INVALID;
  }
};

/** How the dialect of platforms says what is wrong with a value. */
export const words: Words = { message };
