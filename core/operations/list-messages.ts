import * as z from 'zod/mini';
import { invalid } from '../domain/errors.ts';
import { createdAtOf } from '../domain/ids.ts';
import { belongsTo, type Message, seenBy } from '../domain/message.ts';
import { actingUserOrService, type Principal, type UserId } from '../domain/principal.ts';
import { readMembership } from '../store/conversations.ts';
import { type MessageRange, readMessages } from '../store/messages.ts';
import { accessConversation } from './conversation-access.ts';
import { decodeCursor, encodeCursor } from './cursor.ts';
import type { Deps } from './deps.ts';

/** A point in a conversation: a time, in Unix milliseconds, or a message. */
export type Point = { readonly time: number } | { readonly messageId: string };

export interface ListMessagesInput {
  readonly conversationId: string;
  readonly actingUserId: UserId | undefined;
  readonly limit: number;
  readonly cursor: string | undefined;
  /** At most one of the two. Messages before a point come newest first, those after it oldest first. */
  readonly before: Point | undefined;
  readonly after: Point | undefined;
}

export interface MessagePage {
  readonly messages: readonly Message[];
  /** The cursor of the next page, if there is one. */
  readonly next: string | undefined;
}

/** Where a page ended: at the last message on it, which is one of this conversation and within the list's bounds. */
const positionIn = (conversationId: string, { from = 0, before = Number.POSITIVE_INFINITY }: MessageRange) =>
  z.object({
    id: z
      .guid()
      .check(z.refine((id) => belongsTo(id, conversationId) && from <= createdAtOf(id) && createdAtOf(id) < before)),
  });

/**
 * A page of a conversation's messages, its own latest write included: newest first, or after a point oldest first.
 * A time is included by `after` and excluded by `before`; a message is always excluded. A page ends before its answer is
 * too large.
 * @throws Failure `validation_failed`, `not_found`, `forbidden`, `unavailable`
 */
export async function listMessages(
  { table }: Deps,
  principal: Principal,
  input: ListMessagesInput,
): Promise<MessagePage> {
  const { conversationId, limit, before, after } = input;
  const viewer = actingUserOrService(principal, input.actingUserId);
  const list = ['messages', conversationId, before ?? null, after ?? null];
  const whole: MessageRange = {
    order: after ? 'oldestFirst' : 'newestFirst',
    from: after && 'time' in after ? after.time : undefined,
    before: before && 'time' in before ? before.time : undefined,
    past: messageAt('before', before, conversationId) ?? messageAt('after', after, conversationId),
  };
  const reached = decodeCursor(list, input.cursor, positionIn(conversationId, whole));
  const rest: MessageRange = reached ? { ...whole, past: reached.id } : whole;

  const [found, page] = await Promise.all([
    readMembership(table, principal.organization, conversationId, viewer),
    readMessages(table, conversationId, rest, { limit }),
  ]);
  accessConversation(viewer, found);
  const last = page.messages.at(-1);
  return {
    messages: page.messages.map((message) => seenBy(viewer, message)),
    next: last && page.more ? encodeCursor(list, { id: last.id }) : undefined,
  };
}

function messageAt(name: string, point: Point | undefined, conversationId: string): string | undefined {
  if (!point || !('messageId' in point)) return undefined;
  if (belongsTo(point.messageId, conversationId)) return point.messageId;
  throw invalid({ path: name, message: 'must be a message of this conversation' });
}
