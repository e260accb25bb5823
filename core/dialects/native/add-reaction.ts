import * as routes from '../../contract/native/routes/reactions.ts';
import type { AddedReaction, ReactionInput } from '../../operations/add-reaction.ts';
import { nativeCodec } from './codec.ts';
import { messageInput } from './message-input.ts';
import { reactionBody } from './reaction.ts';

export const addReaction = nativeCodec(routes.addReaction, {
  decode: (request): ReactionInput => ({ ...messageInput(request), emoji: request.body.emoji }),
  encode: ({ reaction, created }: AddedReaction) => ({ status: created ? 201 : 200, body: reactionBody(reaction) }),
});
