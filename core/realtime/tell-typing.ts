import { typing as typingFrame } from '../dialects/live/events.ts';
import { requireParticipant } from '../domain/access.ts';
import { notFound } from '../domain/errors.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { readConversation } from '../store/conversations.ts';
import { smallAudience } from './audience.ts';
import { deliver } from './deliver.ts';
import type { RealtimeDeps } from './deps.ts';
import { deliveriesTo } from './tell.ts';

export interface TypingInput {
  readonly conversationId: string;
  readonly typing: boolean;
  readonly actingUserId: UserId | undefined;
}

/**
 * Tells the others in a conversation that a user is writing, or no longer is. Nothing is stored, nor tried again; of many
 * nobody hears.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function tellTyping(
  deps: RealtimeDeps,
  principal: Principal,
  { conversationId, typing, actingUserId }: TypingInput,
): Promise<void> {
  const { table, now } = deps;
  const { organization } = principal;
  const userId = actingUser(principal, actingUserId, 'userId');
  const found = await readConversation(table, organization, conversationId, userId);
  if (!found) throw notFound('Conversation');
  requireParticipant(found.own);

  const listeners = await smallAudience(table, found);
  if (!listeners) return;
  const frames = [typingFrame(conversationId, userId, typing, now())];
  await deliver(
    deps,
    await deliveriesTo(table, organization, listeners, (listener) => (listener.userId === userId ? [] : frames)),
  );
}
