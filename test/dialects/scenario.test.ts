import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Caller, conversationIn, someone, useCloud } from '../support/cloud.ts';
import type { DialectClient } from '../support/dialects/client.ts';
import { ConversationModel, type Link, type Message } from '../support/dialects/model.ts';
import { nativeClient } from '../support/dialects/native.ts';
import { expectHeard, expectShown, type Pair, resultOf, type Stage, setStage } from '../support/dialects/stage.ts';
import { publicKeyOf, v1Client } from '../support/dialects/v1.ts';
import { v2Client } from '../support/dialects/v2.ts';
import { useSockets } from '../support/live-socket.ts';
import { registerPlatform } from '../support/probe.ts';

const cloud = useCloud();
const { open, settle } = useSockets(cloud);

const told = () => cloud.cloud().settled();

const native = nativeClient(cloud);
const v2 = v2Client(cloud);
const v1 = v1Client(cloud);
const clients: readonly DialectClient[] = [native, v2, v1];

const links: readonly (Link | null)[] = [
  { type: 'order', id: '7' },
  { type: 'order', id: 'bb0e8400-e29b-41d4-a716-446655440000' },
  null,
];
const nameOf = (link: Link | null) => link?.id ?? 'nothing';

/** Two of a new organization with a platform, who are known. */
async function gather(): Promise<Pair> {
  const organization = randomUUID();
  const service = { sub: 'backend', org_id: organization, roles: ['SERVICE'] };
  await registerPlatform(cloud, service, publicKeyOf(service), 'Shop');
  const people = { ann: someone(organization), bob: someone(organization) };
  for (const person of Object.values(people)) await cloud.call(person, 'GET /users');
  return people;
}

const expectShownToAll = async (
  shown: readonly DialectClient[],
  people: readonly Caller[],
  model: ConversationModel,
) => {
  for (const client of shown) for (const person of people) await expectShown(client, person, model);
};

/** Each of the dialects in each part, about each thing in turn that its creator can name. */
const combinations = clients.flatMap((made) =>
  clients.flatMap((continued, at) =>
    clients.map((read, then) => {
      const named = links.filter((link) => made.canName(link));
      const link = named[(at + then) % named.length] ?? null;
      return [made.dialect, continued.dialect, read.dialect, nameOf(link), { made, continued, read, link }] as const;
    }),
  ),
);

test.each(combinations)('made in %s, continued in %s, read in %s, about %s', async (...row) => {
  const { made, continued, read, link } = row[4];
  const pair = await gather();
  const { ann, bob } = pair;
  const sockets = [await open(ann), await open(bob)];
  const stage = await setStage({ ...pair, native, client: made, link, told });
  const { model } = stage;

  for (const again of clients.filter(({ canName }) => canName(link))) {
    const result = again.shows.conversation(model.conversation);
    expect(await again.create(bob, ann, link)).toEqual({ status: 200, result });
  }

  for (const text of ['first', 'second', 'third']) await stage.send(continued, bob, text);
  await stage.send(made, ann, 'fourth');
  await stage.send(continued, bob, 'fifth');
  await expectShown(read, ann, model);

  const [first, second, third, fourth, fifth] = model.messages;
  if (!first || !second || !third || !fourth || !fifth) throw new Error('there are too few messages');
  await stage.read(continued, bob, fourth);
  await stage.read(made, ann, second);
  await stage.read(made, ann, fifth);
  await stage.read(continued, ann, first);
  await stage.send(continued, bob, 'sixth');
  await stage.react(continued, bob, fourth.id, '+1');
  await stage.react(made, ann, first.id, '🎉');
  await stage.react(continued, ann, first.id, '🎉');
  await stage.edit(bob, first.id, 'first, edited');
  await stage.remove(bob, third.id);

  await stage.setStatus(continued, bob, 'archived');
  const items = await cloud.items();
  for (const client of clients) await stage.send(client, ann, 'too late');
  expect(await cloud.items()).toBe(items);
  await expectShown(read, bob, model);

  await stage.setStatus(made, ann, 'active');
  await stage.send(read, ann, 'in time');
  await expectShownToAll(clients, [bob], model);
  await settle(...sockets);
  for (const socket of sockets) expectHeard(socket, model);
});

test('a list of several holds each once, in the order of its dialect', async () => {
  const pair = await gather();
  const { ann, bob } = pair;
  const ids: string[] = [];
  for (const [at, client] of [...clients, ...clients].entries()) {
    const named = links.find((link) => link !== null && client.canName(link));
    const link = { type: `order ${at}`, id: named?.id ?? '' };
    ids.push((await setStage({ ...pair, native, client, link, told })).model.id);
  }
  const [first = '', ...others] = ids;
  await v1.send(bob, { conversationId: first, receiverId: ann.sub }, 'Hello');

  const created = ids.toReversed();
  const active = [first, ...others.toReversed()];
  const listed = async (client: DialectClient) => (await client.conversations(ann)).map(({ id }) => id);
  expect([await listed(native), await listed(v2), await listed(v1)]).toEqual([active, created, active]);
});

test('a group made in native is read in each dialect, and written in all but v1', async () => {
  const { ann, bob } = await gather();
  const carol = { ...ann, sub: randomUUID() };
  const link = { type: 'order', id: '7' };
  const participantIds = [ann.sub, bob.sub];
  const body = { type: 'group', name: 'Plans', link, participantIds: [bob.sub] };
  const { id } = conversationIn(await cloud.call(ann, 'POST /conversations', { body }));
  const model = new ConversationModel({ id, kind: 'group', name: 'Plans', link, participantIds });

  const to = { conversationId: id, receiverId: bob.sub };
  for (const client of [native, v2]) {
    const text = `by ${client.dialect}`;
    model.send(ann.sub, text, client.contentType, resultOf(await client.send(ann, to, text)));
  }
  expect(await v1.send(ann, to, 'by v1')).toEqual({ status: 422, refusal: expect.any(String) });

  await cloud.call(ann, `POST /conversations/${id}/participants`, { body: { userId: carol.sub } });
  const joined = await native.newest(ann, id);
  model.join(carol.sub, joined.text, joined);
  expect(joined.text).toContain(carol.sub);
  await v1.react?.(bob, joined.id, '+1');
  model.react(bob.sub, joined.id, '+1');

  await expectShownToAll(clients, [ann, bob, carol], model);
});

/** Something that one of the two does, where there is anything to do it to. */
const act = fc.record({
  what: fc.oneof(
    { weight: 4, arbitrary: fc.constant('send' as const) },
    { weight: 4, arbitrary: fc.constantFrom('read' as const, 'react' as const, 'edit' as const, 'remove' as const) },
    { weight: 1, arbitrary: fc.constant('setStatus' as const) },
  ),
  dialect: fc.nat({ max: clients.length - 1 }),
  who: fc.constantFrom('ann' as const, 'bob' as const),
  at: fc.nat({ max: 30 }),
  text: fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => `${text}.`),
  emoji: fc.constantFrom('+1', '🎉'),
});
type Act = typeof act extends fc.Arbitrary<infer Value> ? Value : never;

async function perform(stage: Stage, pair: Pair, { what, dialect, who, at, text, emoji }: Act): Promise<void> {
  const { messages } = stage.model;
  const client = clients[dialect] ?? native;
  const by = pair[who];
  const pick = (is: (message: Message) => boolean) => {
    const found = messages.filter(is);
    return found[at % Math.max(1, found.length)];
  };
  const received = pick(({ senderId }) => senderId !== by.sub);
  const kept = pick(({ deleted }) => !deleted);
  const own = pick(({ deleted, senderId }) => !deleted && senderId === by.sub);
  if (what === 'send') return stage.send(client, by, text);
  if (what === 'setStatus') return stage.setStatus(client, by, at % 2 === 0 ? 'active' : 'archived');
  if (what === 'read' && received) return stage.read(client, by, received);
  if (what === 'react' && kept) return stage.react(client, by, kept.id, emoji);
  if (what === 'edit' && own) return stage.edit(by, own.id, text);
  if (what === 'remove' && own) return stage.remove(by, own.id);
}

test('whatever two do to a conversation, in whichever dialects, all agree on what it has become', async () => {
  const acts = fc.array(act, { minLength: 4, maxLength: 12 });
  const property = fc.asyncProperty(fc.constantFrom(0, 1, 2), acts, async (made, script) => {
    const pair = await gather();
    const sockets = [await open(pair.ann), await open(pair.bob)];
    const stage = await setStage({ ...pair, native, client: clients[made] ?? native, link: null, told });
    for (const one of script) await perform(stage, pair, one);
    await expectShownToAll(clients, [pair.ann, pair.bob], stage.model);
    await settle(...sockets);
    for (const socket of sockets) expectHeard(socket, stage.model);
  });
  // To shrink what fails would take longer than a test may.
  await fc.assert(property, { numRuns: 6, endOnFailure: true });
});
