import * as routes from '../../contract/native/routes/reactions.ts';
import type { Reaction } from '../../domain/reaction.ts';
import type { ReactionInput } from '../../operations/add-reaction.ts';
import { nativeCodec } from './codec.ts';
import { messageInput } from './message-input.ts';
import { reactionBody } from './reaction.ts';

export const removeReaction = nativeCodec(routes.removeReaction, {
  decode: (request): ReactionInput => ({ ...messageInput(request), emoji: request.path.emoji }),
  encode: (reaction: Reaction) => ({ status: 200, body: reactionBody(reaction) }),
});
