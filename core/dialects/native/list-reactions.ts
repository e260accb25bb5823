import * as routes from '../../contract/native/routes/reactions.ts';
import type { Reaction } from '../../domain/reaction.ts';
import { nativeCodec } from './codec.ts';
import { messageInput } from './message-input.ts';
import { reactionBody } from './reaction.ts';

export const listReactions = nativeCodec(routes.listReactions, {
  decode: messageInput,
  encode: (reactions: readonly Reaction[]) => ({ status: 200, body: reactions.map(reactionBody) }),
});
