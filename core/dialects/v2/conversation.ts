import type * as z from 'zod/mini';
import { limits } from '../../contract/limits.ts';
import type * as contract from '../../contract/v2/conversation.ts';
import { isUuid } from '../../contract/values.ts';
import { type ConversationDetail, linkOf, updatedAt } from '../../domain/conversation.ts';
import { bytesInAnswer } from '../../domain/page-size.ts';
import type { Transcript } from '../../operations/transcript.ts';
import { isoTime } from '../time.ts';
import { messageBody } from './message.ts';

type Body = z.infer<typeof contract.Conversation>;

/** A conversation as the dialect of organizations shows it, without its messages. */
function bareBody(conversation: ConversationDetail): Body {
  const link = linkOf(conversation);
  return {
    id: conversation.id,
    organization_id: conversation.organization,
    subject: conversation.name,
    status: conversation.status,
    entity_type: link?.type ?? null,
    entity_id: link && isUuid(link.id) ? link.id : null,
    created_by_user_id: conversation.creatorId,
    participants: conversation.participants.map(({ userId, role, joinedAt }) => ({
      user_id: userId,
      role,
      joined_at: isoTime(joinedAt),
    })),
    messages: [],
    last_message_at: conversation.lastMessageAt === null ? null : isoTime(conversation.lastMessageAt),
    messages_truncated: conversation.lastSeq > 0,
    created_at: isoTime(conversation.createdAt),
    updated_at: isoTime(updatedAt(conversation)),
  };
}

/**
 * Conversations with as many of their newest messages as all together fit into one answer. Where not all do, each gets its
 * newest before any gets older ones.
 */
export function conversationBodies(transcripts: readonly Transcript[], mostBytes: number = limits.pageBytes): Body[] {
  const growing = transcripts.map(({ conversation, messages, isTruncated }) => ({
    body: bareBody(conversation),
    newestFirst: messages.toReversed().map(messageBody),
    taken: 0,
    isTruncated,
  }));
  let room = mostBytes - growing.reduce((sum, { body }) => sum + bytesInAnswer(body), 0);
  for (let open = growing; open.length > 0; ) {
    open = open.filter((one) => {
      const next = one.newestFirst[one.taken];
      if (next === undefined) return false;
      const bytes = bytesInAnswer(next);
      if (bytes > room) return false;
      room -= bytes;
      one.taken += 1;
      return true;
    });
  }
  return growing.map(({ body, newestFirst, taken, isTruncated }) => ({
    ...body,
    messages: newestFirst.slice(0, taken).reverse(),
    messages_truncated: isTruncated || taken < newestFirst.length,
  }));
}

/** One conversation with as many of its newest messages as fit into one answer. */
export const conversationBody = (transcript: Transcript): Body | undefined => conversationBodies([transcript])[0];
