import type * as z from 'zod/mini';
import { Rule } from '../../contract/values.ts';
import type { Words } from '../codec.ts';

const ofRule = ({ rule, most }: Rule): string =>
  ({
    blank: 'must not be blank',
    long: `must have at most ${most} characters`,
    ill_formed: 'must be well-formed Unicode',
    label: 'must not hold control characters or outer white space',
    dots: 'must not be . or ..',
    deep: `must not be nested deeper than ${most} levels`,
    bytes: `must have at most ${most} bytes`,
    integer: 'must be a whole number',
  })[rule];

const message: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`;
    case 'invalid_format':
      return issue.format === 'guid' ? 'must be a UUID' : 'is invalid';
    case 'too_small':
      return `must be at least ${issue.minimum}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    case 'custom': {
      const broken = Rule.safeParse(issue.params);
      return broken.success ? ofRule(broken.data) : 'is invalid';
    }
    default:
      return 'is invalid';
  }
};

/** How the native dialect, and the live one, say what is wrong with a value. */
export const words: Words = { message };
