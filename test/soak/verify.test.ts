import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type * as z from 'zod/mini';
import { type MessageLog, messageLog } from '../../client/live/message-log.ts';
import type { Message } from '../../core/contract/native/message.ts';
import type { Device, Heard } from '../../soak/device.ts';
import type { Place, User } from '../../soak/stage.ts';
import { faultsOfMembership, faultsOfStore, faultsOfView } from '../../soak/verify.ts';

type Stored = z.output<typeof Message>;

const [conversationId, messageId] = [
  randomUUID(),
  (seq: number) => `00000000-0000-8000-8000-${String(seq).padStart(12, '0')}`,
];

const message = (seq: number, other: Partial<Stored> = {}): Stored => ({
  id: messageId(seq),
  conversationId,
  senderUserId: null,
  type: 'text',
  text: 'x',
  replyToMessageId: null,
  systemEvent: null,
  createdAt: new Date(seq).toISOString(),
  seq,
  revision: 1,
  editedAt: null,
  deletedAt: null,
  reactions: [],
  ...other,
});

const stored = (...messages: Stored[]) => new Map([[conversationId, messages]]);
const answered = (...seqs: number[]) =>
  seqs.map((seq) => ({ conversationId, clientMessageId: String(seq), messageId: messageId(seq) }));

test('holes, losses and doubles in the store are found', () => {
  expect(faultsOfStore(stored(message(1), message(2)), answered(1, 2))).toEqual([]);
  expect(faultsOfStore(stored(message(1), message(3)), answered(1, 3))).toHaveLength(1);
  expect(faultsOfStore(stored(message(1)), answered(1, 2))).toHaveLength(2);
  expect(faultsOfStore(stored(message(1), message(2)), answered(1))).toHaveLength(1);
  expect(faultsOfStore(stored(message(1), message(2)), answered(1, 1))).toHaveLength(1);
});

const user: User = { id: randomUUID(), organization: 'acme', token: '' };
const place: Place = { id: conversationId, organization: 'acme', owner: user, residents: [user], guest: user };
const device = (
  log: MessageLog | undefined,
  heard: readonly Heard[] = [],
): Pick<Device, 'user' | 'following' | 'heard'> => ({
  user,
  heard,
  following: { logs: new Map(log ? [[conversationId, log]] : []), filled: 0, settled: async () => {}, end: () => {} },
});

test('what a device lacks, and what it shows otherwise, is found', () => {
  const log = (...messages: Stored[]) => {
    const made = messageLog(0);
    for (const each of messages) made.add(each);
    return made;
  };
  const truth = stored(message(1), message(2, { revision: 2, text: 'edited' }));
  expect(faultsOfView(device(log(message(1), message(2, { revision: 2, text: 'edited' }))), [place], truth)).toEqual(
    [],
  );
  expect(faultsOfView(device(log(message(1), message(2))), [place], truth)).toHaveLength(1);
  expect(faultsOfView(device(log(message(1))), [place], truth)).toHaveLength(1);
  expect(faultsOfView(device(undefined), [place], truth)).toHaveLength(1);
  expect(faultsOfView(device(undefined), [{ ...place, residents: [] }], truth)).toEqual([]);
});

test('what somebody hears who is outside is found; what is heard once back in is none', () => {
  const told = (seq: number, systemEvent: 'join' | 'leave') =>
    message(seq, { type: 'system', systemEvent, text: `${user.id} ${systemEvent === 'join' ? 'joined' : 'left'}` });
  const truth = stored(message(1), told(2, 'leave'), message(3), told(4, 'join'), message(5));
  const hears = (seq: number, at: number) => device(undefined, [{ conversationId, seq, at }]);
  const load = { acknowledged: [], returns: [{ conversationId, userId: user.id, askedAt: 10 }] };
  expect(faultsOfMembership(hears(1, 5), load, truth)).toEqual([]);
  expect(faultsOfMembership(hears(3, 5), load, truth)).toHaveLength(1);
  expect(faultsOfMembership(hears(3, 15), load, truth)).toEqual([]);
  expect(faultsOfMembership(hears(3, 15), { ...load, returns: [] }, truth)).toHaveLength(1);
  expect(faultsOfMembership(hears(5, 15), load, truth)).toEqual([]);
});
