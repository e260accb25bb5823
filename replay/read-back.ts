import type { Api, Message } from './api.ts';
import { compare, type Difference } from './compare.ts';
import type { Tokens } from './people.ts';
import type { Played, Stage } from './play.ts';

/** A difference, and in which reading of which log it showed. */
export interface Finding extends Difference {
  readonly log: string;
  readonly reading: 'as answered' | 'newest first' | 'oldest first';
}

/**
 * Reads a conversation in both directions, as its creator, and compares it, and what was answered to the senders, with what was sent.
 * @returns what differs; nothing where all is well
 */
export async function readBack(
  api: Api,
  { log, conversationId }: Stage,
  { sent, answered }: Played,
  tokenOf: Tokens,
): Promise<Finding[]> {
  const token = await tokenOf(log.nicks[0]);
  // Pages that went on for ever would be read for ever.
  const most = 2 * sent.length + 1;
  const newestFirst = await firstOf(most, api.newestFirst(token, conversationId));
  const oldestFirst = await firstOf(most, api.oldestFirst(token, conversationId));

  const readings: [Finding['reading'], readonly Message[]][] = [
    ['as answered', answered],
    ['newest first', newestFirst.toReversed()],
    ['oldest first', oldestFirst],
  ];
  return readings.flatMap(([reading, messages]) =>
    compare(sent, messages).map((difference) => ({ ...difference, log: log.name, reading })),
  );
}

async function firstOf(most: number, messages: AsyncIterable<Message>): Promise<Message[]> {
  const found: Message[] = [];
  for await (const message of messages) {
    found.push(message);
    if (found.length === most) break;
  }
  return found;
}
