import { countErased, eraseHead, eraseItems, readErasable } from '../store/erasure.ts';
import type { Deps } from './deps.ts';

export interface EraseConversationInput {
  readonly conversationId: string;
  /** So many items are erased at a time; more would keep the stream's other records waiting. */
  readonly slice?: number;
}

/**
 * Erases a removed conversation: one slice of it, with a mark in the head whose record in the stream has this called
 * again; or the head, once nothing is found beside it, so that what was written at the last moment is found as well. Of a
 * conversation without a head, which is what the end of its time leaves of one that was never finished, it erases all
 * that is left. Touches no other conversation.
 *
 * May be called at any time, late and repeatedly, and may fail anywhere: whoever calls it next goes on.
 * @throws Failure `unavailable`
 */
export async function eraseConversation(
  { table }: Pick<Deps, 'table'>,
  { conversationId, slice = 500 }: EraseConversationInput,
): Promise<void> {
  const erasable = await readErasable(table, conversationId);
  if (erasable === undefined) return;

  let erased = await eraseItems(table, conversationId, slice);
  if (erasable === 'removed') {
    await (erased.count > 0 ? countErased(table, conversationId, erased.count) : eraseHead(table, conversationId));
    return;
  }
  while (erased.more) erased = await eraseItems(table, conversationId, slice);
}
