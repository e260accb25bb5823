import { conversationRead } from '../dialects/live/events.ts';
import type { ParticipantRecord } from '../store/changes.ts';
import { readCurrent } from '../store/conversations.ts';
import { smallAudience } from './audience.ts';
import type { RealtimeDeps } from './deps.ts';
import { tell } from './tell.ts';
import { tellingAll } from './telling.ts';

/**
 * Tells how far somebody who has read on has read by now. Where many take part that is told to the reader's own sockets
 * alone: each of them reads each message, and told to all that would be the square of them.
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
  const listeners = (await smallAudience(deps.table, found)) ?? [{ userId, joinedAt: 0 }];
  await tell(deps, organization, [listeners], tellingAll(frame));
}
