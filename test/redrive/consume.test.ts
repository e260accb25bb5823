import fc from 'fast-check';
import { expect, test } from 'vitest';
import { consume, type Invoke } from '../../redrive/consume.ts';

const records = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ dynamodb: { SequenceNumber: `${100 + index}` } }));

test('what can be consumed is, in order, whatever fails beside it; and what fails is told', async () => {
  const cases = fc.record({ poisonous: fc.array(fc.boolean(), { minLength: 1, maxLength: 20 }), names: fc.boolean() });
  await fc.assert(
    fc.asyncProperty(cases, async ({ poisonous, names }) => {
      const given = records(poisonous.length);
      const isPoison = (record: (typeof given)[number]) => poisonous[given.indexOf(record)] === true;
      const consumed: string[] = [];
      // A function stops at what it cannot consume, and names it, or fails as a whole.
      const invoke: Invoke = async ({ Records }) => {
        for (const record of given.filter((one) => Records.includes(one))) {
          const { SequenceNumber } = record.dynamodb;
          if (isPoison(record))
            return names ? { answer: { batchItemFailures: [{ itemIdentifier: SequenceNumber }] } } : undefined;
          consumed.push(SequenceNumber);
        }
        return { answer: { batchItemFailures: [] } };
      };
      expect(await consume(invoke, given)).toEqual(given.filter(isPoison));
      const inOrder = [...new Set(consumed)];
      expect(inOrder).toEqual(
        given.filter((record) => !isPoison(record)).map(({ dynamodb }) => dynamodb.SequenceNumber),
      );
    }),
  );
});

test.each([
  ['nothing', null, 0],
  ['no failures', { batchItemFailures: null }, 0],
  ['a record that it was not given', { batchItemFailures: [{ itemIdentifier: '7' }] }, 1],
  ['an empty name', { batchItemFailures: [{ itemIdentifier: '' }] }, 1],
  ['what makes no sense', { batchItemFailures: 'all' }, 1],
])('of a function that answers %s, %j, so many failed: %i', async (_, answer, failed) => {
  expect(await consume(async () => ({ answer }), records(1))).toHaveLength(failed);
});
