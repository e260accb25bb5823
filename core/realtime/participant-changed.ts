import { conversationRead } from '../dialects/live/events.ts';
import type { ParticipantRecord } from '../store/changes.ts';
import { readCurrent } from '../store/conversations.ts';
import { audienceOf } from './audience.ts';
import type { RealtimeDeps } from './deps.ts';
import { tell } from './tell.ts';
import { tellingAll } from './telling.ts';

/**
 * Tells how far somebody who has read on has read by now.
 * @throws Failure `unavailable`
 */
export async function participantChanged(
  deps: RealtimeDeps,
  { userId, readMessageId }: ParticipantRecord,
): Promise<void> {
  const found = await readCurrent(deps.table, readMessageId, { userId });
  if (found?.own?.leftAt !== null || !found.own.read) return;
  const { id: conversationId, organization } = found.conversation;
  const frame = conversationRead({ conversationId, userId, ...found.own.read });
  await tell(deps, organization, audienceOf(deps.table, found), tellingAll(frame));
}
