import type { Reply } from '../operations/reply-to-message.ts';
import { smallAudience } from './audience.ts';
import { deliverInline } from './deliver-inline.ts';
import type { RealtimeDeps } from './deps.ts';
import { tellingReply } from './telling.ts';

/**
 * Delivers a reply that is stored to the sockets of all who may read what it replies to; with the first one, its
 * conversation.
 * @throws Failure `unavailable` when nobody would deliver it
 */
export const tellReply = (deps: RealtimeDeps, { message, conversation }: Omit<Reply, 'created'>): Promise<void> =>
  deliverInline(
    deps,
    conversation.organization,
    message,
    () => smallAudience(deps.table, { conversation }),
    tellingReply(message, conversation),
  );
