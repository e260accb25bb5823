import * as z from 'zod/mini';
import * as contract from '../../../core/contract/v2/conversation.ts';
import { HTTPError } from '../../../core/contract/v2/error.ts';
import * as messages from '../../../core/contract/v2/message.ts';
import { isUuid } from '../../../core/contract/values.ts';
import type { Caller, TestCloud } from '../cloud.ts';
import { type DialectClient, followNumbers, outcomeOf, PAGE_SIZE } from './client.ts';
import type { Conversation, Message } from './model.ts';

type ShownConversation = Pick<Conversation, 'id' | 'name' | 'status' | 'link' | 'participantIds' | 'lastMessageAt'>;
type ShownMessage = Pick<Message, 'id' | 'conversationId' | 'senderId' | 'text' | 'createdAt' | 'changedAt'>;

const path = '/api/v2/conversations';

function conversationOf(body: unknown): ShownConversation {
  const conversation = contract.Conversation.parse(body);
  const { id, subject, status, entity_type, entity_id, participants, last_message_at } = conversation;
  return {
    id,
    name: subject,
    status,
    link: entity_type === null ? null : { type: entity_type, id: entity_id },
    participantIds: participants.map(({ user_id }) => user_id).sort(),
    lastMessageAt: last_message_at === null ? null : Date.parse(last_message_at),
  };
}

function messageOf(body: unknown): ShownMessage {
  const { id, conversation_id, sender_user_id, body: text, created_at, updated_at } = messages.Message.parse(body);
  return {
    id,
    conversationId: conversation_id,
    senderId: sender_user_id,
    text,
    createdAt: Date.parse(created_at),
    changedAt: Date.parse(updated_at),
  };
}

const refusalOf = (body: unknown) => HTTPError.parse(body).detail;
const itemsOf = (body: unknown) => z.array(z.unknown()).parse(body);
const messagesOf = (body: unknown) => contract.Conversation.parse(body).messages.map(messageOf);

/** A client of the dialect of organizations, which neither reads nor reacts. */
export function v2Client({ call }: Pick<TestCloud, 'call'>): DialectClient {
  const list = (by: Caller, path: `/${string}`) =>
    followNumbers(async (number) => {
      const { body } = await call(by, `GET ${path}?page=${number}&limit=${PAGE_SIZE}`);
      const items = itemsOf(body);
      // Nothing else says whether there are more.
      return { items, hasMore: items.length === PAGE_SIZE };
    });

  return {
    dialect: 'v2',
    contentType: 'text',
    archivedStatus: 409,
    shows: {
      conversation: ({ id, name, status, link, participantIds, lastMessageAt }): ShownConversation => ({
        id,
        name,
        status,
        link: link && { type: link.type, id: link.id !== null && isUuid(link.id) ? link.id : null },
        participantIds,
        lastMessageAt,
      }),
      message: ({ id, conversationId, senderId, text, createdAt, changedAt }): ShownMessage => ({
        id,
        conversationId,
        senderId,
        text,
        createdAt,
        changedAt,
      }),
    },
    canName: (link) => link === null || isUuid(link.id),
    async create(by, peer, link) {
      const body = { participant_user_ids: [peer.sub], entity_type: link?.type, entity_id: link?.id };
      return outcomeOf(await call(by, `POST ${path}`, { body }), conversationOf, refusalOf);
    },
    async conversations(by) {
      return (await list(by, path)).map(conversationOf);
    },
    async conversation(by, id) {
      return conversationOf((await call(by, `GET ${path}/${id}`)).body);
    },
    async readings(by, conversationId) {
      const one = `${path}/${conversationId}` as const;
      const listed = (await list(by, path)).find((body) => conversationOf(body).id === conversationId);
      return {
        'page by page': (await list(by, `${one}/messages`)).map(messageOf),
        'all at once': itemsOf((await call(by, `GET ${one}/messages`)).body).map(messageOf),
        'in the conversation': messagesOf((await call(by, `GET ${one}`)).body),
        'in the list': messagesOf(listed),
      };
    },
    async send(by, { conversationId }, text) {
      const answer = await call(by, `POST ${path}/${conversationId}/messages`, { body: { body: text } });
      return outcomeOf(answer, messageOf, refusalOf);
    },
    async setStatus(by, conversationId, status) {
      const answer = await call(by, `PATCH ${path}/${conversationId}`, { body: { status } });
      return outcomeOf(answer, conversationOf, refusalOf);
    },
  };
}
