import { limits } from '../contract/limits.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Role } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import type { Reaction } from '../domain/reaction.ts';
import { messageKey } from './keys.ts';
import { checkPart } from './participants.ts';
import { reactionName } from './reactions.ts';
import type { Table } from './table.ts';
import { type TransactionItem, transact } from './writing.ts';

/**
 * What became of a change: `noPart` when its actor has not, or no longer, the part in the conversation that it takes;
 * `raced` when the message is not as it was read, or another transaction was in the way: look again.
 */
export type Changed = 'stored' | 'noPart' | 'raced';

/** Whose change it is, and what part it takes in the conversation that decides; undefined for a service acting as itself. */
type Actor = { readonly host: Conversation; readonly userId: UserId; readonly needed: Role } | undefined;

type Update = Omit<NonNullable<TransactionItem['Update']>, 'Key'>;

/** Changes a message that is there, if its actor takes part: one transaction, so that nothing comes between. */
async function change(table: Table, messageId: string, actor: Actor, update: Update): Promise<Changed> {
  const result = await transact(table, [
    { Update: { Key: messageKey(messageId), ...update } },
    ...(actor ? checkPart(actor.host, actor.userId, actor.needed) : []),
  ]);
  if (result.committed) return 'stored';
  const [message, part] = result.refused;
  return part !== undefined && message === undefined ? 'noPart' : 'raced';
}

/**
 * Stores the new text of a message, if nothing else of it has changed meanwhile: its answer shows the whole of it.
 * @throws Failure `unavailable`
 */
export const storeEdit = (
  table: Table,
  { id, text, editedAt, revision, replyConversationId: reply }: Message,
  host: Conversation,
  userId: UserId,
): Promise<Changed> =>
  change(
    table,
    id,
    { host, userId, needed: 'member' },
    {
      UpdateExpression: 'SET #text = :text, editedAt = :at, revision = :revision',
      ConditionExpression:
        'revision = :previous AND ' +
        (reply === null ? 'attribute_not_exists(replyConversationId)' : 'replyConversationId = :reply'),
      ExpressionAttributeNames: { '#text': 'text' },
      ExpressionAttributeValues: {
        ':text': text,
        ':at': editedAt,
        ':revision': revision,
        ':previous': revision - 1,
        ...(reply === null ? {} : { ':reply': reply }),
      },
    },
  );

/**
 * Takes away the text of a message that has not been deleted; the rest stays. `at` in Unix milliseconds.
 * @throws Failure `unavailable`
 */
export const storeDeletion = (table: Table, messageId: string, at: number, actor: Actor): Promise<Changed> =>
  change(table, messageId, actor, {
    UpdateExpression: 'SET deletedAt = :at, revision = revision + :one REMOVE #text',
    ConditionExpression: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
    ExpressionAttributeNames: { '#text': 'text' },
    ExpressionAttributeValues: { ':at': at, ':one': 1 },
  });

/**
 * Adds a reaction, if it is not there, its message is not deleted, and there is room.
 * @throws Failure `unavailable`
 */
export const storeReaction = (table: Table, reaction: Reaction, host: Conversation): Promise<Changed> =>
  change(
    table,
    reaction.messageId,
    { host, userId: reaction.userId, needed: 'member' },
    {
      UpdateExpression: 'SET reactions.#name = :at, revision = revision + :one',
      ConditionExpression:
        'attribute_exists(pk) AND attribute_not_exists(deletedAt) AND ' +
        'attribute_not_exists(reactions.#name) AND size(reactions) < :most',
      ExpressionAttributeNames: { '#name': reactionName(reaction) },
      ExpressionAttributeValues: { ':at': reaction.createdAt, ':one': 1, ':most': limits.reactions },
    },
  );

/**
 * Removes a reaction, if it is there as it was read.
 * @throws Failure `unavailable`
 */
export const deleteReaction = (table: Table, reaction: Reaction, host: Conversation): Promise<Changed> =>
  change(
    table,
    reaction.messageId,
    { host, userId: reaction.userId, needed: 'member' },
    {
      UpdateExpression: 'SET revision = revision + :one REMOVE reactions.#name',
      ConditionExpression: 'reactions.#name = :at',
      ExpressionAttributeNames: { '#name': reactionName(reaction) },
      ExpressionAttributeValues: { ':at': reaction.createdAt, ':one': 1 },
    },
  );
