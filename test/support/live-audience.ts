import { randomUUID } from 'node:crypto';
import { beforeAll, expect } from 'vitest';
import type { LiveEvent } from '../../client/live/frames.ts';
import { type Caller, conversationIn, messageIn, someone, type TestCloud } from './cloud.ts';
import { type LiveSocket, type LiveSockets, useSockets } from './live-socket.ts';

const people = ['ann', 'tab', 'bob', 'cid', 'dan', 'eve', 'service'] as const;
type Person = (typeof people)[number];

/** What each hears; who is not named hears nothing. */
type Expected = Partial<Record<Person, readonly string[]>>;

export const participants = (...events: readonly string[]): Expected => ({
  ann: events,
  tab: events,
  bob: events,
  cid: events,
});
export const everybody = (...events: readonly string[]): Expected => ({ ...participants(...events), dan: events });
/** Frames may overtake each other. */
const sorted = (events: readonly string[]): string[] => [...events].sort();

/** Ann's group with Bob and Cid, in which Bob has written; all have a socket. */
export interface Audience extends Readonly<Record<Person, LiveSocket>>, LiveSockets {
  readonly cloud: TestCloud;
  /** The group, and Bob's message. */
  readonly conversationId: string;
  readonly messageId: string;
  /** Waits for what is under way, and has everybody forget what they have heard. */
  forget(): Promise<void>;
}

/** Something that somebody does, and who hears what of it. */
interface Play {
  readonly act: (scene: Audience) => Promise<unknown>;
  readonly expected: Expected;
}

/** What may be done, by its name, and in which ways. */
export type Plays<Name extends string> = Readonly<Record<Name, Readonly<Record<string, Play>>>>;

/** Of that nobody hears. */
export const quietly = (act: Play['act']): Play => ({ act, expected: {} });

/** Each name with each way. */
export const rowsOf = <Name extends string>(plays: Plays<Name>): [name: string, way: string, Play][] =>
  Object.entries<Plays<Name>[Name]>(plays).flatMap(([name, ways]) =>
    Object.entries(ways).map(([way, play]): [string, string, Play] => [name, way, play]),
  );

/**
 * Opens the sockets of the tests of a file: two of Ann's (`ann`, `tab`), Bob's and Cid's; Dan's, who has no part in anything; Eve's,
 * who is Ann by her id, in another organization; and one of a service.
 */
export function useAudience(cloud: TestCloud) {
  const { open, settle } = useSockets(cloud);
  const org = randomUUID();
  const named = (name: string): Caller => ({ ...someone(org), name });
  const ann = named('Ann');
  const callers: Record<Person, Caller> = {
    ann,
    tab: ann,
    bob: named('Bob'),
    cid: named('Cid'),
    dan: named('Dan'),
    eve: someone(randomUUID(), ann.sub),
    service: { sub: 'backend', org_id: org, roles: ['SERVICE'] },
  };
  let sockets: Record<Person, LiveSocket>;
  beforeAll(async () => {
    const opened: Partial<Record<Person, LiveSocket>> = {};
    for (const person of people) opened[person] = await open(callers[person]);
    sockets = opened as Record<Person, LiveSocket>;
  });
  const all = () => people.map((person) => sockets[person]);
  const forget = async () => {
    await settle(...all());
    for (const { heard } of all()) heard.length = 0;
  };

  return {
    /** A new group of the same people, of whose beginning nobody remembers anything. */
    async gather(): Promise<Audience> {
      const body = { type: 'group', name: 'Plans', participantIds: [callers.bob.sub, callers.cid.sub] };
      const { id: conversationId } = conversationIn(await cloud.call(ann, 'POST /conversations', { body }));
      const sent = { body: { text: 'Monday?' } };
      const answer = await cloud.call(callers.bob, `POST /conversations/${conversationId}/messages`, sent);
      await forget();
      return { ...sockets, cloud, open, settle, conversationId, messageId: messageIn(answer).id, forget };
    },
    /** Waits for what is under way, and compares it with what is expected; at the end each event is once with each. */
    async expectHeard(expected: Expected): Promise<void> {
      await settle(...all());
      const heard = people.map((person) => [person, sorted(namesOf(sockets[person].heard))]);
      expect(Object.fromEntries(heard)).toEqual(
        Object.fromEntries(people.map((person) => [person, sorted(expected[person] ?? [])])),
      );
    },
  };
}

const namesOf = (events: readonly LiveEvent[]): string[] => events.map(({ event }) => event);
