import { Failure } from '../domain/errors.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { type CreateConversationInput, createConversation } from './create-conversation.ts';
import type { Deps } from './deps.ts';
import {
  type DescribedConversation,
  describeConversation,
  readOneWithParts,
  readPeople,
  withoutMessages,
} from './describe.ts';

export interface CreatedDescribed {
  readonly conversation: DescribedConversation;
  /** False when the pair had this direct conversation already. */
  readonly created: boolean;
}

/**
 * As `createConversation`, among people who are known to the organization, with what is known of them.
 * @throws Failure as `createConversation`; `validation_failed` for reason of `unknown_participant`
 */
export async function createDescribedConversation(
  deps: Deps,
  principal: Principal,
  input: CreateConversationInput,
): Promise<CreatedDescribed> {
  const { table } = deps;
  const { organization } = principal;
  const user = actingUser(principal, input.actingUserId, 'userId');
  // Once a conversation is made nothing else may fail.
  const personOf = await readPeople(table, organization, [user, ...input.participantIds]);
  if (input.participantIds.some((id) => personOf(id).profile === undefined)) {
    throw new Failure('validation_failed', 'A participant is not known', { reason: 'unknown_participant' });
  }
  const { conversation, created } = await createConversation(deps, principal, input);
  const found =
    conversation.lastSeq === 0 ? withoutMessages(conversation) : await readOneWithParts(table, conversation, user);
  return { conversation: describeConversation(found, personOf), created };
}
