import { describe, expect, test } from 'vitest';
import type { Message } from '../../replay/api.ts';
import { compare, type Difference, type Meant } from '../../replay/compare.ts';
import { userIdOf } from '../../replay/people.ts';

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
const sent: readonly Meant[] = read.map(({ seq, id, senderUserId, text, replyToMessageId, systemEvent }) => ({
  seq,
  id,
  senderUserId,
  text,
  replyToMessageId,
  systemEvent,
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
      'wrong type',
      changed(2, { type: 'system' }),
      [{ kind: 'type', message: 'message 2 has type "system", sent was "text"' }],
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

describe('messages that tell of joins and leaves', () => {
  const [ann, bea] = ['ann', 'bea'].map(userIdOf) as [string, string];
  const tells = (seq: number, systemEvent: 'join' | 'leave', user: string, change: Partial<Message> = {}): Message[] =>
    changed(1, {
      id: `id-${seq}`,
      seq,
      type: 'system',
      senderUserId: null,
      text: `${user} did`,
      systemEvent,
      ...change,
    }).slice(0, 1);
  const says = (seq: number): Message[] => changed(1, { id: `id-${seq}`, seq }).slice(0, 1);
  const told = [...tells(1, 'join', ann), ...says(2), ...tells(3, 'leave', ann), ...tells(4, 'join', ann), ...says(5)];
  const meant: readonly Meant[] = told.map((message) => {
    if (message.systemEvent === null) return message;
    return { ...message, id: null, text: ann };
  });

  test('each is there, in its place, whatever its words', () => {
    expect(compare(meant, told)).toEqual([]);
  });

  test('what was said is in its place among them', () => {
    const said = (messages: readonly Message[]) => messages.filter(({ systemEvent }) => systemEvent === null);
    const meantToBeSaid = meant.filter(({ systemEvent }) => systemEvent === null);
    expect(compare(meantToBeSaid, said(told))).toEqual([]);
    expect(compare(meantToBeSaid, [...says(2), ...changed(1, { id: 'id-5', seq: 3 }).slice(0, 1)])).toEqual([
      { kind: 'seq', message: 'seq 3 stands where 5 should' },
    ]);
  });

  const nothing = (seq: number, what: string): Difference => ({
    kind: 'system message',
    message: `nothing tells of message ${seq}, the ${what} of ${ann}`,
  });
  const notDone = (id: string, user: string): Difference => ({
    kind: 'system message',
    message: `${id} tells of what was not done: "${user} did"`,
  });
  const cases: [string, readonly Message[], Difference[]][] = [
    ['missing', numbered(told.toSpliced(2, 1)), [nothing(3, 'leave')]],
    ['twice', [...told, ...tells(6, 'join', ann)], [notDone('id-6', ann)]],
    ['of somebody else', told.toSpliced(2, 1, ...tells(3, 'leave', bea)), [nothing(3, 'leave'), notDone('id-3', bea)]],
    ['of something else', told.toSpliced(2, 1, ...tells(3, 'join', ann)), [nothing(3, 'leave'), notDone('id-4', ann)]],
    [
      'elsewhere',
      [...tells(1, 'join', ann), ...tells(2, 'leave', ann, { id: 'id-1a' }), ...says(2), ...told.slice(3)].map(
        (message, at) => ({ ...message, seq: at + 1 }),
      ),
      [{ kind: 'reordered', message: 'message 2 comes after message 3' }],
    ],
    [
      'by somebody',
      told.toSpliced(0, 1, ...tells(1, 'join', ann, { senderUserId: ann })),
      [{ kind: 'author', message: `message 1 has author "${ann}", sent was null` }],
    ],
    [
      'as if somebody had written it',
      told.toSpliced(0, 1, ...tells(1, 'join', ann, { type: 'text' })),
      [{ kind: 'type', message: 'message 1 has type "text", sent was "system"' }],
    ],
  ];
  test.each(cases)('%s', (_, messages, differences) => {
    expect(compare(meant, messages)).toEqual(differences);
  });
});
