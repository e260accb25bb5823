import type { Message } from './api.ts';

/** A message as it was sent, with the id that it was given. */
export type Sent = Pick<Message, 'id' | 'senderUserId' | 'text' | 'replyToMessageId'>;

/** One way in which what was read is not what was sent. */
export interface Difference {
  readonly kind: 'lost' | 'doubled' | 'unknown' | 'reordered' | 'author' | 'text' | 'link' | 'seq' | 'id' | 'createdAt';
  /** What is wrong, for people. */
  readonly message: string;
}

/**
 * Compares the messages of a conversation with those that were sent to it: that each is there once, in its place, as it
 * was sent, and that positions, ids and times rise as they should.
 * @param sent in the order of sending
 * @param read oldest first
 * @returns nothing where all is well
 */
export const compare = (sent: readonly Sent[], read: readonly Message[]): Difference[] => [
  ...presence(sent, read),
  ...order(sent, read),
  ...content(sent, read),
  ...positions(read),
];

function presence(sent: readonly Sent[], read: readonly Message[]): Difference[] {
  const readIds = Map.groupBy(read, ({ id }) => id);
  const sentIds = new Set(sent.map(({ id }) => id));
  return [
    ...sent.flatMap(({ id, text }, at): Difference[] => {
      const times = readIds.get(id)?.length ?? 0;
      if (times === 1) return [];
      const [kind, what] =
        times === 0 ? (['lost', 'is missing'] as const) : (['doubled', `is there ${times} times`] as const);
      return [{ kind, message: `message ${at + 1} ${what}: ${quoted(text)}` }];
    }),
    // A retry that was stored as a message of its own is one of these.
    ...read
      .filter(({ id }) => !sentIds.has(id))
      .map(({ id, text }): Difference => ({ kind: 'unknown', message: `nobody was told of ${id}: ${quoted(text)}` })),
  ];
}

/** Each place where a message follows one that was sent after it. What is missing or doubled moves nothing. */
function order(sent: readonly Sent[], read: readonly Message[]): Difference[] {
  const places = new Map(sent.map(({ id }, at) => [id, at + 1]));
  const readPlaces = [...new Set(read.flatMap(({ id }) => places.get(id) ?? []))];
  return readPlaces.flatMap((place, at): Difference[] => {
    const before = readPlaces[at - 1] ?? 0;
    return before < place ? [] : [{ kind: 'reordered', message: `message ${place} comes after message ${before}` }];
  });
}

function content(sent: readonly Sent[], read: readonly Message[]): Difference[] {
  const meant = new Map(sent.map((message) => [message.id, message]));
  return read.flatMap((message): Difference[] => {
    const { seq } = message;
    const as = meant.get(message.id);
    if (as === undefined) return [];
    const differ = (kind: Difference['kind'], is: string | null, was: string | null): Difference[] =>
      is === was ? [] : [{ kind, message: `message ${seq} has ${kind} ${quoted(is)}, sent was ${quoted(was)}` }];
    return [
      ...differ('author', message.senderUserId, as.senderUserId),
      ...differ('text', message.text, as.text),
      ...differ('link', message.replyToMessageId, as.replyToMessageId),
    ];
  });
}

/** Where `seq` is not 1, 2, 3 …, an id does not rise, or a time falls. */
function positions(read: readonly Message[]): Difference[] {
  return read.flatMap(({ seq, id, createdAt }, at): Difference[] => {
    const before = read[at - 1];
    const differences: Difference[] = [];
    const expected = (before?.seq ?? 0) + 1;
    if (seq !== expected) differences.push({ kind: 'seq', message: `seq ${seq} stands where ${expected} should` });
    if (before !== undefined && id <= before.id) {
      differences.push({ kind: 'id', message: `the id of message ${seq} does not rise: ${id} after ${before.id}` });
    }
    if (before !== undefined && createdAt < before.createdAt) {
      const message = `message ${seq} was created at ${createdAt}, before the one before it (${before.createdAt})`;
      differences.push({ kind: 'createdAt', message });
    }
    return differences;
  });
}

/** A value, short enough for a line. */
const quoted = (text: string | null): string => {
  const json = JSON.stringify(text);
  return json.length > 60 ? `${json.slice(0, 59)}…` : json;
};
