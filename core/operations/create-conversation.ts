import {
  type ConversationDetail,
  type Founding,
  foundersOf,
  isLarge,
  newConversation,
} from '../domain/conversation.ts';
import { forbidden } from '../domain/errors.ts';
import { join } from '../domain/membership.ts';
import { actingUserOrService, decidesForAll, type Principal, type UserId } from '../domain/principal.ts';
import { type FoundConversation, readConversation } from '../store/conversations.ts';
import { findEarlier, insertConversation, rememberExisting } from '../store/insert-conversation.ts';
import { IN_SIGHT_AFTER_RETRIES, retrying } from '../store/retrying.ts';
import { changeMembership } from './change-membership.ts';
import { asSeenBy, detailOf } from './conversation-access.ts';
import type { Deps } from './deps.ts';
import { idempotencyKey, keyReused } from './idempotency.ts';

export interface CreateConversationInput extends Omit<Founding, 'organization'> {
  readonly participantIds: readonly UserId[];
  readonly actingUserId: UserId | undefined;
  readonly idempotencyKey: string | undefined;
}

export interface CreatedConversation {
  readonly conversation: ConversationDetail;
  /** False when the pair had this direct conversation already. */
  readonly created: boolean;
}

/**
 * Creates a conversation; of a direct one that exists already, answers that one, in which both take part again. The same
 * request again under the same idempotency key gets the first answer again.
 * @throws Failure `validation_failed`, `forbidden` (also a global one, unless by who decides for all), `conflict` (the key
 *   stands for another request), `unavailable`; `not_found` when what the key stands for is gone
 */
export async function createConversation(
  deps: Deps,
  principal: Principal,
  input: CreateConversationInput,
): Promise<CreatedConversation> {
  const { table, now } = deps;
  const { kind, name, link, participantIds } = input;
  const { organization } = principal;
  const actor = actingUserOrService(principal, input.actingUserId);
  if (kind === 'global' && !decidesForAll(principal, actor)) {
    throw forbidden('Only a super admin, or a service that acts as itself, makes a global conversation');
  }
  const users = foundersOf(kind, actor, participantIds);
  const pair = kind === 'direct' ? { organization, users, link } : undefined;
  const content = [kind, name, link, participantIds];
  const key = idempotencyKey(principal, 'create-conversation', actor, input.idempotencyKey, content);

  return retrying(table, async (retries): Promise<CreatedConversation | undefined> => {
    const { answer, existing } = await findEarlier(table, pair, key);
    if (answer === 'reused') throw keyReused();
    const earlier = answer ?? (existing === undefined ? undefined : { id: existing, created: false });

    if (earlier) {
      const found = await readConversation(table, organization, earlier.id, actor);
      if (!found && retries < IN_SIGHT_AFTER_RETRIES) return undefined;
      if (found && !answer) {
        await bringBack(deps, found, users);
        // Whoever was absent is back when we look again; so is who was, where its own part was read before the roster.
        if (found.roster?.length !== users.length || (actor && found.own?.leftAt !== null)) return undefined;
        if (key && (await rememberExisting(table, key, earlier.id, now())) === 'raced') return undefined;
      }
      return { conversation: asSeenBy(actor, found), created: earlier.created };
    }

    const creator = actor ?? users[0] ?? null;
    const { conversation, participants } = newConversation({ organization, kind, name, link }, creator, users, now());
    const inserted = await insertConversation(table, conversation, participants, { pair, key, now: now() });
    // Another request was first: it created the pair's conversation, or took the key.
    if (inserted === 'raced') return undefined;
    const roster = isLarge(participants.length) ? undefined : participants;
    const own = participants.find(({ userId }) => userId === actor);
    return { conversation: detailOf({ conversation, roster, own }), created: true };
  });
}

/** Makes those who had left a direct conversation active again: nobody has a part in it but the pair. */
async function bringBack(
  deps: Deps,
  { conversation, roster }: FoundConversation,
  users: readonly UserId[],
): Promise<void> {
  const { id, organization } = conversation;
  for (const userId of users.filter((user) => roster?.every((participant) => participant.userId !== user))) {
    await changeMembership(
      deps,
      { organization, conversationId: id, userId, actorId: undefined, departs: false },
      ({ conversation: current, target }, now) =>
        target?.leftAt === null ? undefined : join(current, userId, 'member', now),
    );
  }
}
