import * as z from 'zod/mini';
import { Problem } from '../problem.ts';

/** Whether a record, as JSON, passes a filter. */
export type Filter = (record: unknown) => boolean;

/** Whether the values at one place pass: none where there is nothing, or something with parts of its own. */
type Test = (values: readonly Scalar[]) => boolean;

const Scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
type Scalar = z.output<typeof Scalar>;

const Operators = z.union([
  Scalar,
  z.strictObject({ prefix: z.string() }),
  z.strictObject({ suffix: z.string() }),
  z.strictObject({ exists: z.boolean() }),
  z.strictObject({ 'equals-ignore-case': z.string() }),
  z.strictObject({ 'anything-but': z.union([Scalar, z.array(Scalar)]) }),
]);

const Parts = z.record(z.string(), z.unknown());

/**
 * Reads one pattern of an event source mapping's `FilterCriteria`. It is played as Lambda has it for DynamoDB: equality with
 * any of several values, prefix, suffix, equality in either case, anything but, existence of a leaf, all of several fields,
 * and `$or`. Numbers are text in a stream's records, so comparing them is refused, as is all else.
 * @throws Problem naming what is not played
 */
export function readFilter(pattern: string): Filter {
  const refuse = (what: string) =>
    new Problem(`unable to play the filter ${pattern}; the laptop does not know ${what}`);

  const leaf = (tests: readonly unknown[]): Test => {
    const any = tests.map((test): Test => {
      const operator = Operators.safeParse(test);
      if (!operator.success) throw refuse(JSON.stringify(test));
      return testOf(operator.data);
    });
    return (values) => any.some((test) => test(values));
  };

  const branch = (parts: unknown): Filter => {
    const read = Parts.safeParse(parts);
    if (!read.success) throw refuse(JSON.stringify(parts));
    const all = Object.entries(read.data).map(([name, part]): Filter => {
      if (name === '$or') {
        if (!Array.isArray(part)) throw refuse(JSON.stringify(part));
        const any = part.map(branch);
        return (value) => any.some((filter) => filter(value));
      }
      if (!Array.isArray(part)) {
        const filter = branch(part);
        return (value) => filter(partOf(value, name));
      }
      const test = leaf(part);
      return (value) => test(scalarsOf(partOf(value, name)));
    });
    return (value) => all.every((filter) => filter(value));
  };

  const parts = Parts.parse(JSON.parse(pattern));
  const other = Object.keys(parts).find((name) => name !== 'dynamodb');
  // Of a record from DynamoDB, Lambda compares this part alone.
  if (other !== undefined) throw refuse(`${other} beside dynamodb`);
  return branch(parts);
}

function testOf(operator: z.output<typeof Operators>): Test {
  if (operator === null || typeof operator !== 'object') return (values) => values.includes(operator);
  if ('exists' in operator) return (values) => values.length > 0 === operator.exists;
  if ('anything-but' in operator) {
    const excluded = [operator['anything-but']].flat();
    return (values) => values.some((value) => !excluded.includes(value));
  }
  const text = textTest(operator);
  return (values) => values.some((value) => typeof value === 'string' && text(value));
}

function textTest(
  operator: { prefix: string } | { suffix: string } | { 'equals-ignore-case': string },
): (value: string) => boolean {
  if ('prefix' in operator) return (value) => value.startsWith(operator.prefix);
  if ('suffix' in operator) return (value) => value.endsWith(operator.suffix);
  const lower = operator['equals-ignore-case'].toLowerCase();
  return (value) => value.toLowerCase() === lower;
}

const partOf = (value: unknown, name: string): unknown => {
  const parts = Parts.safeParse(value);
  return parts.success && Object.hasOwn(parts.data, name) ? parts.data[name] : undefined;
};

/** The values at a leaf: of a list, each. */
const scalarsOf = (value: unknown): Scalar[] =>
  [value].flat().flatMap((one) => {
    const scalar = Scalar.safeParse(one);
    return scalar.success ? [scalar.data] : [];
  });
