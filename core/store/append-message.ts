import { mayRead } from '../domain/access.ts';
import { type Conversation, isForMany } from '../domain/conversation.ts';
import { belongsTo, type Draft, type Message, nextMessage } from '../domain/message.ts';
import type { UserId } from '../domain/principal.ts';
import { readMembership } from './conversations.ts';
import { advanceHead, conversationFrom } from './heads.ts';
import { firstAnswer, type IdempotencyKey, takeKey } from './idempotency.ts';
import { headKey, participantKey, recordKey } from './keys.ts';
import { hasMessage, putMessage, readMessage } from './messages.ts';
import { partFrom } from './parts.ts';
import { readOwnMessage } from './read-positions.ts';
import { readItem } from './reading.ts';
import { retrying } from './retrying.ts';
import type { Item, Table } from './table.ts';
import { transact } from './writing.ts';

/** What became of a send. */
export type Appended =
  | {
      readonly outcome: 'stored' | 'replayed';
      readonly message: Message;
      /** As it was when it took the message, or is now. */
      readonly conversation: Conversation;
    }
  | {
      readonly outcome:
        | 'noConversation'
        | 'noParticipant'
        | 'noParent'
        | 'notDirect'
        | 'noReceiver'
        | 'reply'
        | 'archived'
        | 'keyReused';
    };

/** In which conversation, of which organization. */
interface Target {
  readonly organization: string;
  readonly conversationId: string;
}

/**
 * Stores a message as the next one of its conversation: one consistent read, then one transaction that puts the
 * message, advances the conversation, proves the sender's membership while moving its read position, and takes the
 * keys. Only this file knows how a send commits.
 *
 * Writers who meet are told apart by the conversation's seq: one wins, the others look again and try as the next. Who
 * got no answer at all asks the same again instead (see `transact`), so that a message is not stored twice.
 * @throws Failure `unavailable`
 */
export async function appendMessage(
  table: Table,
  target: Target,
  draft: Draft,
  keys: readonly IdempotencyKey[],
  now: () => number,
): Promise<Appended> {
  const { organization, conversationId } = target;
  const { senderId, receiverId, replyToMessageId: parent } = draft;
  let parentExists = parent === null;

  return retrying(table, async (): Promise<Appended | undefined> => {
    const [head, found, receiver] = await Promise.all([
      readItem(table, headKey(conversationId)),
      parentExists || (parent !== null && belongsTo(parent, conversationId) && hasMessage(table, parent)),
      receiverId === undefined ? undefined : readItem(table, participantKey(conversationId, receiverId)),
    ]);
    parentExists = found;
    const conversation = conversationFrom(head, organization, conversationId);
    if (!conversation) return { outcome: 'noConversation' };
    if (conversation.kind === 'reply') return { outcome: await whyNotToReply(table, target, senderId) };

    const refusal =
      whyNotTo(draft, conversation, receiver) ??
      (conversation.status === 'archived' ? 'archived' : parentExists ? undefined : 'noParent');
    if (refusal) {
      const [own, ...records] = await Promise.all([
        readItem(table, participantKey(conversationId, senderId)),
        ...keys.map((key) => readItem(table, recordKey(key))),
      ]);
      if (!mayRead(senderId, partFrom(conversation, senderId, own))) return { outcome: 'noParticipant' };
      if (records.every((record) => record === undefined)) return { outcome: refusal };
      return replay(table, conversation, keys, records, now());
    }

    const message = nextMessage(conversation, draft, now());
    const result = await transact(table, [
      putMessage(message, isForMany(conversation)),
      advanceHead(message),
      readOwnMessage(conversation, message, senderId),
      ...keys.map((key) => takeKey(key, { id: message.id, created: true }, now())),
    ]);
    if (result.committed) return { outcome: 'stored', message, conversation };

    const [, advanced, participant, ...records] = result.refused;
    // Where the conversation has changed as well, it may be gone with its participants: look again.
    if (participant !== undefined && advanced === undefined) return { outcome: 'noParticipant' };
    return replay(table, conversation, keys, records, now());
  });
}

/** Why a message is not for the receiver that its sender names, if it names one. */
function whyNotTo(
  { senderId, receiverId }: Draft,
  conversation: Conversation,
  receiver: Item | undefined,
): 'notDirect' | 'noReceiver' | undefined {
  if (receiverId === undefined) return undefined;
  if (conversation.kind !== 'direct') return 'notDirect';
  const mayReceive = receiverId !== senderId && mayRead(receiverId, partFrom(conversation, receiverId, receiver));
  return mayReceive ? undefined : 'noReceiver';
}

/**
 * Why nothing is sent to a reply, to which one replies: who may not read it is not told.
 * @throws Failure `unavailable`
 */
export async function whyNotToReply(
  table: Table,
  { organization, conversationId }: Target,
  senderId: UserId,
): Promise<'noConversation' | 'noParticipant' | 'reply'> {
  const found = await readMembership(table, organization, conversationId, senderId);
  if (!found) return 'noConversation';
  return mayRead(senderId, found.own) ? 'reply' : 'noParticipant';
}

/**
 * The answer that an earlier request got under one of the keys. A key that is new to it is taken, and finds that answer
 * from now on too.
 * @param records what stands under each key, in their order
 * @returns undefined when none was used, and also while what a record names cannot be seen yet: look again
 */
async function replay(
  table: Table,
  conversation: Conversation,
  keys: readonly IdempotencyKey[],
  records: readonly (Item | true | undefined)[],
  now: number,
): Promise<Appended | undefined> {
  const [answer] = keys.flatMap((key, at) => {
    const record = records[at];
    return typeof record === 'object' ? [firstAnswer(record, key)] : [];
  });
  if (answer === undefined) return undefined;
  if (answer === 'reused') return { outcome: 'keyReused' };

  const unused = keys.filter((_, at) => records[at] === undefined).map((key) => takeKey(key, answer, now));
  if (unused.length > 0 && !(await transact(table, unused)).committed) return undefined;
  // A transaction's items come into sight one by one.
  const message = await readMessage(table, conversation.id, answer.id);
  return message && { outcome: 'replayed', message, conversation };
}
