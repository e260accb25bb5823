import { suitableKind } from '../domain/conversation.ts';
import { actingUserOrService, type Principal, principalIn } from '../domain/principal.ts';
import { type CreateConversationInput, createConversation } from './create-conversation.ts';
import type { Deps } from './deps.ts';
import { type Transcript, transcribe, type Weighing } from './transcript.ts';

export interface CreateTranscriptInput extends Omit<CreateConversationInput, 'kind'>, Weighing {
  /** Whose it shall be; undefined for the caller's own. */
  readonly organization: string | undefined;
}

export interface CreatedTranscript extends Transcript {
  /** False when the pair had this direct conversation already. */
  readonly created: boolean;
}

/**
 * As `createConversation`, of the kind that suits who takes part and whether it has a name, with the messages of a
 * conversation that there was already; a super admin creates in other organizations too.
 * @throws Failure as `createConversation`; `forbidden` in another organization
 */
export async function createTranscript(
  deps: Deps,
  principal: Principal,
  { organization, bytesOf, ...input }: CreateTranscriptInput,
): Promise<CreatedTranscript> {
  const creator = principalIn(principal, organization);
  const viewer = actingUserOrService(creator, input.actingUserId);
  const kind = suitableKind(input.name, viewer, input.participantIds);
  const { conversation, created } = await createConversation(deps, creator, { ...input, kind });
  return { ...(await transcribe(deps.table, conversation, viewer, { bytesOf })), created };
}
