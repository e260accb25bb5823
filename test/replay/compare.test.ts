import { describe, expect, test } from 'vitest';
import type { Message } from '../../replay/api.ts';
import { compare, type Difference, type Sent } from '../../replay/compare.ts';

const time = (seconds: number): string => new Date(seconds * 1_000).toISOString();

const read: readonly Message[] = ['one', 'two', 'three', 'four'].map((text, at) => ({
  id: `id-${at + 1}`,
  conversationId: 'c',
  senderUserId: at % 2 === 0 ? 'ann' : 'bea',
  type: 'text',
  text,
  replyToMessageId: at === 2 ? 'id-1' : null,
  systemEvent: null,
  // Two messages of one millisecond are nothing unusual.
  createdAt: time(Math.floor(at / 2)),
  seq: at + 1,
  revision: 1,
  editedAt: null,
  deletedAt: null,
  reactions: [],
}));
const sent: readonly Sent[] = read.map(({ id, senderUserId, text, replyToMessageId }) => ({
  id,
  senderUserId,
  text,
  replyToMessageId,
}));

const numbered = (messages: readonly Message[]) => messages.map((message, at) => ({ ...message, seq: at + 1 }));
const changed = (seq: number, change: Partial<Message>) =>
  read.map((message) => (message.seq === seq ? { ...message, ...change } : message));
const [one, two, three, four] = read.map((message) => [message]);

test('what was read as it was sent differs in nothing', () => {
  expect(compare(sent, read)).toEqual([]);
  expect(compare([], [])).toEqual([]);
});

describe('each difference is told', () => {
  const cases: [string, readonly Message[] | undefined, Difference[]][] = [
    ['lost', numbered(read.toSpliced(1, 1)), [{ kind: 'lost', message: 'message 2 is missing: "two"' }]],
    ['lost at the end', read.slice(0, 3), [{ kind: 'lost', message: 'message 4 is missing: "four"' }]],
    [
      'doubled',
      read.toSpliced(2, 0, ...(two ?? [])),
      [
        { kind: 'doubled', message: 'message 2 is there 2 times: "two"' },
        { kind: 'seq', message: 'seq 2 stands where 3 should' },
        { kind: 'id', message: 'the id of message 2 does not rise: id-2 after id-2' },
      ],
    ],
    [
      'stored twice, by two ids',
      numbered([...read, ...changed(4, { id: 'id-5' }).slice(3)]),
      [{ kind: 'unknown', message: 'nobody was told of id-5: "four"' }],
    ],
    [
      'reordered',
      numbered([one, three, two, four].flatMap((message) => message ?? [])),
      [
        { kind: 'reordered', message: 'message 2 comes after message 3' },
        { kind: 'id', message: 'the id of message 3 does not rise: id-2 after id-3' },
        { kind: 'createdAt', message: `message 3 was created at ${time(0)}, before the one before it (${time(1)})` },
      ],
    ],
    [
      'wrong author',
      changed(2, { senderUserId: 'ann' }),
      [{ kind: 'author', message: 'message 2 has author "ann", sent was "bea"' }],
    ],
    [
      'wrong text',
      changed(3, { text: null }),
      [{ kind: 'text', message: 'message 3 has text null, sent was "three"' }],
    ],
    [
      'wrong link',
      changed(3, { replyToMessageId: 'id-2' }),
      [{ kind: 'link', message: 'message 3 has link "id-2", sent was "id-1"' }],
    ],
    [
      'link that nobody made',
      changed(4, { replyToMessageId: 'id-2' }),
      [{ kind: 'link', message: 'message 4 has link "id-2", sent was null' }],
    ],
    [
      'gap',
      read.map((message) => (message.seq > 2 ? { ...message, seq: message.seq + 1 } : message)),
      [{ kind: 'seq', message: 'seq 4 stands where 3 should' }],
    ],
    [
      'beginning after 1',
      read.map((message) => ({ ...message, seq: message.seq + 1 })),
      [{ kind: 'seq', message: 'seq 2 stands where 1 should' }],
    ],
    [
      'time that falls',
      changed(4, { createdAt: time(0) }),
      [{ kind: 'createdAt', message: `message 4 was created at ${time(0)}, before the one before it (${time(1)})` }],
    ],
  ];
  test.each(cases)('%s', (_, messages, differences) => {
    expect(compare(sent, messages ?? [])).toEqual(differences);
  });
});

test('a long text is cut', () => {
  const [difference] = compare(sent, changed(1, { text: 'x'.repeat(5_000) }));
  expect(difference?.message.length).toBeLessThan(120);
});
