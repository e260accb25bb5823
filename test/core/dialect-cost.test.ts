import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import type { Link } from '../../core/domain/conversation.ts';
import type { DeviceType } from '../../core/domain/message-context.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { acrossOrganizations } from '../../core/operations/across-organizations.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { headKey } from '../../core/store/keys.ts';
import { createTranscript, described, introduce, readMessage, sendTo, sentFrom } from '../support/dialects.ts';
import { create, send, sent } from '../support/flow.ts';
import { withPast, words } from '../support/past.ts';
import { serviceOf, superAdminOf, userOf } from '../support/people.ts';
import { RecordingPublisher } from '../support/publisher.ts';
import { Recorder } from '../support/recorder.ts';
import { depsOf, set, useTables } from '../support/table.ts';

const openTable = useTables();

const sendAcross = acrossOrganizations(sendAndTell);

/** A direct conversation of Ann's and Bob's, who are known. */
async function world(organization: string = randomUUID()) {
  const recorder = new Recorder();
  const table = await openTable({ client: recorder.watch });
  const deps = { ...depsOf(table), publisher: new RecordingPublisher() };
  const [ann, bob] = [userOf(organization), userOf(organization)];
  await introduce(deps, ann, 'ann');
  await introduce(deps, bob, 'bob');
  const { id } = (await createTranscript(deps, ann, [bob.subject])).conversation;
  const sends: Readonly<Record<'native' | 'v2', (key?: string) => Promise<unknown>>> & {
    readonly v1: (key?: string, type?: DeviceType) => ReturnType<typeof sendTo>;
  } = {
    native: (idempotencyKey?: string) => sendAndTell(deps, ann, sent(id, words(200), { idempotencyKey })),
    v2: (idempotencyKey?: string) => sendAcross(deps, ann, sent(id, words(200), { idempotencyKey })),
    v1: (idempotencyKey?: string, type: DeviceType = 'web') =>
      sendTo(deps, ann, id, bob.subject, words(200), { idempotencyKey, context: sentFrom(type) }),
  };
  return { recorder, table, deps, ann, bob, id, sends };
}

test.each([0, 10_000])('a send costs the same in each dialect, after %i others', async (earlier) => {
  const { recorder, deps, ann, id, sends } = await world();
  await withPast(deps, id, ann.organization, ann.subject, earlier);
  // Reads the conversation; then the roster and the sockets of both, half a unit each.
  const native = { reads: 3, trips: 4 };
  // Before, both parts in one unit, and both profiles; beside the conversation the receiver's part.
  const v1 = { reads: native.reads + 3 + 1, trips: native.trips + 1 };
  for (const [name, expected] of [
    ['native', native],
    ['v2', native],
    ['v1', v1],
  ] as const) {
    const plain = await recorder.cost(() => sends[name]());
    expect([name, plain]).toMatchObject([name, { writes: 6, ...expected }]);
    const key = randomUUID();
    const keyed = await recorder.cost(() => sends[name](key));
    expect([name, keyed]).toMatchObject([name, { writes: 8, ...expected }]);
    const again = await recorder.cost(() => sends[name](key));
    expect([name, again]).toMatchObject([name, { writes: 0 }]);
  }
});

test.each(['web', 'mobile', 'desktop'] as const)('to count a message from a %s costs nothing', async (type) => {
  const { recorder, sends } = await world();
  for (let at = 0; at < 3; at += 1) {
    expect(await recorder.cost(() => sends.v1(undefined, type))).toMatchObject({ writes: 6 });
  }
});

test('a super admin pays a trip more to learn whose the conversation is, and nobody else', async () => {
  const { recorder, deps, ann } = await world();
  const sue = superAdminOf(ann.organization);
  const { id } = (await createTranscript(deps, sue, [ann.subject])).conversation;
  const cost = (caller: Principal) => recorder.cost(() => sendAcross(deps, caller, sent(id, words(200))));
  expect(await cost(ann)).toMatchObject({ writes: 6, reads: 3, trips: 4 });
  expect(await cost(sue)).toMatchObject({ writes: 6, reads: 3 + 2, trips: 5 });
});

test('what a platform sends along costs what its size adds', async () => {
  const { recorder, deps, ann, bob, id } = await world();
  const large = sentFrom('web', { metadata: { note: 'x'.repeat(10 * 1024) } });
  const cost = await recorder.cost(() => sendTo(deps, ann, id, bob.subject, words(200), { context: large }));
  // Ten kilobytes more, two units each in a transaction.
  expect(cost).toMatchObject({ writes: 6 + 20 });
});

test('a page of messages costs what its messages weigh, and a mark one write', async () => {
  const { recorder, deps, ann, bob, id, sends } = await world();
  const { message } = await sends.v1();
  await withPast(deps, id, ann.organization, ann.subject, 100);
  const page = await recorder.cost(() => described(deps, ann, id, { size: 50 }));
  expect(page).toMatchObject({ writes: 0, trips: 3 });
  // Two for access, one for the pair, one for the last message, six for 51 messages of 450 bytes, two for profiles.
  expect(page.reads).toBeLessThanOrEqual(12);
  expect(await recorder.cost(() => readMessage(deps, bob, message.id))).toMatchObject({ writes: 1, trips: 3 });
});

/** A group with all that its head may have: organization, link, owner, a change, and devices in the thousands. */
async function fullHead(name: string, link: Link = { type: 'work_order', id: randomUUID() }) {
  const { recorder, table, deps, ann } = await world();
  const { conversation } = await create(deps, serviceOf(ann.organization), {
    name,
    link,
    participantIds: [ann.subject, ...Array.from({ length: 150 }, () => randomUUID())],
  });
  const key = headKey(conversation.id);
  for (const type of ['Web', 'Mobile', 'Desktop']) await set(table, key, `sentFrom${type}`, 9_999);
  await set(table, key, 'changedAt', Date.now());
  await withPast(deps, conversation.id, ann.organization, ann.subject, 2);
  return { recorder, deps, ann, id: conversation.id };
}

test('a send costs the same though its conversation has all that it may have, with a name of 100 characters', async () => {
  const { recorder, deps, ann, id } = await fullHead('n'.repeat(100));
  expect(await recorder.cost(() => send(deps, ann, id, words(200)))).toMatchObject({ writes: 6, reads: 1, trips: 2 });
  const key = { idempotencyKey: randomUUID() };
  expect(await recorder.cost(() => send(deps, ann, id, words(200), key))).toMatchObject({ writes: 8, trips: 2 });
});

test.each([
  ['of 255 letters, and the longest link', 'n'.repeat(limits.name), { type: 't'.repeat(128), id: 'i'.repeat(100) }, 6],
  ['of 470 bytes', 'é'.repeat(235), undefined, 6],
  // The head passes a kilobyte.
  ['of 490 bytes', 'é'.repeat(245), undefined, 8],
])(
  'with a name %s a send into such a conversation writes as many units as its head weighs',
  async (_, name, link, writes) => {
    const { recorder, deps, ann, id } = await fullHead(name, link);
    expect(await recorder.cost(() => send(deps, ann, id, words(200)))).toMatchObject({ writes, reads: 1, trips: 2 });
  },
);
