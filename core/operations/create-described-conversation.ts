import { Failure } from '../domain/errors.ts';
import { actingUser, type Principal } from '../domain/principal.ts';
import { readProfiles } from '../store/profiles.ts';
import { type DescribedConversation, describeConversation, readAcquaintance, readCompanies } from './company.ts';
import { type CreateConversationInput, createConversation } from './create-conversation.ts';
import type { Deps } from './deps.ts';

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
  const profiles = await readProfiles(table, organization, input.participantIds);
  if (profiles.some((profile) => profile === undefined)) {
    throw new Failure('validation_failed', 'A participant is not known', { reason: 'unknown_participant' });
  }
  const { conversation, created } = await createConversation(deps, principal, input);
  const companies = await readCompanies(table, [conversation], user);
  const person = await readAcquaintance(table, organization, companies);
  const [company] = companies;
  if (!company) throw new Error('unable to describe a conversation; nothing was read of it');
  return { conversation: describeConversation(company, person), created };
}
