import type { MessageInput } from '../../operations/message-access.ts';

/** What every request about one message says. */
export const messageInput = ({
  path,
  query,
}: {
  readonly path: { readonly id: string };
  readonly query: { readonly userId?: string | undefined };
}): MessageInput => ({ messageId: path.id, actingUserId: query.userId });
