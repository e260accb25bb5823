import { forbidden } from '../domain/errors.ts';
import { changedAt } from '../domain/message.ts';
import { actingUserOrService, type Principal } from '../domain/principal.ts';
import { storeDeletion } from '../store/change-message.ts';
import { retrying } from '../store/retrying.ts';
import type { Deps } from './deps.ts';
import { accessMessage, ifStored, type MessageInput } from './message-access.ts';

const notDeleter = () => forbidden('Only its sender or an admin deletes a message');

/**
 * Deletes a message, by its sender, an admin of its group or a service: all of it stays but its text. Again is fine, and
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
    const { message, own } = await accessMessage(table, principal.organization, messageId, actor);
    const isOwn = message.senderId === actor;
    if (actor !== undefined && !isOwn && own?.role !== 'admin') throw notDeleter();
    if (message.deletedAt !== null) return 'deleted';
    const at = changedAt(message, now());
    const part = actor === undefined ? undefined : ({ userId: actor, needed: isOwn ? 'member' : 'admin' } as const);
    return ifStored(await storeDeletion(table, messageId, at, part), 'deleted', isOwn ? undefined : notDeleter);
  });
}
