import { conversationCreated, conversationRemoved, conversationUpdated } from '../dialects/live/events.ts';
import { isLarge, lastActivityAt } from '../domain/conversation.ts';
import { eraseConversation } from '../operations/erase-conversation.ts';
import type { ConversationRecord } from '../store/changes.ts';
import { readCurrent } from '../store/conversations.ts';
import { readErasable } from '../store/erasure.ts';
import type { StoredConversation } from '../store/heads.ts';
import { readRoster } from '../store/rosters.ts';
import { audienceOf } from './audience.ts';
import type { RealtimeDeps } from './deps.ts';
import { tell } from './tell.ts';
import { shown, tellingAll, tellingSince } from './telling.ts';

/**
 * Tells of a conversation that is new, or was changed, as it is now; of one that was removed, and then erases a slice of it.
 * What is left of one that was never finished is erased without a word.
 * @param at when the record was written, in Unix milliseconds
 * @throws Failure `unavailable`
 */
export async function conversationChanged(
  deps: RealtimeDeps,
  { before, after, isAnnounced }: ConversationRecord,
  at: number,
): Promise<void> {
  if (after && after.status !== 'removed') {
    if (isAnnounced) await tellOfConversation(deps, after, isShown(before), at);
    return;
  }
  if (after && isShown(before)) await tellOfRemoval(deps, after, at);
  const head = after ?? before;
  if (head) await eraseConversation(deps, { conversationId: head.id });
}

/** Whether a conversation was one that its participants knew of. */
const isShown = (head: StoredConversation | undefined): boolean =>
  head?.status === 'active' || head?.status === 'archived';

async function tellOfConversation(
  deps: RealtimeDeps,
  written: StoredConversation,
  isKnown: boolean,
  at: number,
): Promise<void> {
  const found = await readCurrent(deps.table, written.id);
  if (found?.conversation.id !== written.id) return;
  const { organization, createdAt } = found.conversation;
  const frame = isKnown ? conversationUpdated(shown(found), at) : conversationCreated(shown(found), createdAt);
  // Whoever has joined since has heard of all that.
  const telling = tellingSince(lastActivityAt(written), tellingAll(frame));
  await tell(deps, organization, audienceOf(deps.table, found), telling);
}

/** Tells those who took part until then; once what is there of them is being erased, those of whom something is left. */
async function tellOfRemoval(deps: RealtimeDeps, removed: StoredConversation, at: number): Promise<void> {
  const { table } = deps;
  const { id, organization, participantCount, membershipRevision } = removed;
  if ((await readErasable(table, id)) !== 'removed') return;
  // The removal counts as a change of who takes part, and is none.
  const before = { id, membershipRevision: membershipRevision - 1 };
  const roster = isLarge(participantCount) ? undefined : await readRoster(table, before);
  const audience = audienceOf(table, { conversation: removed, roster });
  await tell(deps, organization, audience, tellingAll(conversationRemoved(id, at)));
}
