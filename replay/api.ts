import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { limits } from '../core/contract/limits.ts';
import { Conversation } from '../core/contract/native/conversation.ts';
import { Message as MessageSchema } from '../core/contract/native/message.ts';
import type { ApiAnswer, Http } from './http.ts';

export type Message = z.output<typeof MessageSchema>;

/** Whom a token is for. */
export interface User {
  readonly id: string;
  readonly organization: string;
  readonly name: string;
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
  sendMessage(token: string, conversationId: string, draft: Draft): Promise<Message>;
  /** All messages, page by page, in the order in which the API lists them. */
  newestFirst(token: string, conversationId: string): AsyncIterable<Message>;
  oldestFirst(token: string, conversationId: string): AsyncIterable<Message>;
}

const Health = z.object({ status: z.literal('ok') });
const Token = z.object({ token: z.string() });
const Page = z.array(MessageSchema);

/** The API that answers at `base`, such as `http://localhost:3000`, on the laptop. */
export function openApi(http: Http, base: string): Api {
  const root = base.replace(/\/+$/, '');
  const messagesOf = (conversationId: string) => `${root}/conversations/${conversationId}/messages`;

  async function* pages(token: string, first: string): AsyncGenerator<Message> {
    for (let url: string | undefined = first; url !== undefined; ) {
      const page: ApiAnswer<Message[]> = await http.send({ purpose: 'read messages', url, token }, Page);
      yield* page.body;
      url = page.next;
    }
  }

  return {
    async knock() {
      await http.send({ purpose: 'find Parley', url: `${root}/health` }, Health);
    },
    async tokenFor({ id, organization, name }) {
      const body = { sub: id, org_id: organization, name };
      return (await http.send({ purpose: 'get a token', url: `${root}/_local/token`, body }, Token)).body.token;
    },
    async createGroup(token, name, participantIds) {
      const body = { type: 'group', name, participantIds };
      const purpose = 'create a conversation';
      const request = { purpose, url: `${root}/conversations`, token, idempotencyKey: randomUUID(), body };
      return (await http.send(request, Conversation)).body.id;
    },
    async sendMessage(token, conversationId, draft) {
      const request = { purpose: 'send a message', url: messagesOf(conversationId), token, body: draft };
      return (await http.send(request, MessageSchema)).body;
    },
    newestFirst: (token, conversationId) => pages(token, `${messagesOf(conversationId)}?limit=${limits.pageMost}`),
    oldestFirst: (token, conversationId) =>
      pages(token, `${messagesOf(conversationId)}?limit=${limits.pageMost}&after=1970-01-01T00:00:00.000Z`),
  };
}
