import { limits } from '../core/contract/limits.ts';
import { Problem } from '../local/problem.ts';
import type { Api, Message } from './api.ts';
import type { Meant } from './compare.ts';
import type { Log } from './log.ts';
import { type Tokens, userIdOf } from './people.ts';
import { type Script, scriptOf } from './script.ts';

/** A log whose people are gathered in a conversation. */
export interface Stage {
  readonly log: Log;
  readonly script: Script;
  readonly conversationId: string;
}

/** What became of a log. */
export interface Played {
  /** All messages that the conversation should hold, in order. */
  readonly meant: readonly Meant[];
  /** What was said, as the API answered it. */
  readonly answered: readonly Message[];
  /** How many messages answer another one. */
  readonly links: number;
  /** How many would, if what they answer had been played before them. */
  readonly droppedLinks: number;
}

/**
 * Gathers those who are there when a log begins in a group. The tokens of everybody in it are had from then on.
 * @throws Problem where the API refuses, or there are more people than a create may name
 */
export async function setStage(api: Api, log: Log, tokens: Tokens): Promise<Stage> {
  const script = scriptOf(log);
  const { starters } = script;
  const most = limits.participantsInCreate;
  if (starters.length > most) {
    throw new Problem(
      `unable to play ${log.name}; ${starters.length} nicks are there at the start, and a conversation begins with ${most} at most`,
    );
  }
  for (const nick of log.nicks) await tokens.of(nick);
  const conversationId = await api.createGroup(await tokens.of(starters[0]), log.name, starters.map(userIdOf));
  return { log, script, conversationId };
}

/**
 * Does what a script says, one step after the other, each as the one who does it; a service adds those who join.
 * @param onSent told of each message how many milliseconds its sending took
 * @throws Problem where the API refuses something
 */
export async function play(
  api: Api,
  { script, conversationId }: Stage,
  tokens: Tokens,
  onSent: (ms: number) => void,
): Promise<Played> {
  const meant: Meant[] = [];
  const answered: Message[] = [];
  const ids = new Map<number | undefined, string>();

  for (const step of script.steps) {
    const userId = userIdOf(step.nick);
    const token = await tokens.of(step.nick);
    const seq = meant.length + 1;
    switch (step.act) {
      case 'say': {
        const { n, text } = step;
        const replyToMessageId = ids.get(step.replyTo) ?? null;
        const draft = { text, replyToMessageId, clientMessageId: `${n}` };
        const begin = performance.now();
        const message = await api.sendMessage(token, conversationId, draft);
        onSent(performance.now() - begin);
        ids.set(n, message.id);
        answered.push(message);
        meant.push({ seq, id: message.id, senderUserId: userId, text, replyToMessageId, systemEvent: null });
        break;
      }
      case 'read': {
        const message = answered[step.upTo - 1];
        if (message) await api.markRead(token, conversationId, message.id);
        break;
      }
      case 'join':
        await api.addParticipant(await tokens.ofService(), conversationId, userId);
        meant.push(telling(seq, step.act, userId));
        break;
      case 'leave':
        await api.leave(token, conversationId);
        meant.push(telling(seq, step.act, userId));
        break;
    }
  }

  const wanted = script.steps.filter((step) => step.act === 'say' && step.replyTo !== undefined).length;
  const links = meant.filter(({ replyToMessageId }) => replyToMessageId !== null).length;
  return { meant, answered, links, droppedLinks: wanted - links };
}

/** The message that tells of a join or a leave. */
const telling = (seq: number, systemEvent: 'join' | 'leave', userId: string): Meant => ({
  seq,
  id: null,
  senderUserId: null,
  text: userId,
  replyToMessageId: null,
  systemEvent,
});
