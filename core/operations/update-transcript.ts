import { actingUserOrService, type Principal } from '../domain/principal.ts';
import { principalAt } from './across-organizations.ts';
import type { Deps } from './deps.ts';
import { type Transcript, transcribe, type Weighing } from './transcript.ts';
import { type UpdateConversationInput, updateConversation } from './update-conversation.ts';

export interface UpdateTranscriptInput extends UpdateConversationInput, Weighing {}

/**
 * As `updateConversation`, with the conversation's messages; a super admin also where it takes part in another
 * organization.
 * @throws Failure as `updateConversation`
 */
export async function updateTranscript(
  deps: Deps,
  principal: Principal,
  { bytesOf, ...input }: UpdateTranscriptInput,
): Promise<Transcript> {
  const updated = await updateConversation(deps, await principalAt(deps, principal, input.id), input);
  return transcribe(deps.table, updated, actingUserOrService(principal, input.actingUserId), { bytesOf });
}
