import * as z from 'zod/mini';
import * as contract from '../../../core/contract/native/conversation.ts';
import { ErrorBody } from '../../../core/contract/native/error.ts';
import * as messages from '../../../core/contract/native/message.ts';
import type { Answer, Caller, TestCloud } from '../cloud.ts';
import { follow } from '../follow.ts';
import { type NativeClient, outcomeOf, PAGE_SIZE } from './client.ts';
import type { Conversation, Message } from './model.ts';

type ShownConversation = Omit<Conversation, 'lastMessageText' | 'unread'>;
type ShownMessage = Omit<Message, 'subjectId' | 'read'>;

const millis = (time: string) => Date.parse(time);
const millisOrNull = (time: string | null) => (time === null ? null : millis(time));

function conversationOf(body: unknown): ShownConversation {
  const { id, kind, name, link, status, participants, lastSeq, lastMessageAt } = contract.Conversation.parse(body);
  return {
    id,
    kind: z.enum(['direct', 'group']).parse(kind),
    name,
    link,
    status,
    participantIds: participants.map(({ userId }) => userId).sort(),
    lastSeq,
    lastMessageAt: millisOrNull(lastMessageAt),
  };
}

function messageOf(body: unknown): ShownMessage {
  const message = messages.Message.parse(body);
  const { id, conversationId, senderUserId, type, text, seq, revision, createdAt, content } = message;
  const times = [createdAt, message.editedAt, message.deletedAt].flatMap((time) => (time === null ? [] : millis(time)));
  return {
    id,
    conversationId,
    senderId: senderUserId,
    type,
    contentType: content?.type ?? 'text',
    text: text ?? '',
    seq,
    revision,
    createdAt: millis(createdAt),
    changedAt: Math.max(...times),
    deleted: text === null,
    reactions: message.reactions.map(({ userId, emoji }) => ({ userId, emoji })),
  };
}

const refusalOf = (body: unknown) => ErrorBody.parse(body).message;
const UnreadCount = z.object({ unreadCount: z.int() });

const nextOf = ({ headers }: Answer) => /^<(\/[^>]+)>; rel="next"$/.exec(headers.get('link') ?? '')?.[1];

/** A client of the native dialect, which has everything. */
export function nativeClient({ call }: Pick<TestCloud, 'call'>): NativeClient {
  const list = (by: Caller, path: `/${string}`) =>
    follow(async (next: string | undefined) => {
      const answer = await call(by, `GET /${(next ?? path).slice(1)}`);
      return { items: z.array(z.unknown()).parse(answer.body), next: nextOf(answer) };
    });
  const getMessage = (by: Caller, id: string) => call(by, `GET /messages/${id}`);

  return {
    dialect: 'native',
    contentType: 'text',
    archivedStatus: 409,
    shows: {
      conversation: ({ lastMessageText: _, unread: __, ...shown }): ShownConversation => shown,
      message: ({ subjectId: _, read: __, ...shown }): ShownMessage => shown,
    },
    canName: () => true,
    async create(by, peer, link) {
      const body = { type: 'direct', participantIds: [peer.sub], link };
      return outcomeOf(await call(by, 'POST /conversations', { body }), conversationOf, refusalOf);
    },
    async conversations(by) {
      return (await list(by, `/conversations?limit=${PAGE_SIZE}`)).map(conversationOf);
    },
    async conversation(by, id) {
      return conversationOf((await call(by, `GET /conversations/${id}`)).body);
    },
    async readings(by, conversationId) {
      const path = `/conversations/${conversationId}/messages` as const;
      const backwards = await list(by, `${path}?limit=${PAGE_SIZE}`);
      const forwards = await list(by, `${path}?limit=${PAGE_SIZE}&after=1970-01-01T00:00:00Z`);
      return {
        'newest first': backwards.map(messageOf).reverse(),
        'oldest first': forwards.map(messageOf),
      };
    },
    async newest(by, conversationId) {
      const { body } = await call(by, `GET /conversations/${conversationId}/messages?limit=1`);
      const [message] = z.array(z.unknown()).parse(body);
      return messageOf(message);
    },
    async send(by, { conversationId }, text) {
      const answer = await call(by, `POST /conversations/${conversationId}/messages`, { body: { text } });
      return outcomeOf(answer, messageOf, refusalOf);
    },
    async unread(by, conversationId) {
      const { body } = await call(by, `GET /conversations/${conversationId}/unread-count`);
      return UnreadCount.parse(body).unreadCount;
    },
    async read(by, { id, conversationId }) {
      const body = { lastReadMessageId: id };
      return (await call(by, `POST /conversations/${conversationId}/read`, { body })).status;
    },
    async react(by, messageId, emoji) {
      return (await call(by, `POST /messages/${messageId}/reactions`, { body: { emoji } })).status;
    },
    async setStatus(by, conversationId, status) {
      const answer = await call(by, `PATCH /conversations/${conversationId}`, { body: { status } });
      return outcomeOf(answer, conversationOf, refusalOf);
    },
    async edit(by, messageId, text) {
      return outcomeOf(await call(by, `PATCH /messages/${messageId}`, { body: { text } }), messageOf, refusalOf);
    },
    async remove(by, messageId) {
      const { status } = await call(by, `DELETE /messages/${messageId}`);
      return { ...outcomeOf(await getMessage(by, messageId), messageOf, refusalOf), status };
    },
  };
}
