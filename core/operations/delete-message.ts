import { administers } from '../domain/access.ts';
import { forbidden } from '../domain/errors.ts';
import { changedAt } from '../domain/message.ts';
import { actingUserOrService, type Principal } from '../domain/principal.ts';
import { storeDeletion } from '../store/change-message.ts';
import { retrying } from '../store/retrying.ts';
import type { Deps } from './deps.ts';
import { accessMessage, ifStored, type MessageInput } from './message-access.ts';

const notDeleter = () => forbidden('Only its sender or an admin deletes a message');

/**
 * Deletes a message, by its sender, an admin or a service: all of it stays but its text. Again is fine, and
 * changes nothing.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function deleteMessage(
  { table, now }: Deps,
  principal: Principal,
  { messageId, actingUserId }: MessageInput,
): Promise<void> {
  const actor = actingUserOrService(principal, actingUserId);
  await retrying(table, async () => {
    const found = await accessMessage(table, principal.organization, messageId, actor);
    const { message, host } = found;
    const isOwn = message.senderId === actor;
    if (!isOwn && !administers(principal, actor, found)) throw notDeleter();
    if (message.deletedAt !== null) return 'deleted';
    const at = changedAt(message, now());
    const needed = isOwn ? 'member' : 'admin';
    const by = actor === undefined ? undefined : ({ host, userId: actor, needed } as const);
    return ifStored(await storeDeletion(table, message, at, by), 'deleted', isOwn ? undefined : notDeleter);
  });
}
