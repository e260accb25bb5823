import { requireAccess } from '../domain/access.ts';
import { changed, hasParticipants } from '../domain/conversation.ts';
import { conflict, notFound } from '../domain/errors.ts';
import type { MembershipChange } from '../domain/membership.ts';
import type { Participant } from '../domain/participant.ts';
import { firstAnswer, type IdempotencyKey } from '../store/idempotency.ts';
import { commitMembership, type MembershipRequest, readStanding, type Standing } from '../store/membership.ts';
import { retrying } from '../store/retrying.ts';
import type { Deps } from './deps.ts';
import { keyReused } from './idempotency.ts';

/** The participant whom a change was about, as it is then. */
export interface ConversationParticipant {
  readonly conversationId: string;
  readonly participant: Participant;
}

/**
 * Changes who takes part in a conversation, or as what. Whoever is overtaken by another change looks again, and decides
 * anew.
 * @param decide what shall become of it, or undefined because things stand as they should; throws the Failure that
 *   refuses the change. The actor takes part, or is a service that acts as itself.
 * @throws Failure `not_found`, `forbidden`, `conflict` (global, a reply, or the key stands for another request),
 *   `unavailable`
 */
export async function changeMembership(
  { table, now }: Deps,
  request: MembershipRequest,
  decide: (standing: Standing, now: number) => MembershipChange | undefined,
  key?: IdempotencyKey,
): Promise<ConversationParticipant> {
  const { conversationId } = request;
  const participant = await retrying(table, async () => {
    const standing = await readStanding(table, request, key);
    if (standing === 'torn') return undefined;
    if (!standing) throw notFound('Conversation');
    requireAccess(request.actorId, standing.actor);
    if (!hasParticipants(standing.conversation)) throw conflict('Nobody is added to this conversation, or leaves it');

    if (key && standing.record) {
      if (firstAnswer(standing.record, key) === 'reused') throw keyReused();
      // A transaction's items come into sight one by one: without it, look again.
      return standing.target;
    }
    const at = now();
    const decided = decide(standing, at);
    if (!decided) return standing.target;
    const change = { ...decided, conversation: changed(decided.conversation, at) };
    return (await commitMembership(table, request, standing, change, key, at)) ? change.participant : undefined;
  });
  return { conversationId, participant };
}
