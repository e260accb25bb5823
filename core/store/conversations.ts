import * as z from 'zod/mini';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { Membership, Participant } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { headKey, participantKey, rosterKey } from './keys.ts';
import { membershipFrom, rosterFrom } from './participants.ts';
import { readItems } from './reading.ts';
import type { Item, Table } from './table.ts';
import type { TransactionItem } from './writing.ts';

const Head = z.object({
  entity: z.literal('conversation'),
  id: z.string(),
  organization: z.string(),
  kind: z.enum(['direct', 'group']),
  name: z.optional(z.string()),
  /** Nobody finds a conversation whose participants are still being written, nor one whose items are being erased. */
  status: z.enum(['forming', 'active', 'archived', 'removed']),
  ownerId: z.optional(z.string()),
  linkType: z.optional(z.string()),
  linkId: z.optional(z.string()),
  createdAt: z.number(),
  lastMessageAt: z.optional(z.number()),
  lastSeq: z.number(),
  lastOrdinal: z.number(),
  participantCount: z.number(),
  adminCount: z.number(),
  membershipRevision: z.number(),
});

/** The conversation in a head item, if it is there for this organization; the key alone does not prove that. */
export function conversationIn(item: Item | undefined, organization: string): Conversation | undefined {
  if (!item) return undefined;
  const { entity: _, status, name, ownerId, linkType, linkId, lastMessageAt, ...head } = Head.parse(item);
  if (head.organization !== organization || status === 'forming' || status === 'removed') return undefined;
  return {
    ...head,
    status,
    name: name ?? null,
    ownerId: ownerId ?? null,
    link: linkType === undefined || linkId === undefined ? null : { type: linkType, id: linkId },
    lastMessageAt: lastMessageAt ?? null,
  };
}

/** As `conversationIn`, if the conversation is also that of `id`, of which the key holds the tail alone. */
export function conversationFrom(item: Item | undefined, organization: string, id: string): Conversation | undefined {
  const conversation = conversationIn(item, organization);
  return conversation?.id === id ? conversation : undefined;
}

/** The write of a new conversation. */
export const putHead = ({ name, ownerId, link, lastMessageAt, ...conversation }: Conversation): TransactionItem => ({
  Put: {
    Item: {
      ...headKey(conversation.id),
      entity: 'conversation',
      ...conversation,
      name: name ?? undefined,
      ownerId: ownerId ?? undefined,
      linkType: link?.type,
      linkId: link?.id,
      lastMessageAt: lastMessageAt ?? undefined,
    } satisfies z.infer<typeof Head> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** The write that makes `message` the last one; refused unless it is the next one and the conversation is active. */
export const advanceHead = (message: Message): TransactionItem => ({
  Update: {
    Key: headKey(message.conversationId),
    UpdateExpression: 'SET lastSeq = :seq, lastOrdinal = :ordinal, lastMessageAt = :at',
    ConditionExpression: 'lastSeq = :previous AND #status = :active',
    ExpressionAttributeNames: { '#status': 'status' },
    ExpressionAttributeValues: {
      ':seq': message.seq,
      ':previous': message.seq - 1,
      ':ordinal': message.ordinal,
      ':at': message.createdAt,
      ':active': 'active',
    },
  },
});

/** A conversation as one trip reads it. */
export interface ConversationRead {
  readonly conversation: Conversation;
  /** All active participants; undefined of a large conversation. */
  readonly roster: readonly Participant[] | undefined;
  /** The viewer's own part; undefined without a viewer, or where the viewer never took part. */
  readonly own: Membership | undefined;
}

/** Reads a conversation, its participants and the viewer's part in it; consistently, in one trip. */
export async function readConversation(
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<ConversationRead | undefined> {
  const keys = [headKey(id), rosterKey(id), ...(viewer ? [participantKey(id, viewer)] : [])];
  const [head, roster, own] = await readItems(table, keys, { consistent: true });
  const conversation = conversationFrom(head, organization, id);
  return (
    conversation && {
      conversation,
      roster: roster && rosterFrom(roster),
      own: own && membershipFrom(own),
    }
  );
}

/** Reads a conversation and the viewer's part in it, without the other participants; consistently, in one trip. */
export async function readMembership(
  table: Table,
  organization: string,
  id: string,
  viewer: UserId | undefined,
): Promise<Omit<ConversationRead, 'roster'> | undefined> {
  const keys = [headKey(id), ...(viewer ? [participantKey(id, viewer)] : [])];
  const [head, own] = await readItems(table, keys, { consistent: true });
  const conversation = conversationFrom(head, organization, id);
  return conversation && { conversation, own: own && membershipFrom(own) };
}
