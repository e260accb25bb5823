import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod/mini';
import { Message } from '../core/contract/native/message.ts';
import type { Api } from './api.ts';
import type { Device } from './device.ts';
import type { Acknowledged, Load } from './load.ts';
import type { Place, Stage } from './stage.ts';

type StoredMessage = z.output<typeof Message>;

/** What is stored of each conversation, oldest first. */
export type Stored = ReadonlyMap<string, readonly StoredMessage[]>;

/** Reads all messages of all conversations. */
export async function readStored(api: Api, { places, services }: Stage): Promise<Stored> {
  const stored = new Map<string, readonly StoredMessage[]>();
  for (const { id, organization } of places) {
    const token = services.get(organization) ?? '';
    const messages: StoredMessage[] = [];
    for (let after = '1970-01-01T00:00:00Z', page: StoredMessage[] = []; ; after = page.at(-1)?.id ?? after) {
      const path = `/conversations/${id}/messages?limit=100&after=${after}` as const;
      page = await api({ token, method: 'GET', path }, z.array(Message));
      if (page.length === 0) break;
      messages.push(...page);
    }
    stored.set(id, messages);
  }
  return stored;
}

/** What is wrong with what is stored: holes, and sends that were answered and are not there exactly once. */
export function faultsOfStore(stored: Stored, acknowledged: readonly Acknowledged[]): string[] {
  const faults: string[] = [];
  for (const [id, messages] of stored) {
    const hole = messages.findIndex(({ seq }, at) => seq !== at + 1);
    if (hole !== -1) faults.push(`${id} has ${messages[hole]?.seq} in the place of ${hole + 1}`);
  }
  const ids = new Set([...stored.values()].flatMap((messages) => messages.map(({ id }) => id)));
  for (const { messageId } of acknowledged) {
    if (!ids.has(messageId)) faults.push(`${messageId} was acknowledged, and is lost`);
  }
  if (new Set(acknowledged.map(({ messageId }) => messageId)).size !== acknowledged.length) {
    faults.push('two sends were answered by one message');
  }
  const said = [...stored.values()].flat().filter(({ type }) => type === 'text').length;
  if (said !== acknowledged.length) faults.push(`${said} messages are stored of ${acknowledged.length} sent`);
  return faults;
}

/** In what a device's view differs from what is stored, of the conversations in which its user stays. */
export function faultsOfView(
  { user, following }: Pick<Device, 'user' | 'following'>,
  places: readonly Place[],
  stored: Stored,
): string[] {
  const own = places.filter(({ residents }) => residents.some(({ id }) => id === user.id));
  return own.flatMap(({ id }) => {
    const log = following.logs.get(id);
    const messages = stored.get(id) ?? [];
    const [first] = log?.messages ?? [];
    const shown = messages.filter(({ seq }) => first !== undefined && seq >= first.seq);
    if (!log || log.through !== messages.length)
      return [`${user.id} has ${id} up to ${log?.through} of ${messages.length}`];
    const other = shown.find((message, at) => !isDeepStrictEqual(comparable(message), comparable(log.messages[at])));
    return other ? [`${user.id} sees ${id} ${other.seq} not as it is`] : [];
  });
}

/** What all see alike of a message. */
const comparable = (message: StoredMessage | undefined) =>
  message && {
    ...message,
    clientMessageId: undefined,
    reactions: message.reactions.map(({ id }) => id).sort(),
  };

/** Live messages that reached somebody who was outside when they were sent, and had not been let in again. */
export function faultsOfMembership(
  { user, heard }: Pick<Device, 'user' | 'heard'>,
  { returns }: Load,
  stored: Stored,
): string[] {
  return heard.flatMap(({ conversationId, seq, at }) => {
    const changes = (stored.get(conversationId) ?? []).filter(
      ({ type, text, seq: when }) => type === 'system' && text?.startsWith(user.id) && when <= seq,
    );
    const last = changes.at(-1);
    if (last?.systemEvent !== 'leave') return [];
    // A conversation is created without system messages, so each join is one of those asked for, in their order.
    const joins = (stored.get(conversationId) ?? []).filter(
      ({ systemEvent, text }) => systemEvent === 'join' && text?.startsWith(user.id),
    );
    const asked = returns.filter((back) => back.conversationId === conversationId && back.userId === user.id);
    const next = joins.findIndex(({ seq: when }) => when > seq);
    const letIn = (asked[next]?.askedAt ?? Number.POSITIVE_INFINITY) <= at;
    return letIn ? [] : [`${user.id} heard ${conversationId} ${seq} after leaving`];
  });
}
