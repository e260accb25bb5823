import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createdAtOf, messageId, newConversationId, nextCreatedAt, tailOf, timePrefix } from '../../core/domain/ids.ts';
import { participantId } from '../../core/domain/participant.ts';

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const millis = fc.integer({ min: 0, max: 2 ** 47 });

test('message ids rise with seq under any clock, through every turn of the 12 bits, and time never falls', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.array(millis, { minLength: 1, maxLength: 8 }),
      (firstSeq, clock) => {
        const tail = tailOf(newConversationId(clock[0] ?? 0));
        let createdAt = 0;
        let previous = '';
        for (let seq = firstSeq; seq < firstSeq + 4_200; seq += 1) {
          const next: number = nextCreatedAt(seq, clock[seq % clock.length] ?? 0, createdAt);
          const id = messageId(tail, seq, next);
          if (!(id > previous && next >= createdAt && createdAtOf(id) === next)) return false;
          previous = id;
          createdAt = next;
        }
        return true;
      },
    ),
    { numRuns: 25 },
  );
});

test('a message id is a UUIDv8 that ends as its conversation’s id does', () => {
  fc.assert(
    fc.property(millis, millis, fc.integer({ min: 1, max: 2 ** 31 - 1 }), (born, sent, seq) => {
      const conversationId = newConversationId(born);
      const id = messageId(tailOf(conversationId), seq, sent);
      return uuidShape.test(id) && id[14] === '8' && tailOf(id) === tailOf(conversationId) && id > timePrefix(sent);
    }),
  );
});

test('conversation ids sort by creation, and 62 bits of each are random', () => {
  expect(newConversationId(1_000) < newConversationId(2_000)).toBe(true);
  const tails = Array.from({ length: 2_000 }, () => BigInt(`0x${tailOf(newConversationId(1_000))}`));
  expect(new Set(tails).size).toBe(tails.length);
  for (let bit = 0n; bit < 62n; bit += 1n) {
    const ones = tails.filter((tail) => ((tail >> bit) & 1n) === 1n).length;
    // Two thousand fair coins: ten deviations from the mean do not happen.
    expect(Math.abs(ones - 1_000)).toBeLessThan(224);
  }
});

test('a participant’s id is a UUID of its own, the same each time', () => {
  const [one, two] = [newConversationId(1), newConversationId(2)];
  const user = '550e8400-e29b-41d4-a716-446655440000';
  expect(participantId(one, user)).toMatch(uuidShape);
  expect(participantId(one, user)).toBe(participantId(one, user));
  expect(participantId(one, user)).not.toBe(participantId(two, user));
});
