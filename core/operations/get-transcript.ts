import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { readConversation } from '../store/conversations.ts';
import { principalAt } from './across-organizations.ts';
import { asSeenBy } from './conversation-access.ts';
import type { Deps } from './deps.ts';
import { type Transcript, transcribe, type Weighing } from './transcript.ts';

export interface GetTranscriptInput extends Weighing {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
}

/**
 * One conversation with its participants and all of its messages, as far as they fit into one answer, as an active
 * participant or a service sees it; a super admin also where it takes part in another organization. Two trips, and another
 * for each further megabyte.
 * @throws Failure `not_found`, `forbidden`, `unavailable`
 */
export async function getTranscript(
  deps: Deps,
  principal: Principal,
  { conversationId, actingUserId, bytesOf }: GetTranscriptInput,
): Promise<Transcript> {
  const { table } = deps;
  const viewer = actingUserOrService(principal, actingUserId);
  const { organization } = await principalAt(deps, principal, conversationId);
  // Much is read only for who may read it.
  const conversation = asSeenBy(viewer, await readConversation(table, organization, conversationId, viewer));
  return transcribe(table, conversation, viewer, { bytesOf });
}
