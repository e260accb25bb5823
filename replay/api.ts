import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { limits } from '../core/contract/limits.ts';
import { Conversation } from '../core/contract/native/conversation.ts';
import { Message as MessageSchema } from '../core/contract/native/message.ts';
import { Participant as ParticipantSchema } from '../core/contract/native/participant.ts';
import { ConversationRead } from '../core/contract/native/read.ts';
import type { ApiAnswer, Http } from './http.ts';

export type Message = z.output<typeof MessageSchema>;
export type Participant = z.output<typeof ParticipantSchema>;

/** Whom a token is for. */
export interface User {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
  readonly roles?: readonly string[];
}

/** What a sender decides of a message. */
export interface Draft {
  readonly text: string;
  readonly replyToMessageId: string | null;
  /** By this key a message that is sent again is not stored again. */
  readonly clientMessageId: string;
}

/** What a replay asks of the API. All throw a Problem where the API refuses. */
export interface Api {
  /** Makes sure that the API is there. */
  knock(): Promise<void>;
  tokenFor(user: User): Promise<string>;
  /** Creates a group; answers its id. */
  createGroup(token: string, name: string, participantIds: readonly string[]): Promise<string>;
  addParticipant(token: string, conversationId: string, userId: string): Promise<void>;
  leave(token: string, conversationId: string): Promise<void>;
  sendMessage(token: string, conversationId: string, draft: Draft): Promise<Message>;
  markRead(token: string, conversationId: string, lastReadMessageId: string): Promise<void>;
  unreadCount(token: string, conversationId: string): Promise<number>;
  /** All participants, page by page. */
  participants(token: string, conversationId: string): AsyncIterable<Participant>;
  /** All messages, page by page, in the order in which the API lists them. */
  newestFirst(token: string, conversationId: string): AsyncIterable<Message>;
  oldestFirst(token: string, conversationId: string): AsyncIterable<Message>;
}

const Health = z.object({ status: z.literal('ok') });
const Token = z.object({ token: z.string() });
const Messages = z.array(MessageSchema);
const Participants = z.array(ParticipantSchema);
const Marked = z.object({ read: ConversationRead });
const Unread = z.object({ unreadCount: z.number() });

/** The API that answers at `base`, such as `http://localhost:3000`, on the laptop. */
export function openApi(http: Http, base: string): Api {
  const root = base.replace(/\/+$/, '');
  const pathOf = (conversationId: string) => `${root}/conversations/${conversationId}`;
  const messagesOf = (conversationId: string) => `${pathOf(conversationId)}/messages`;
  const participantsOf = (conversationId: string) => `${pathOf(conversationId)}/participants`;

  async function* pages<Entry>(purpose: string, token: string, first: string, schema: z.ZodMiniType<Entry[]>) {
    for (let url: string | undefined = first; url !== undefined; ) {
      const page: ApiAnswer<Entry[]> = await http.send({ purpose, url, token }, schema);
      yield* page.body;
      url = page.next;
    }
  }

  return {
    async knock() {
      await http.send({ purpose: 'find Parley', url: `${root}/health` }, Health);
    },
    async tokenFor({ id, organization, ...claims }) {
      const body = { sub: id, org_id: organization, ...claims };
      return (await http.send({ purpose: 'get a token', url: `${root}/_local/token`, body }, Token)).body.token;
    },
    async createGroup(token, name, participantIds) {
      const body = { type: 'group', name, participantIds };
      const purpose = 'create a conversation';
      const request = { purpose, url: `${root}/conversations`, token, idempotencyKey: randomUUID(), body };
      return (await http.send(request, Conversation)).body.id;
    },
    async addParticipant(token, conversationId, userId) {
      const [purpose, url] = ['add a participant', participantsOf(conversationId)];
      await http.send({ purpose, url, token, idempotencyKey: randomUUID(), body: { userId } }, ParticipantSchema);
    },
    async leave(token, conversationId) {
      const request = { purpose: 'leave', url: `${pathOf(conversationId)}/leave`, token, body: {} };
      await http.send(request, ParticipantSchema);
    },
    async sendMessage(token, conversationId, draft) {
      const request = { purpose: 'send a message', url: messagesOf(conversationId), token, body: draft };
      return (await http.send(request, MessageSchema)).body;
    },
    async markRead(token, conversationId, lastReadMessageId) {
      const url = `${pathOf(conversationId)}/read`;
      await http.send({ purpose: 'mark as read', url, token, body: { lastReadMessageId } }, Marked);
    },
    async unreadCount(token, conversationId) {
      const request = { purpose: 'count unread messages', url: `${pathOf(conversationId)}/unread-count`, token };
      return (await http.send(request, Unread)).body.unreadCount;
    },
    participants: (token, conversationId) =>
      pages('read participants', token, `${participantsOf(conversationId)}?limit=${limits.pageMost}`, Participants),
    newestFirst: (token, conversationId) =>
      pages('read messages', token, `${messagesOf(conversationId)}?limit=${limits.pageMost}`, Messages),
    oldestFirst: (token, conversationId) => {
      const first = `${messagesOf(conversationId)}?limit=${limits.pageMost}&after=1970-01-01T00:00:00.000Z`;
      return pages('read messages', token, first, Messages);
    },
  };
}
