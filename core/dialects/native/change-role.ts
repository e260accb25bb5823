import * as routes from '../../contract/native/routes/participants.ts';
import type { ChangeRoleInput } from '../../operations/change-role.ts';
import { nativeCodec } from './codec.ts';
import { participantAnswer } from './participant.ts';

export const changeRole = nativeCodec(routes.changeRole, {
  decode: ({ path, query, body }): ChangeRoleInput => ({
    conversationId: path.id,
    userId: path.userId,
    role: body.role,
    actingUserId: query.userId,
  }),
  encode: participantAnswer(200),
});
