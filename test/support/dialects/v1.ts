import * as z from 'zod/mini';
import * as contract from '../../../core/contract/v1/conversation.ts';
import { ErrorBody } from '../../../core/contract/v1/error.ts';
import * as messages from '../../../core/contract/v1/message.ts';
import { PageMeta } from '../../../core/contract/v1/values.ts';
import type { Caller, Sent, TestCloud } from '../cloud.ts';
import { type DialectClient, followNumbers, outcomeOf, PAGE_SIZE } from './client.ts';
import type { Conversation, Message } from './model.ts';

type ShownConversation = Omit<Conversation, 'kind' | 'lastSeq'>;
type ShownMessage = Omit<Message, 'subjectId' | 'type' | 'seq' | 'revision'>;

const path = '/api/v1/chat';
const Page = z.object({ data: z.array(z.unknown()), meta: PageMeta });
const Created = z.object({ message: z.string(), data: contract.Conversation });
const Sending = z.object({ message: z.string(), data: messages.Message });
const OfConversation = z.object({ conversation: z.unknown() });
type Shown = z.infer<typeof contract.Conversation> & Partial<z.infer<typeof contract.TaggedConversation>>;

function conversationOf(conversation: Shown): ShownConversation {
  const { taggable_type: type, taggable_id: id, taggable_info: info, last_message_at: lastMessageAt } = conversation;
  const { uuid, is_archived, participants, last_message_text } = conversation;
  return {
    id: uuid,
    name: info?.title ?? null,
    link: type === null ? null : { type, id: id === null ? (info?.uuid ?? null) : String(id) },
    status: is_archived ? 'archived' : 'active',
    participantIds: participants.map((participant) => participant.uuid).sort(),
    lastMessageAt: lastMessageAt === null ? null : Date.parse(lastMessageAt),
    lastMessageText: last_message_text,
    unread: Object.fromEntries(participants.map((participant) => [participant.uuid, participant.pivot.unread_count])),
  };
}

const taggedOf = (body: unknown) => conversationOf(contract.TaggedConversation.parse(body));

function messageOf(body: unknown): ShownMessage {
  const message = messages.Message.parse(body);
  const { id, conversation_uuid, sender, context, reactions, status, timestamps } = message;
  return {
    id,
    conversationId: conversation_uuid,
    senderId: sender?.uuid ?? null,
    contentType: context.type,
    text: context.text,
    createdAt: Date.parse(timestamps.created_at),
    changedAt: Date.parse(timestamps.updated_at),
    deleted: status.is_deleted,
    reactions: reactions.map(({ user_uuid: userId, emoji }) => ({ userId, emoji })),
    read: status.is_read,
  };
}

const refusalOf = (body: unknown) => ErrorBody.parse(body).message;

/** The public key of the platform of a caller's organization: its own id. */
export const publicKeyOf = ({ org_id = '' }: Caller): string => org_id;

/** A client of the dialect of platforms, which reads and reacts, but neither edits, deletes nor archives. */
export function v1Client(cloud: Pick<TestCloud, 'call'>): DialectClient {
  const call = (by: Caller, route: `${string} /${string}`, sent: Sent = {}) =>
    cloud.call(by, route, { ...sent, headers: { 'x-public-key': publicKeyOf(by) } });
  const list = (by: Caller, path: `/${string}`) =>
    followNumbers(async (number) => {
      const { body } = await call(by, `GET ${path}?page=${number}&per_page=${PAGE_SIZE}`);
      const { data, meta } = Page.parse(body);
      return { items: data, hasMore: meta.has_more };
    });

  return {
    dialect: 'v1',
    contentType: 'image',
    archivedStatus: 422,
    shows: {
      conversation: ({ kind: _, lastSeq: __, name, ...shown }): ShownConversation => ({
        ...shown,
        // It is the title of what the conversation is about.
        name: shown.link && name,
      }),
      message: ({ subjectId, type: _, seq: __, revision: ___, ...shown }): ShownMessage => ({
        ...shown,
        senderId: shown.senderId ?? subjectId,
      }),
    },
    canName: (link) => link === null || /^\d+$/.test(link.id),
    async create(by, peer, link) {
      const about = { taggable_type: link?.type, taggable_id: link ? Number(link.id) : undefined };
      const answer = await call(by, `POST ${path}/conversations`, { body: { participant_uuid: peer.sub, ...about } });
      return outcomeOf(answer, (body) => conversationOf(Created.parse(body).data), refusalOf);
    },
    async conversations(by) {
      return (await list(by, `${path}/conversations`)).map(taggedOf);
    },
    async conversation(by, id) {
      const { body } = await call(by, `GET ${path}/conversations/${id}/messages`);
      return taggedOf(OfConversation.parse(body).conversation);
    },
    async readings(by, conversationId) {
      return { 'page by page': (await list(by, `${path}/conversations/${conversationId}/messages`)).map(messageOf) };
    },
    async send(by, { conversationId, receiverId }, text) {
      const body = {
        conversation_uuid: conversationId,
        receiver_uuid: receiverId,
        context_text: text,
        context_type: 'image',
        device: { type: 'web', os: 'Linux' },
      };
      const answer = await call(by, `POST ${path}/messages`, { body });
      return outcomeOf(answer, (sent) => messageOf(Sending.parse(sent).data), refusalOf);
    },
    async read(by, { id }) {
      return (await call(by, `PATCH ${path}/messages/${id}/read`)).status;
    },
    async react(by, messageId, emoji) {
      return (await call(by, `POST ${path}/messages/${messageId}/reactions`, { body: { emoji } })).status;
    },
  };
}
