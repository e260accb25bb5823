import type { Participant } from '../domain/participant.ts';
import type { Principal } from '../domain/principal.ts';
import { isActive, userOwner } from '../domain/socket.ts';
import { readSockets } from '../store/sockets.ts';
import type { Deps } from './deps.ts';
import { type ListParticipantsInput, listParticipants, type ParticipantPage } from './list-participants.ts';

/** A participant, and whether one of its sockets is open. */
export interface PresentParticipant extends Participant {
  readonly isActive: boolean;
}

export interface PresentParticipantPage extends ParticipantPage {
  readonly participants: readonly PresentParticipant[];
}

/**
 * As `listParticipants`, with who of them is active, as it was a moment ago.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function listPresentParticipants(
  deps: Deps,
  principal: Principal,
  input: ListParticipantsInput,
): Promise<PresentParticipantPage> {
  const page = await listParticipants(deps, principal, input);
  const { organization } = principal;
  const owners = page.participants.map(({ userId }) => userOwner(organization, userId));
  const sockets = await readSockets(deps.table, owners);
  const now = deps.now();
  return {
    ...page,
    participants: page.participants.map((participant, at) => ({
      ...participant,
      isActive: isActive(sockets[at] ?? [], now),
    })),
  };
}
