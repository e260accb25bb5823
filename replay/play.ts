import { limits } from '../core/contract/limits.ts';
import { Problem } from '../local/problem.ts';
import type { Api, Message } from './api.ts';
import type { Sent } from './compare.ts';
import type { Log } from './log.ts';
import { type Tokens, userIdOf } from './people.ts';

/** A log whose people are gathered in a conversation. */
export interface Stage {
  readonly log: Log;
  readonly conversationId: string;
}

/** What became of a log. */
export interface Played {
  /** The messages as they were meant, in order, each by the id that the API gave it. */
  readonly sent: readonly Sent[];
  /** The messages as the API answered them when they were sent. */
  readonly answered: readonly Message[];
  /** How many messages answer another one. */
  readonly links: number;
  /** How many would, if what they answer had been played before them. */
  readonly droppedLinks: number;
}

/**
 * Gathers the people of a log: its first nick creates a group of all of them. Their tokens are had from then on.
 * @throws Problem where the API refuses, or there are more people than a create may name
 */
export async function setStage(api: Api, log: Log, tokenOf: Tokens): Promise<Stage> {
  const { name, nicks, messages } = log;
  const most = limits.participantsInCreate;
  if (nicks.length > most) {
    throw new Problem(
      `unable to play ${name}; of its ${nicks.length} nicks a conversation begins with ${most} at most`,
    );
  }
  for (const { nick } of messages) await tokenOf(nick);
  return { log, conversationId: await api.createGroup(await tokenOf(nicks[0]), name, nicks.map(userIdOf)) };
}

/**
 * Sends the messages of a log, each as its author, one after the other.
 * @param onSent told of each message how many milliseconds its sending took
 * @throws Problem where the API refuses one
 */
export async function play(
  api: Api,
  { log, conversationId }: Stage,
  tokenOf: Tokens,
  onSent: (ms: number) => void,
): Promise<Played> {
  const sent: Sent[] = [];
  const answered: Message[] = [];
  const ids = new Map<number | undefined, string>();

  for (const { n, nick, text, replyTo } of log.messages) {
    const token = await tokenOf(nick);
    const replyToMessageId = ids.get(replyTo) ?? null;
    const begin = performance.now();
    const message = await api.sendMessage(token, conversationId, { text, replyToMessageId, clientMessageId: `${n}` });
    onSent(performance.now() - begin);
    ids.set(n, message.id);
    sent.push({ id: message.id, senderUserId: userIdOf(nick), text, replyToMessageId });
    answered.push(message);
  }

  const meantLinks = log.messages.filter(({ replyTo }) => replyTo !== undefined).length;
  const links = sent.filter(({ replyToMessageId }) => replyToMessageId !== null).length;
  return { sent, answered, links, droppedLinks: meantLinks - links };
}
