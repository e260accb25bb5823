import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LiveMessage, messageLog } from '../../client/live/message-log.ts';

const message = (seq: number, revision = 1, reactions: LiveMessage['reactions'] = []): LiveMessage => ({
  id: `00000000-0000-8000-8000-${String(seq).padStart(12, '0')}`,
  conversationId: '00000000-0000-4000-8000-000000000000',
  senderUserId: null,
  type: 'text',
  text: `${seq}, ${revision}`,
  replyToMessageId: null,
  systemEvent: null,
  createdAt: new Date(seq).toISOString(),
  seq,
  revision,
  editedAt: null,
  deletedAt: null,
  reactions,
});

const reaction = { id: 'r', messageId: message(1).id, userId: 'u', emoji: '+1', createdAt: '' };
const reacted = (event: 'reaction.added' | 'reaction.removed', revision: number) => ({
  type: 'event' as const,
  event,
  seq: 1,
  at: '',
  data: { reaction, revision },
});

test('in whatever order and however often messages come, each is there once, in order, in its newest copy', () => {
  const copies = fc.array(fc.record({ seq: fc.integer({ min: 1, max: 8 }), revision: fc.integer({ min: 1, max: 4 }) }));
  fc.assert(
    fc.property(copies, fc.integer({ min: 0, max: 3 }), (all, before) => {
      const log = messageLog(before);
      const newest = new Map<number, number>();
      for (const { seq, revision } of all) {
        log.add(message(seq, revision));
        if (seq > before) newest.set(seq, Math.max(newest.get(seq) ?? 0, revision));
      }
      const expected = [...newest].sort(([a], [b]) => a - b).map(([seq, revision]) => message(seq, revision));
      expect(log.messages).toEqual(expected);
      let through = before;
      while (newest.has(through + 1)) through += 1;
      expect(log.through).toBe(through);
      expect(log.last?.seq).toBe(through === before ? undefined : through);
    }),
  );
});

test('a reaction is taken in where it follows what is known; else the message is to be read again', () => {
  const log = messageLog(0);
  log.add(message(1));
  expect(log.react(reacted('reaction.added', 2))).toBe('done');
  expect(log.messages).toEqual([{ ...message(1), revision: 2, reactions: [reaction] }]);
  expect(log.react(reacted('reaction.added', 2))).toBe('done');
  expect(log.messages[0]?.reactions).toHaveLength(1);
  expect(log.react(reacted('reaction.removed', 3))).toBe('done');
  expect(log.messages[0]?.reactions).toEqual([]);
  expect(log.react(reacted('reaction.added', 5))).toBe('stale');
  expect(log.messages[0]?.revision).toBe(3);
});

test('where not all reactions were shown, a change of them cannot be reckoned', () => {
  const log = messageLog(0);
  log.add({ ...message(1), reactionsTruncated: true });
  expect(log.react(reacted('reaction.added', 2))).toBe('stale');
});
