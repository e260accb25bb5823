import * as z from 'zod/mini';
import type { Participant } from '../domain/participant.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { readMembership } from '../store/conversations.ts';
import { readActiveParticipants } from '../store/participants.ts';
import { accessConversation } from './conversation-access.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Deps } from './deps.ts';

export interface ListParticipantsInput {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
}

export interface ParticipantPage {
  readonly conversationId: string;
  readonly participants: readonly Participant[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
}

/** Where a page ended: at the last participant on it. */
const Position = z.object({ userId: z.guid() });

/**
 * A page of a conversation's active participants, in the order of their user ids; none where nobody is added. Who takes
 * part all the while appears on exactly one page.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function listParticipants(
  { table }: Deps,
  principal: Principal,
  { conversationId, actingUserId, limit, cursor }: ListParticipantsInput,
): Promise<ParticipantPage> {
  const viewer = actingUserOrService(principal, actingUserId);
  const list = ['participants', conversationId];
  const past = decodeCursor(list, cursor, Position)?.userId;

  const [found, { participants, more }] = await Promise.all([
    readMembership(table, principal.organization, conversationId, viewer),
    readActiveParticipants(table, conversationId, { past, limit }),
  ]);
  accessConversation(viewer, found);
  const last = participants.at(-1);
  return {
    conversationId,
    participants,
    next: last && more ? encodeCursor(list, { userId: last.userId }) : undefined,
  };
}
