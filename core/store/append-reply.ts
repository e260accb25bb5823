import { mayRead } from '../domain/access.ts';
import { type Conversation, newReplyConversation } from '../domain/conversation.ts';
import { belongsTo, changedAt, type Draft, endingWith, type Message, nextMessage } from '../domain/message.ts';
import type { UserId } from '../domain/principal.ts';
import { whyNotToReply } from './append-message.ts';
import { advanceHead, checkActive, conversationFrom, putHead } from './heads.ts';
import { type FirstAnswer, firstAnswer, type IdempotencyKey, takeKey } from './idempotency.ts';
import { headKey, messageKey, participantKey, recordKey } from './keys.ts';
import { linkReply, messageFrom, putMessage } from './messages.ts';
import { checkPart } from './participants.ts';
import { partFrom } from './parts.ts';
import { readOwnMessage } from './read-positions.ts';
import { readItems } from './reading.ts';
import { IN_SIGHT_AFTER_RETRIES, retrying } from './retrying.ts';
import type { Table } from './table.ts';
import { transact } from './writing.ts';

/** What became of a reply that was not stored. */
interface Refused {
  readonly outcome:
    | 'noConversation'
    | 'noParticipant'
    | 'noMessage'
    | 'systemMessage'
    | 'reply'
    | 'archived'
    | 'keyReused';
}

/** What became of a reply. */
export type Replied =
  | Refused
  | {
      readonly outcome: 'stored' | 'replayed';
      readonly message: Message;
      /** The one that the message is in. */
      readonly conversation: Conversation;
      /** Whether that conversation was made with it. */
      readonly created: boolean;
    };

/** Which message is replied to. */
export interface ReplyTarget {
  readonly organization: string;
  readonly conversationId: string;
  readonly messageId: string;
}

/**
 * Stores a reply as the next message of the conversation that hangs on a message, which the first reply makes: one
 * consistent read of what decides over it; then, unless it is the first, another of the conversation of replies; then one
 * transaction. Whatever refuses that is found by looking again.
 * @throws Failure `unavailable`
 */
export const appendReply = (
  table: Table,
  target: ReplyTarget,
  draft: Draft,
  key: IdempotencyKey | undefined,
  now: () => number,
): Promise<Replied> =>
  retrying(table, async (retries): Promise<Replied | undefined> => {
    const standing = await readStanding(table, target, draft.senderId, key);
    if ('outcome' in standing) return standing;
    const { parent, on, answer } = standing;
    if (answer === 'reused') return { outcome: 'keyReused' };

    const { replies, earlier } = await readReplies(table, on, target.organization, answer);
    if (answer) {
      const { created } = answer;
      if (replies && earlier) return { outcome: 'replayed', message: earlier, conversation: replies, created };
      return retries < IN_SIGHT_AFTER_RETRIES ? undefined : { outcome: 'noMessage' };
    }
    if (parent.status === 'archived' || replies?.status === 'archived') return { outcome: 'archived' };
    return commit(table, { parent, on, replies }, draft, key, now());
  });

/** What decides over a reply: the parent, the message that it is to, and what an earlier request got under the key. */
interface Standing {
  readonly parent: Conversation;
  readonly on: Message;
  readonly answer: FirstAnswer | 'reused' | undefined;
}

async function readStanding(
  table: Table,
  target: ReplyTarget,
  senderId: UserId,
  key: IdempotencyKey | undefined,
): Promise<Standing | Refused> {
  const { organization, conversationId, messageId } = target;
  const keys = [headKey(conversationId), participantKey(conversationId, senderId), messageKey(messageId)];
  const [head, part, item, record] = await readItems(table, key ? [...keys, recordKey(key)] : keys, {
    consistent: true,
  });
  const parent = conversationFrom(head, organization, conversationId);
  if (!parent) return { outcome: 'noConversation' };
  if (parent.kind === 'reply') return { outcome: await whyNotToReply(table, target, senderId) };
  if (!mayRead(senderId, partFrom(parent, senderId, part))) return { outcome: 'noParticipant' };
  if (!item || !belongsTo(messageId, conversationId)) return { outcome: 'noMessage' };
  const on = messageFrom(item, conversationId);
  if (on.systemEvent !== null) return { outcome: 'systemMessage' };
  return { parent, on, answer: record && key && firstAnswer(record, key) };
}

/** The conversation of replies to a message, and what an answer names in it; nothing where there is none. */
async function readReplies(
  table: Table,
  { replyConversationId: id }: Message,
  organization: string,
  answer: FirstAnswer | undefined,
): Promise<{ replies?: Conversation | undefined; earlier?: Message | undefined }> {
  if (id === null) return {};
  const isHere = answer !== undefined && belongsTo(answer.id, id);
  const keys = [headKey(id), ...(isHere ? [messageKey(answer.id)] : [])];
  const [head, item] = await readItems(table, keys, { consistent: true });
  return { replies: conversationFrom(head, organization, id), earlier: item && messageFrom(item, id) };
}

/**
 * The first reply also insists that the parent is active: from the moment that is removed nothing hangs itself on what is
 * being erased. The later ones do not, so that who replies is in nobody's way who sends; one that is on its way while the
 * parent is being archived counts as before.
 * @returns undefined where somebody else was in the way, or things are not as they were read
 */
async function commit(
  table: Table,
  { parent, on, replies }: Pick<Standing, 'parent' | 'on'> & { readonly replies: Conversation | undefined },
  draft: Draft,
  key: IdempotencyKey | undefined,
  now: number,
): Promise<Replied | undefined> {
  const created = replies === undefined;
  const before = replies ?? newReplyConversation(parent, on.id, draft.senderId, changedAt(on, now));
  const message = nextMessage(before, draft, now);
  const conversation = endingWith(before, message);
  const { committed } = await transact(table, [
    putMessage(message),
    ...(created
      ? [putHead(conversation), linkReply(on.id, conversation.id), checkActive(parent.id)]
      : [advanceHead(message)]),
    readOwnMessage(conversation, message, draft.senderId),
    ...checkPart(parent, draft.senderId),
    ...(key ? [takeKey(key, { id: message.id, created }, now)] : []),
  ]);
  return committed ? { outcome: 'stored', message, conversation, created } : undefined;
}
