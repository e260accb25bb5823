import type * as z from 'zod/mini';
import type * as contract from '../../contract/v1/conversation.ts';
import { type Link, linkOf, updatedAt } from '../../domain/conversation.ts';
import { numberOf } from '../../domain/ids.ts';
import { withinShares } from '../../domain/page-size.ts';
import type { DescribedConversation, DescribedParticipant } from '../../operations/describe.ts';
import { microTime, microTimeOrNull } from './values.ts';

type Body = z.infer<typeof contract.Conversation>;
type TaggedBody = z.infer<typeof contract.TaggedConversation>;

/** The id of what a conversation is about, where it is an integer as the dialect writes one. */
function integerIn({ id }: Link): number | null {
  const integer = Number(id);
  return Number.isSafeInteger(integer) && String(integer) === id ? integer : null;
}

const participantBody = (
  conversationId: string,
  { id, profile, membership: { joinedAt, read }, unreadCount }: DescribedParticipant,
): Body['participants'][number] => ({
  uuid: id,
  name: profile?.name ?? null,
  email: profile?.email ?? null,
  pivot: {
    conversation_id: numberOf(conversationId),
    user_id: numberOf(id),
    unread_count: unreadCount,
    last_read_at: microTimeOrNull(read?.at ?? null),
    joined_at: microTime(joinedAt),
    created_at: microTime(joinedAt),
    updated_at: microTime(Math.max(joinedAt, read?.at ?? 0)),
  },
});

/** A conversation as the dialect of platforms shows it. */
export function conversationBody({ conversation, participants, lastMessage }: DescribedConversation): Body {
  const link = linkOf(conversation);
  return {
    uuid: conversation.id,
    taggable_type: link?.type ?? null,
    taggable_id: link && integerIn(link),
    last_message_text: lastMessage && (lastMessage.text ?? ''),
    last_message_at: microTimeOrNull(conversation.lastMessageAt),
    is_archived: conversation.status === 'archived',
    created_at: microTime(conversation.createdAt),
    updated_at: microTime(updatedAt(conversation)),
    participants: participants.map((participant) => participantBody(conversation.id, participant)),
  };
}

/** The same where it is read, with what it is about. */
export function taggedBody(described: DescribedConversation): TaggedBody {
  const { conversation } = described;
  const link = linkOf(conversation);
  return {
    ...conversationBody(described),
    taggable_info: link && {
      type: link.type,
      uuid: integerIn(link) === null ? link.id : null,
      title: conversation.name,
    },
  };
}

/**
 * Conversations as a list shows them. Where not all that is to be told of them fits into one answer, those with the most
 * participants show the caller alone, as larger ones always do.
 */
export const taggedBodies = (described: readonly DescribedConversation[], caller: string): TaggedBody[] =>
  withinShares(described.map(taggedBody), (body) => ({
    ...body,
    participants: body.participants.filter(({ uuid }) => uuid === caller),
  }));
