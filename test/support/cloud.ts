import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, inject } from 'vitest';
import type * as z from 'zod/mini';
import { Conversation } from '../../core/contract/native/conversation.ts';
import { Message } from '../../core/contract/native/message.ts';
import { type Reply, replyToMessage } from '../../core/operations/reply-to-message.ts';
import { backOff } from '../../core/store/back-off.ts';
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts';
import { engineClient } from '../../local/dynamodb/table.ts';
import { userOf } from './people.ts';

/** Somebody who calls the API, as a token's claims say. */
export interface Caller {
  readonly sub: string;
  readonly org_id?: string;
  readonly roles?: readonly string[];
  readonly name?: string;
  readonly email?: string;
  readonly picture?: string;
}

/** A user of an organization. */
export const someone = (org_id: string, sub: string = randomUUID()): Caller => ({ sub, org_id });

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

/** The conversation that an answer holds, once it is one. */
export const conversationIn = ({ body }: Answer): z.infer<typeof Conversation> => Conversation.parse(body);

/** The message that an answer holds, once it is one. */
export const messageIn = ({ body }: Answer): z.infer<typeof Message> => Message.parse(body);

/** Whether a text holds a token; three of its letters may stand in any random id. */
export const holdsToken = (text: string): boolean => /eyJ[\w-]+\.eyJ/.test(text);

/** What a test sends besides method and path. `body` is written as JSON unless it is a string already. */
export interface Sent {
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The laptop's cloud with the functions' logs, for the tests of a file. */
export interface TestCloud {
  readonly cloud: () => Cloud;
  readonly logs: string[];
  /** Calls the API as `caller`; as nobody with undefined. */
  call(caller: Caller | undefined, route: `${string} /${string}`, sent?: Sent): Promise<Answer>;
  /** Calls, and tells how many items that has made; one of them is a profile where the caller was never seen before. */
  attempt(caller: Caller, route: `${string} /${string}`, sent?: Sent): Promise<Answer & { written: number }>;
  /** Replies to a message, as `caller`: by the operation, as REST has no route for it. */
  reply(caller: Caller, message: Pick<z.infer<typeof Message>, 'id' | 'conversationId'>, text: string): Promise<Reply>;
  /** All items of the table, as they are. */
  rows(): Promise<Record<string, unknown>[]>;
  /** How many there are. */
  items(): Promise<number>;
}

/**
 * Starts the laptop's cloud once for a file: the bundles and the template that deploy, over loopback, in memory.
 * @param options what a test changes of it
 */
export function useCloud(options: Pick<CloudOptions, 'faults'> = {}): TestCloud {
  const logs: string[] = [];
  let running: Cloud | undefined;
  beforeAll(async () => {
    running = await startCloud({
      ...options,
      assembly: inject('assembly'),
      dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'],
      log: ({ text }) => logs.push(text),
    });
  });
  afterAll(() => running?.close());
  const cloud = () => {
    if (!running) throw new Error('the cloud is not running; call it inside of tests');
    return running;
  };

  const scan = async (options: { Select?: 'COUNT' } = {}) => {
    const client = DynamoDBDocumentClient.from(engineClient(cloud().engineEndpoint));
    const rows: Record<string, unknown>[] = [];
    let count = 0;
    let start: Record<string, unknown> | undefined;
    do {
      const page = await client.send(
        new ScanCommand({ TableName: cloud().tableName, ExclusiveStartKey: start, ...options }),
      );
      rows.push(...(page.Items ?? []));
      count += page.Count ?? 0;
      start = page.LastEvaluatedKey;
    } while (start);
    client.destroy();
    return { rows, count };
  };

  const call: TestCloud['call'] = async (caller, route, { body, headers = {} } = {}) => {
    const [method = '', path = ''] = route.split(' ');
    const token = caller && (await cloud().token({ ...caller }));
    const answer = await fetch(cloud().url + path, {
      method,
      headers: {
        ...(token ? { authorization: `Bearer ${token}` } : {}),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, headers: answer.headers, body: text === '' ? undefined : JSON.parse(text) };
  };
  const items = async () => (await scan({ Select: 'COUNT' })).count;

  return {
    cloud,
    logs,
    call,
    items,
    async attempt(caller, route, sent) {
      const before = await items();
      const answer = await call(caller, route, sent);
      return { ...answer, written: (await items()) - before };
    },
    async reply({ sub, org_id: organization = 'default' }, { id: messageId, conversationId }, text) {
      const client = DynamoDBDocumentClient.from(engineClient(cloud().engineEndpoint), {
        marshallOptions: { removeUndefinedValues: true },
      });
      const table = { name: cloud().tableName, client, pause: backOff };
      const what = { conversationId, messageId, text, clientMessageId: null, actingUserId: undefined };
      return replyToMessage({ table, now: Date.now }, userOf(organization, sub), what).finally(() => client.destroy());
    },
    async rows() {
      return (await scan()).rows;
    },
  };
}
