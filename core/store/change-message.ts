import { limits } from '../contract/limits.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import { withoutContent } from '../domain/message-context.ts';
import type { Role } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import type { Reaction } from '../domain/reaction.ts';
import { announcement } from './announce.ts';
import { messageKey } from './keys.ts';
import { storedContext } from './messages.ts';
import { checkPart } from './participants.ts';
import { reactionName } from './reactions.ts';
import type { Table } from './table.ts';
import { transact } from './writing.ts';

/**
 * What became of a change: `noPart` when its actor has not, or no longer, the part in the conversation that it takes;
 * `raced` when the message is not as it was read, or another transaction was in the way: look again.
 */
export type Changed = 'stored' | 'noPart' | 'raced';

/** Whose change it is, and what part it takes in the conversation that decides; undefined for a service acting as itself. */
type Actor = { readonly host: Conversation; readonly userId: UserId; readonly needed: Role } | undefined;

/** What is written, on which condition: attributes that are set, and one that is removed. */
interface Update {
  readonly set: string;
  readonly remove?: string;
  readonly condition: string;
  readonly names?: Readonly<Record<string, string>>;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Changes a message that is there, if its actor takes part: one transaction, so that nothing comes between. */
async function change(table: Table, messageId: string, actor: Actor, update: Update): Promise<Changed> {
  const { set, remove, condition, names, values } = update;
  const result = await transact(table, [
    {
      Update: {
        Key: messageKey(messageId),
        // Everybody is to hear of it, whoever was to hear of the message itself.
        UpdateExpression: `SET ${set}, announce = :announce REMOVE announceTo${remove ? `, ${remove}` : ''}`,
        ConditionExpression: condition,
        ...(names ? { ExpressionAttributeNames: names } : {}),
        ExpressionAttributeValues: { ...values, ':announce': announcement() },
      },
    },
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
      set: '#text = :text, editedAt = :at, revision = :revision',
      condition:
        'revision = :previous AND ' +
        (reply === null ? 'attribute_not_exists(replyConversationId)' : 'replyConversationId = :reply'),
      names: { '#text': 'text' },
      values: {
        ':text': text,
        ':at': editedAt,
        ':revision': revision,
        ':previous': revision - 1,
        ...(reply === null ? {} : { ':reply': reply }),
      },
    },
  );

/**
 * Takes away what a message says that has not been deleted; the rest stays. `at` in Unix milliseconds.
 * @throws Failure `unavailable`
 */
export function storeDeletion(table: Table, { id, context }: Message, at: number, actor: Actor): Promise<Changed> {
  // Nothing ever changes it but this.
  const left = context && storedContext(withoutContent(context));
  return change(table, id, actor, {
    set: `deletedAt = :at, revision = revision + :one${left ? ', context = :left' : ''}`,
    remove: '#text',
    condition: 'attribute_exists(pk) AND attribute_not_exists(deletedAt)',
    names: { '#text': 'text' },
    values: { ':at': at, ':one': 1, ...(left ? { ':left': left } : {}) },
  });
}

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
      set: 'reactions.#name = :at, revision = revision + :one',
      condition:
        'attribute_exists(pk) AND attribute_not_exists(deletedAt) AND ' +
        'attribute_not_exists(reactions.#name) AND size(reactions) < :most',
      names: { '#name': reactionName(reaction) },
      values: { ':at': reaction.createdAt, ':one': 1, ':most': limits.reactions },
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
      set: 'revision = revision + :one',
      remove: 'reactions.#name',
      condition: 'reactions.#name = :at',
      names: { '#name': reactionName(reaction) },
      values: { ':at': reaction.createdAt, ':one': 1 },
    },
  );
