import * as z from 'zod/mini';
import type { MessageState } from '../domain/message-change.ts';
import type { UserId } from '../domain/principal.ts';
import { isAnnounced } from './announce.ts';
import { headFrom, type StoredConversation } from './heads.ts';
import { messageStateFrom } from './messages.ts';
import { readerFrom } from './read-positions.ts';
import { itemIn } from './stream-image.ts';

const Entity = z.object({ entity: z.string() });
const Addressed = z.object({ announceTo: z.optional(z.set(z.string())) });

/** What a record tells of a message. */
export interface MessageRecord {
  readonly entity: 'message';
  readonly before: MessageState | undefined;
  readonly after: MessageState;
  /** The connections that are to hear of it; undefined for all of the audience. */
  readonly to: ReadonlySet<string> | undefined;
}

/** What a record tells of somebody's part in a conversation: that it has read on. */
export interface ParticipantRecord {
  readonly entity: 'participant';
  readonly userId: UserId;
  readonly readMessageId: string;
}

/** What a record tells of a conversation. */
export interface ConversationRecord {
  readonly entity: 'conversation';
  readonly before: StoredConversation | undefined;
  readonly after: StoredConversation | undefined;
  /** Whether sockets are to hear of it. */
  readonly isAnnounced: boolean;
}

/**
 * What a record of the stream tells.
 * @param before the item's old image, and `after` its new one, as Lambda has them; undefined where there is none
 * @returns undefined where it is nobody's business
 */
export function changeFrom(
  before: unknown,
  after: unknown,
): MessageRecord | ParticipantRecord | ConversationRecord | undefined {
  const [old, next] = [itemIn(before), itemIn(after)];
  const isNews = isAnnounced(old, next);
  const { entity } = Entity.parse(next ?? old);
  if (entity === 'conversation')
    return { entity, before: old && headFrom(old), after: next && headFrom(next), isAnnounced: isNews };
  if (!next || !isNews) return undefined;
  if (entity === 'message') {
    const { announceTo: to } = Addressed.parse(next);
    return { entity, before: old && messageStateFrom(old), after: messageStateFrom(next), to };
  }
  return entity === 'participant' ? { entity, ...readerFrom(next) } : undefined;
}
