import * as z from 'zod/mini';
import { deviceTypes } from '../contract/message-content.ts';
import type { Conversation } from '../domain/conversation.ts';
import type { Message } from '../domain/message.ts';
import type { DeviceType } from '../domain/message-context.ts';
import { announcement } from './announce.ts';
import { globalConversationsKey, headKey } from './keys.ts';
import type { Item } from './table.ts';
import type { TransactionItem } from './writing.ts';

const Head = z.object({
  entity: z.literal('conversation'),
  id: z.string(),
  organization: z.string(),
  kind: z.enum(['direct', 'group', 'global', 'reply']),
  name: z.optional(z.string()),
  /** Nobody finds a conversation whose participants are still being written, nor one whose items are being erased. */
  status: z.enum(['forming', 'active', 'archived', 'removed']),
  ownerId: z.optional(z.string()),
  creatorId: z.optional(z.string()),
  linkType: z.optional(z.string()),
  linkId: z.optional(z.string()),
  parentMessageId: z.optional(z.string()),
  parentConversationId: z.optional(z.string()),
  createdAt: z.number(),
  changedAt: z.optional(z.number()),
  lastMessageAt: z.optional(z.number()),
  lastSeq: z.number(),
  lastOrdinal: z.number(),
  lastSenderId: z.optional(z.string()),
  sentFromWeb: z.optional(z.number()),
  sentFromMobile: z.optional(z.number()),
  sentFromDesktop: z.optional(z.number()),
  participantCount: z.number(),
  adminCount: z.number(),
  membershipRevision: z.number(),
});

/** Where is counted how many messages were written on each type of device: attributes, so that each is added to by itself. */
const counters = {
  web: 'sentFromWeb',
  mobile: 'sentFromMobile',
  desktop: 'sentFromDesktop',
} as const satisfies Record<DeviceType, keyof z.infer<typeof Head>>;

/** A conversation as its head has it, whether or not anybody finds it. */
export type StoredConversation = Omit<Conversation, 'status'> & { readonly status: z.infer<typeof Head>['status'] };

/** What is in a head item. */
export function headFrom(item: Item): StoredConversation {
  const { entity: _, linkType, linkId, sentFromWeb, sentFromMobile, sentFromDesktop, ...head } = Head.parse(item);
  return {
    ...head,
    sentFrom: { web: sentFromWeb ?? 0, mobile: sentFromMobile ?? 0, desktop: sentFromDesktop ?? 0 },
    changedAt: head.changedAt ?? null,
    name: head.name ?? null,
    ownerId: head.ownerId ?? null,
    creatorId: head.creatorId ?? null,
    link: linkType === undefined || linkId === undefined ? null : { type: linkType, id: linkId },
    parentMessageId: head.parentMessageId ?? null,
    parentConversationId: head.parentConversationId ?? null,
    lastMessageAt: head.lastMessageAt ?? null,
    lastSenderId: head.lastSenderId ?? null,
  };
}

/** The conversation in a head item, if it is one that can be found, in whatever organization. */
export function foundIn(item: Item | undefined): Conversation | undefined {
  if (!item) return undefined;
  const { status, ...head } = headFrom(item);
  return status === 'forming' || status === 'removed' ? undefined : { ...head, status };
}

/** The conversation in a head item, if it is there for this organization; the key alone does not prove that. */
export function conversationIn(item: Item | undefined, organization: string): Conversation | undefined {
  const conversation = foundIn(item);
  return conversation?.organization === organization ? conversation : undefined;
}

/** As `conversationIn`, if the conversation is also that of `id`, of which the key holds the tail alone. */
export function conversationFrom(item: Item | undefined, organization: string, id: string): Conversation | undefined {
  const conversation = conversationIn(item, organization);
  return conversation?.id === id ? conversation : undefined;
}

const headItem = ({ link, sentFrom, ...conversation }: Conversation) =>
  ({
    ...headKey(conversation.id),
    ...(conversation.kind === 'global' ? globalConversationsKey(conversation.organization, conversation.id) : {}),
    entity: 'conversation',
    ...conversation,
    name: conversation.name ?? undefined,
    ownerId: conversation.ownerId ?? undefined,
    creatorId: conversation.creatorId ?? undefined,
    linkType: link?.type,
    linkId: link?.id,
    parentMessageId: conversation.parentMessageId ?? undefined,
    parentConversationId: conversation.parentConversationId ?? undefined,
    lastMessageAt: conversation.lastMessageAt ?? undefined,
    lastSenderId: conversation.lastSenderId ?? undefined,
    changedAt: conversation.changedAt ?? undefined,
    ...Object.fromEntries(deviceTypes.map((type) => [counters[type], sentFrom[type] || undefined])),
  }) satisfies z.infer<typeof Head> & Item;

const status = { '#status': 'status' };

/** Of a new conversation sockets are to hear; of one of replies from who made it, with the first of them. */
const announced = (item: ReturnType<typeof headItem>): Item =>
  item.kind === 'reply' ? item : { ...item, announce: announcement() };

/** The write of a new conversation. */
export const putHead = (conversation: Conversation): TransactionItem => ({
  Put: { Item: announced(headItem(conversation)), ConditionExpression: 'attribute_not_exists(pk)' },
});

/** Whoever writes participants for longer than this has died, and left them: the stream consumer erases what expires. */
const FORMED_WITHIN_SECONDS = 60 * 60;

/** The write of a conversation that nobody finds until its participants are written. `now` in Unix milliseconds. */
export const putFormingHead = (conversation: Conversation, now: number): TransactionItem => ({
  Put: {
    Item: {
      ...headItem(conversation),
      status: 'forming',
      expiresAt: Math.floor(now / 1000) + FORMED_WITHIN_SECONDS,
    } satisfies z.infer<typeof Head> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});

/** The write by which it is found from then on. */
export const putFormedHead = (conversation: Conversation): TransactionItem => ({
  Put: {
    Item: announced(headItem(conversation)),
    ConditionExpression: '#status = :forming',
    ExpressionAttributeNames: status,
    ExpressionAttributeValues: { ':forming': 'forming' },
  },
});

/** The write after which nobody finds a conversation that was never formed, and its items are erased. */
export const abandonHead = (conversationId: string): TransactionItem => ({
  Update: {
    Key: headKey(conversationId),
    UpdateExpression: 'SET #status = :removed REMOVE expiresAt',
    ConditionExpression: '#status = :forming',
    ExpressionAttributeNames: status,
    ExpressionAttributeValues: { ':forming': 'forming', ':removed': 'removed' },
  },
});

/** Sets each attribute to the value of that placeholder; takes those away that have none. */
function updateExpression(attributes: Readonly<Record<string, string | undefined>>): string {
  const names = Object.keys(attributes);
  const removed = names.filter((name) => attributes[name] === undefined);
  const set = names.filter((name) => attributes[name] !== undefined).map((name) => `${name} = ${attributes[name]}`);
  return `SET ${set.join(', ')}${removed.length > 0 ? ` REMOVE ${removed.join(', ')}` : ''}`;
}

/** The write that makes `message` the last one; refused unless it is the next one and the conversation is active. */
export const advanceHead = (message: Message): TransactionItem => ({
  Update: {
    Key: headKey(message.conversationId),
    UpdateExpression:
      'SET lastSeq = :seq, lastOrdinal = :ordinal, lastMessageAt = :at, lastSenderId = :sender REMOVE announce' +
      (message.context ? ` ADD ${counters[message.context.device.type]} :one` : ''),
    ConditionExpression: 'lastSeq = :previous AND #status = :active',
    ExpressionAttributeNames: status,
    ExpressionAttributeValues: {
      ...(message.context ? { ':one': 1 } : {}),
      ':seq': message.seq,
      ':previous': message.seq - 1,
      ':ordinal': message.ordinal,
      ':at': message.createdAt,
      ':sender': message.senderId,
      ':active': 'active',
    },
  },
});

/** The check that a conversation is there and active. */
export const checkActive = (conversationId: string): TransactionItem => ({
  ConditionCheck: {
    Key: headKey(conversationId),
    ConditionExpression: '#status = :active',
    ExpressionAttributeNames: status,
    ExpressionAttributeValues: { ':active': 'active' },
  },
});

/**
 * The write of a conversation whose participants change; refused if they changed, or anybody wrote, since `before`.
 * @param isAnnounced whether sockets are to hear of it beside the message that tells of a join or a leave
 */
export const updateHeadMembership = (
  before: Conversation,
  after: Conversation,
  isAnnounced: boolean,
): TransactionItem => ({
  Update: {
    Key: headKey(before.id),
    UpdateExpression: updateExpression({
      participantCount: ':participants',
      adminCount: ':admins',
      membershipRevision: ':revision',
      lastSeq: ':seq',
      lastMessageAt: after.lastMessageAt === null ? undefined : ':at',
      ownerId: after.ownerId === null ? undefined : ':owner',
      changedAt: after.changedAt === null ? undefined : ':changed',
      announce: isAnnounced ? ':announce' : undefined,
    }),
    ConditionExpression: 'membershipRevision = :previousRevision AND lastSeq = :previousSeq',
    ExpressionAttributeValues: {
      ':participants': after.participantCount,
      ':admins': after.adminCount,
      ':revision': after.membershipRevision,
      ':previousRevision': before.membershipRevision,
      ':seq': after.lastSeq,
      ':previousSeq': before.lastSeq,
      ...(after.lastMessageAt === null ? {} : { ':at': after.lastMessageAt }),
      ...(after.ownerId === null ? {} : { ':owner': after.ownerId }),
      ...(after.changedAt === null ? {} : { ':changed': after.changedAt }),
      ...(isAnnounced ? { ':announce': announcement() } : {}),
    },
  },
});

/** The write of a conversation's name and status; refused if anything of it changed since `before`. */
export const updateHeadDetails = (before: Conversation, after: Conversation): TransactionItem => ({
  Update: {
    Key: headKey(before.id),
    UpdateExpression: updateExpression({
      '#status': ':status',
      '#name': after.name === null ? undefined : ':name',
      changedAt: after.changedAt === null ? undefined : ':changed',
      announce: ':announce',
    }),
    ConditionExpression:
      'membershipRevision = :revision AND lastSeq = :seq AND #status = :statusBefore AND ' +
      (before.name === null ? 'attribute_not_exists(#name)' : '#name = :nameBefore'),
    ExpressionAttributeNames: { ...status, '#name': 'name' },
    ExpressionAttributeValues: {
      ':status': after.status,
      ':statusBefore': before.status,
      ':announce': announcement(),
      ':revision': before.membershipRevision,
      ':seq': before.lastSeq,
      ...(after.name === null ? {} : { ':name': after.name }),
      ...(after.changedAt === null ? {} : { ':changed': after.changedAt }),
      ...(before.name === null ? {} : { ':nameBefore': before.name }),
    },
  },
});

/** The write after which nobody finds a conversation, and its items are erased; refused if its participants changed. */
export const removeHead = ({ id, membershipRevision }: Conversation): TransactionItem => ({
  Update: {
    Key: headKey(id),
    UpdateExpression: 'SET #status = :removed, membershipRevision = :next',
    ConditionExpression: 'membershipRevision = :revision',
    ExpressionAttributeNames: status,
    ExpressionAttributeValues: {
      ':removed': 'removed',
      ':revision': membershipRevision,
      ':next': membershipRevision + 1,
    },
  },
});
