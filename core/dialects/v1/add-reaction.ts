import * as routes from '../../contract/v1/routes/messages.ts';
import type { ReactionInput } from '../../operations/add-reaction.ts';
import { v1Codec } from './codec.ts';

export const addReaction = v1Codec(routes.addReaction, {
  action: 'add reaction',
  decode: ({ path, query, body }): ReactionInput => ({
    messageId: path.messageId,
    actingUserId: query.userId,
    emoji: body.emoji,
  }),
  encode: () => ({ status: 200, body: { message: 'Reaction added successfully' } }),
});
