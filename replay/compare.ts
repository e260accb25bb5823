import type { Message } from './api.ts';

/** A message as it should be: as it was sent, or as a join or a leave should have left it. */
export interface Meant extends Pick<Message, 'seq' | 'senderUserId' | 'text' | 'replyToMessageId' | 'systemEvent'> {
  /** The id that it was given; null of a system message, whose id nobody is told, and whose text is here the user's id. */
  readonly id: string | null;
}

/** One way in which what was read is not what it should be. */
export interface Difference {
  readonly kind:
    | 'lost'
    | 'doubled'
    | 'unknown'
    | 'system message'
    | 'reordered'
    | 'type'
    | 'author'
    | 'text'
    | 'link'
    | 'seq'
    | 'id'
    | 'createdAt'
    | 'participants'
    | 'unread';
  /** What is wrong, for people. */
  readonly message: string;
}

/**
 * Compares messages that were read with what they should be: that each is there once, in its place, as it was sent, and
 * that positions, ids and times rise as they should.
 * @param meant what should be there, in order; of a whole conversation, or of a part of it
 * @param read oldest first
 * @returns nothing where all is well
 */
export function compare(meant: readonly Meant[], read: readonly Message[]): Difference[] {
  const meantByName = named(meant);
  const readByName = named(read);
  return [
    ...presence(meantByName, readByName),
    ...order(meantByName, readByName),
    ...content(meantByName, readByName),
    ...positions(meant, read),
  ];
}

type Named<Each> = readonly (readonly [name: string, message: Each])[];

/** Gives each message the name it is known by: its id, or, of a system message, what it tells and the how manieth time. */
function named<Each extends Pick<Meant, 'id' | 'systemEvent' | 'text'>>(messages: readonly Each[]): Named<Each> {
  const times = new Map<string, number>();
  return messages.map((message) => {
    const { id, systemEvent, text } = message;
    if (systemEvent === null) return [`${id}`, message];
    const told = `${systemEvent} of ${userIdIn(text)}`;
    const time = (times.get(told) ?? 0) + 1;
    times.set(told, time);
    return [`${told}, ${time}`, message];
  });
}

const userIdIn = (text: string | null): string | undefined =>
  /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/.exec(text ?? '')?.[0];

function presence(meant: Named<Meant>, read: Named<Message>): Difference[] {
  const readNames = Map.groupBy(read, ([name]) => name);
  const meantNames = new Set(meant.map(([name]) => name));
  return [
    ...meant.flatMap(([name, { seq, systemEvent, text }]): Difference[] => {
      const times = readNames.get(name)?.length ?? 0;
      if (times === 1) return [];
      if (systemEvent !== null) {
        return [{ kind: 'system message', message: `nothing tells of message ${seq}, the ${systemEvent} of ${text}` }];
      }
      const [kind, what] =
        times === 0 ? (['lost', 'is missing'] as const) : (['doubled', `is there ${times} times`] as const);
      return [{ kind, message: `message ${seq} ${what}: ${quoted(text)}` }];
    }),
    // A retry that was stored as a message of its own is one of these.
    ...read
      .filter(([name]) => !meantNames.has(name))
      .map(([, { id, systemEvent, text }]): Difference => {
        if (systemEvent === null) return { kind: 'unknown', message: `nobody was told of ${id}: ${quoted(text)}` };
        return { kind: 'system message', message: `${id} tells of what was not done: ${quoted(text)}` };
      }),
  ];
}

/** Each place where a message follows one that was sent after it. What is missing or doubled moves nothing. */
function order(meant: Named<Meant>, read: Named<Message>): Difference[] {
  const places = new Map(meant.map(([name, { seq }]) => [name, seq]));
  const readPlaces = [...new Set(read.flatMap(([name]) => places.get(name) ?? []))];
  return readPlaces.flatMap((place, at): Difference[] => {
    const before = readPlaces[at - 1] ?? 0;
    return before < place ? [] : [{ kind: 'reordered', message: `message ${place} comes after message ${before}` }];
  });
}

function content(meant: Named<Meant>, read: Named<Message>): Difference[] {
  const byName = new Map(meant);
  return read.flatMap(([name, message]): Difference[] => {
    const { seq } = message;
    const as = byName.get(name);
    if (as === undefined) return [];
    const differ = (kind: Difference['kind'], is: string | null, was: string | null): Difference[] =>
      is === was ? [] : [{ kind, message: `message ${seq} has ${kind} ${quoted(is)}, sent was ${quoted(was)}` }];
    return [
      ...differ('type', message.type, as.systemEvent === null ? 'text' : 'system'),
      ...differ('author', message.senderUserId, as.senderUserId),
      // Of a system message, the words around the user's id are free.
      ...(as.systemEvent === null ? differ('text', message.text, as.text) : []),
      ...differ('link', message.replyToMessageId, as.replyToMessageId),
    ];
  });
}

/** Where `seq` is not the next one that there should be, an id does not rise, or a time falls. */
function positions(meant: readonly Meant[], read: readonly Message[]): Difference[] {
  return read.flatMap(({ seq, id, createdAt }, at): Difference[] => {
    const before = read[at - 1];
    const differences: Difference[] = [];
    const last = before?.seq ?? 0;
    const expected = meant.find((message) => message.seq > last)?.seq ?? last + 1;
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
