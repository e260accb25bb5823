import {
  type ConversationDetail,
  detailed,
  type Founding,
  foundersOf,
  isLarge,
  newConversation,
} from '../domain/conversation.ts';
import { unavailable } from '../domain/errors.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { findEarlier, insertConversation, rememberExisting } from '../store/insert-conversation.ts';
import { MOST_ATTEMPTS } from '../store/table.ts';
import type { Deps } from './deps.ts';
import { getConversation } from './get-conversation.ts';
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
 * Creates a conversation; of a direct one that exists already, answers that one. The same request again under the same
 * idempotency key gets the first answer again.
 * @throws Failure `validation_failed`, `forbidden`, `conflict` (the key stands for another request), `unavailable`
 */
export async function createConversation(
  { table, now }: Deps,
  principal: Principal,
  input: CreateConversationInput,
): Promise<CreatedConversation> {
  const { kind, name, link, participantIds, actingUserId } = input;
  const { organization } = principal;
  const actor = actingUserOrService(principal, actingUserId);
  const users = foundersOf(kind, actor, participantIds);
  const pair = kind === 'direct' ? { organization, users, link } : undefined;
  const key =
    input.idempotencyKey === undefined
      ? undefined
      : idempotencyKey(principal, 'create-conversation', actor, input.idempotencyKey, [
          kind,
          name,
          link,
          participantIds,
        ]);
  const existing = async (id: string, created: boolean): Promise<CreatedConversation> => ({
    conversation: await getConversation({ table, now }, principal, { id, actingUserId }),
    created,
  });

  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt += 1) {
    const earlier = await findEarlier(table, pair, key);
    if (earlier.answer === 'reused') throw keyReused();
    if (earlier.answer) return existing(earlier.answer.id, earlier.answer.created);
    if (earlier.existing !== undefined) {
      const outcome = key ? await rememberExisting(table, key, earlier.existing, now()) : 'stored';
      if (outcome === 'stored') return existing(earlier.existing, false);
      if (outcome === 'busy') break;
    } else {
      const founding = { organization, kind, name, link };
      const { conversation, participants } = newConversation(founding, users, now());
      const outcome = await insertConversation(table, conversation, participants, { pair, key, now: now() });
      if (outcome === 'stored') {
        const roster = isLarge(participants.length) ? undefined : participants;
        const own = participants.find(({ userId }) => userId === actor);
        return { conversation: detailed(conversation, roster, own), created: true };
      }
      if (outcome === 'busy') break;
    }
    // Another request was first: it created the pair's conversation, or took the key.
    await table.pause(attempt);
  }
  throw unavailable();
}
