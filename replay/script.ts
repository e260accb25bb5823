import type { Log, LogMessage } from './log.ts';

/** What somebody does. Whatever is done but a read leaves one message in the conversation. */
export type Step =
  | ({ readonly act: 'say' } & LogMessage)
  | { readonly act: 'join' | 'leave'; readonly nick: string }
  /** Marks the message that was said as the `upTo`th, counted from 1, as read. */
  | { readonly act: 'read'; readonly nick: string; readonly upTo: number };

/** What a log comes to when it is played: only what can be done, in order. */
export interface Script {
  /** Those who are there at the start; the first one creates the conversation. */
  readonly starters: readonly [creator: string, ...others: string[]];
  readonly steps: readonly Step[];
  /** How many joins of somebody who was there, and leaves of somebody who was not, are not among the steps. */
  readonly passedOver: number;
}

/** The golden ratio: its multiples, less their whole part, lie evenly between 0 and 1, and never repeat. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;

/**
 * Makes the script of a log, the same one each time. Logs are excerpts, so whoever writes without being there joins first.
 *
 * For every two messages one is marked as read, by turns: one anywhere in what was said, often behind what its reader has
 * read, by one of those present after the other; and the last one by whoever is about to write.
 */
export function scriptOf(log: Log): Script {
  const starters = startersOf(log);
  const present = new Set<string>(starters);
  const steps: Step[] = [];
  let passedOver = 0;
  let said = 0;

  const move = (nick: string, act: 'join' | 'leave') => {
    steps.push({ act, nick });
    if (act === 'join') present.add(nick);
    else present.delete(nick);
  };
  for (const line of log.lines) {
    const { nick } = line;
    if ('event' in line) {
      if (present.has(nick) === (line.event === 'leave')) move(nick, line.event);
      else passedOver += 1;
      continue;
    }
    if (!present.has(nick)) move(nick, 'join');
    if (said % 4 === 3) steps.push({ act: 'read', nick, upTo: said });
    steps.push({ act: 'say', ...line });
    said += 1;
    if (said % 4 === 2) {
      const turn = Math.floor(said / 4);
      const reader = [...present][turn % present.size] ?? nick;
      steps.push({ act: 'read', nick: reader, upTo: 1 + Math.floor(((turn * GOLDEN) % 1) * said) });
    }
  }
  return { starters, steps, passedOver };
}

/** Everybody who is in the log before joining; where nobody is, the first one all the same. */
function startersOf({ nicks, lines }: Log): Script['starters'] {
  const firstLines = new Map(lines.toReversed().map((line) => [line.nick, line]));
  const [creator = nicks[0], ...others] = nicks.filter((nick) => {
    const first = firstLines.get(nick);
    return first === undefined || !('event' in first) || first.event === 'leave';
  });
  return [creator, ...others];
}
