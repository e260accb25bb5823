import type { Script } from './script.ts';

/**
 * Who takes part once a script has been played, and how many messages each has not read, told in the plainest way:
 * everybody has a pile of what others have said, and reading takes off it whatever is not newer than what is read.
 * @returns by nick
 */
export function unreadAfter({ starters, steps }: Pick<Script, 'starters' | 'steps'>): Map<string, number> {
  const piles = new Map<string, number[]>(starters.map((nick) => [nick, []]));
  let said = 0;
  for (const step of steps) {
    const { nick } = step;
    switch (step.act) {
      case 'say':
        said += 1;
        for (const pile of piles.values()) pile.push(said);
        piles.set(nick, []);
        break;
      case 'read':
        piles.set(nick, piles.get(nick)?.filter((message) => message > step.upTo) ?? []);
        break;
      // Nobody owes what was said before.
      case 'join':
        piles.set(nick, []);
        break;
      case 'leave':
        piles.delete(nick);
        break;
    }
  }
  return new Map([...piles].map(([nick, pile]) => [nick, pile.length]));
}
