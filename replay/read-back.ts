import type { Api } from './api.ts';
import { compare, type Difference } from './compare.ts';
import { compareParticipants, compareUnread } from './compare-people.ts';
import { unreadAfter } from './model.ts';
import { type Tokens, userIdOf } from './people.ts';
import type { Played, Stage } from './play.ts';

/** A difference, and in which reading of which log it showed. */
export interface Finding extends Difference {
  readonly log: string;
  readonly reading: 'as answered' | 'newest first' | 'oldest first' | 'participants' | 'unread counts';
}

/** What reading back has shown. */
export interface ReadBack {
  /** Nothing where all is well. */
  readonly findings: readonly Finding[];
  /** How many unread counts were compared. */
  readonly unreadCounts: number;
}

/**
 * Reads a conversation back and compares: its messages in both directions, and what was answered to their senders, with
 * what was played; who takes part, and how many messages each has not read, with the model.
 */
export async function readBack(api: Api, stage: Stage, played: Played, tokens: Tokens): Promise<ReadBack> {
  const messages = await compareMessages(api, stage, played, await tokens.ofService());
  const { people, unreadCounts } = await comparePeople(api, stage, tokens);
  const findings = [...messages, ...people].flatMap(([reading, differences]) =>
    differences.map((difference) => ({ ...difference, log: stage.log.name, reading })),
  );
  return { findings, unreadCounts };
}

type Reading = [Finding['reading'], Difference[]];

async function compareMessages(
  api: Api,
  { conversationId }: Stage,
  { meant, answered }: Played,
  token: string,
): Promise<Reading[]> {
  const newestFirst = await someOf(meant.length, api.newestFirst(token, conversationId));
  const oldestFirst = await someOf(meant.length, api.oldestFirst(token, conversationId));
  const said = meant.filter(({ systemEvent }) => systemEvent === null);
  return [
    ['as answered', compare(said, answered)],
    ['newest first', compare(meant, newestFirst.toReversed())],
    ['oldest first', compare(meant, oldestFirst)],
  ];
}

async function comparePeople(api: Api, { script, conversationId }: Stage, tokens: Tokens) {
  const unread = unreadAfter(script);
  const nicks = [...unread.keys()];
  const participants = await someOf(nicks.length, api.participants(await tokens.ofService(), conversationId));
  const listed = participants.map(({ userId }) => userId);

  const told = new Map<string, number>();
  // Who is not listed may not ask, and is told of as such.
  for (const nick of nicks.filter((each) => listed.includes(userIdOf(each)))) {
    told.set(nick, await api.unreadCount(await tokens.of(nick), conversationId));
  }
  const people: Reading[] = [
    ['participants', compareParticipants(nicks, listed)],
    ['unread counts', compareUnread(unread, told)],
  ];
  return { people, unreadCounts: told.size };
}

/** The first ones, a good deal more than expected: pages that went on for ever would be read for ever. */
async function someOf<Each>(expected: number, entries: AsyncIterable<Each>): Promise<Each[]> {
  const most = 2 * expected + 1;
  const found: Each[] = [];
  for await (const entry of entries) {
    found.push(entry);
    if (found.length === most) break;
  }
  return found;
}
