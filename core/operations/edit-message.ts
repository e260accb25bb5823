import { conflict, forbidden } from '../domain/errors.ts';
import { type Message, withText } from '../domain/message.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { storeEdit } from '../store/change-message.ts';
import { retrying } from '../store/retrying.ts';
import type { Deps } from './deps.ts';
import { accessMessage, ifStored, type MessageInput } from './message-access.ts';

export interface EditMessageInput extends MessageInput {
  readonly text: string;
}

/**
 * Changes the text of a message; only its sender may.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `conflict` (the message is deleted), `unavailable`
 */
export async function editMessage(
  { table, now }: Deps,
  principal: Principal,
  { messageId, actingUserId, text }: EditMessageInput,
): Promise<Message> {
  const editor = actingUser(principal, actingUserId, 'userId');
  return retrying(table, async () => {
    const { message, host } = await accessMessage(table, principal.organization, messageId, editor);
    if (message.senderId !== editor) throw forbidden('Only its sender edits a message');
    if (message.deletedAt !== null) throw conflict('The message is deleted');
    const edited = withText(message, text, now());
    return ifStored(await storeEdit(table, edited, host, editor), edited);
  });
}
