import { notParticipant, requireAccess } from '../domain/access.ts';
import { type Failure, notFound } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import type { UserId } from '../domain/principal.ts';
import type { Changed } from '../store/change-message.ts';
import { type FoundMessage, readMessageInConversation } from '../store/messages.ts';
import type { Table } from '../store/table.ts';

/** What every operation on one message is told. */
export interface MessageInput {
  readonly messageId: string;
  readonly actingUserId: UserId | undefined;
}

/** A message that is there. */
export interface MessageAccess extends FoundMessage {
  readonly message: Message;
}

/**
 * The one way to a message by its id alone, with what decides over it; consistently, in one trip, in a reply in two.
 * @param viewer undefined for a service that acts as itself
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function accessMessage(
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<MessageAccess> {
  const found = await readMessageInConversation(table, organization, id, viewer);
  if (!found) throw notFound('Message');
  requireAccess(viewer, found.own);
  const { message } = found;
  if (!message) throw notFound('Message');
  return { ...found, message };
}

/**
 * The answer to a change of a message, if it is stored; undefined to look at the message again.
 * @param refusal what to say to somebody who lost the needed part in the conversation meanwhile
 * @throws Failure that one
 */
export function ifStored<Answer>(changed: Changed, answer: Answer, refusal: () => Failure = notParticipant) {
  if (changed === 'noPart') throw refusal();
  return changed === 'stored' ? answer : undefined;
}
