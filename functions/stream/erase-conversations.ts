import * as z from 'zod/mini';
import { liveDeps } from '../../core/operations/deps.ts';
import { eraseConversation } from '../../core/operations/erase-conversation.ts';
import { streamFunction } from '../edge/stream.ts';

const Head = z.object({ id: z.object({ S: z.string() }) });

/** Is told of the heads of conversations that were removed, and of those that went unfinished. */
export const handler = streamFunction(
  Head,
  async (deps, { before, after }) => {
    const head = after ?? before;
    if (head) await eraseConversation(deps, { conversationId: head.id.S });
  },
  liveDeps(),
);
