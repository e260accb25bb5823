import { randomUUID } from 'node:crypto';
import type { Principal } from '../core/domain/principal.ts';
import { createConversation } from '../core/operations/create-conversation.ts';
import type { Deps } from '../core/operations/deps.ts';
import { sendMessage } from '../core/operations/send-message.ts';
import type { Table } from '../core/store/table.ts';

/** A request that is measured. */
export interface Scenario {
  readonly name: string;
  readonly method: 'GET' | 'POST';
  /** With its query. */
  readonly url: string;
  /** The body of one call; each call has its own. */
  readonly body?: () => object;
  readonly status: number;
}

const CONVERSATIONS = 50;
const PARTICIPANTS = 10;
const MESSAGES = 100;

const text = 'word '.repeat(40);

/**
 * Fills the table as a busy user would find it, 50 conversations of ten with a message each and one of them with a
 * hundred, and tells what is asked of it.
 * @param caller who takes part in all of them
 */
export async function prepareScenarios(table: Table, caller: Principal): Promise<Scenario[]> {
  const deps: Deps = { table, now: Date.now };
  const busy = await startConversation(deps, caller);
  for (let count = 1; count < MESSAGES; count += 1) await say(deps, caller, busy);
  for (let count = 1; count < CONVERSATIONS; count += 1) await startConversation(deps, caller);

  const messages = `/conversations/${busy}/messages`;
  const body = () => ({ text });
  const keyed = () => ({ text, clientMessageId: randomUUID() });
  return [
    { name: 'send', method: 'POST', url: messages, body, status: 201 },
    { name: 'send with a key', method: 'POST', url: messages, body: keyed, status: 201 },
    { name: 'page of 50 messages', method: 'GET', url: `${messages}?limit=50`, status: 200 },
    { name: 'list of 50 conversations', method: 'GET', url: '/conversations?limit=50', status: 200 },
  ];
}

async function startConversation(deps: Deps, caller: Principal): Promise<string> {
  const { conversation } = await createConversation(deps, caller, {
    kind: 'group',
    name: 'A name of some length, as people give them',
    link: null,
    participantIds: Array.from({ length: PARTICIPANTS - 1 }, () => randomUUID()),
    actingUserId: undefined,
    idempotencyKey: undefined,
  });
  await say(deps, caller, conversation.id);
  return conversation.id;
}

const say = (deps: Deps, caller: Principal, conversationId: string) =>
  sendMessage(deps, caller, {
    conversationId,
    text,
    replyToMessageId: null,
    clientMessageId: null,
    actingUserId: undefined,
    idempotencyKey: undefined,
  });
