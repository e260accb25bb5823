import type { Difference } from './compare.ts';
import { userIdOf } from './people.ts';

/**
 * Compares who is listed as taking part with who should.
 * @param nicks of those who should
 * @param listed the ids of users, as the pages had them
 * @returns nothing where each is listed once, and nobody else is
 */
export function compareParticipants(nicks: readonly string[], listed: readonly string[]): Difference[] {
  const times = Map.groupBy(listed, (userId) => userId);
  const userIds = new Set(nicks.map(userIdOf));
  const differ = (message: string): Difference => ({ kind: 'participants', message });
  return [
    ...nicks.flatMap((nick) => {
      const count = times.get(userIdOf(nick))?.length ?? 0;
      if (count === 1) return [];
      return differ(`${nick} takes part, and is ${count === 0 ? 'not listed' : `listed ${count} times`}`);
    }),
    ...[...times.keys()]
      .filter((userId) => !userIds.has(userId))
      .map((userId) => differ(`${userId} is listed, and does not take part`)),
  ];
}

/**
 * Compares how many messages participants are told that they have not read with how many there are, both by nick. Who
 * was told nothing is passed over.
 */
export const compareUnread = (unread: ReadonlyMap<string, number>, told: ReadonlyMap<string, number>): Difference[] =>
  [...told]
    .filter(([nick, count]) => count !== unread.get(nick))
    .map(([nick, count]) => ({
      kind: 'unread',
      message: `${nick} is told of ${count} unread messages, and has ${unread.get(nick)}`,
    }));
