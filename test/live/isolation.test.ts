import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { ActionName } from '../../client/live/frames.ts';
import type { Action } from '../../core/contract/live/action.ts';
import { actions } from '../../core/contract/socket.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { type LiveSocket, useSockets } from '../support/live-socket.ts';
import { createWorld, type World } from '../support/probe.ts';
import { sampleOf } from '../support/sample.ts';

const testCloud = useCloud();
const { call, rows } = testCloud;
const { open, settle } = useSockets(testCloud);

/** How an action is answered about what is not one's own; `own` where it asks for what is one's own, or for nothing. */
type Outcome = 'own' | 'not_found' | 'forbidden';
/** Who asks: of another organization, of the same with no part in it, and who pretends to be somebody else. */
type Outcomes = Readonly<Record<'foreigner' | 'outsider' | 'impostor', Outcome>>;

const ofConversation: Outcomes = { foreigner: 'not_found', outsider: 'forbidden', impostor: 'forbidden' };
const ofOneself: Outcomes = { foreigner: 'own', outsider: 'own', impostor: 'forbidden' };

const outcomes: Readonly<Record<ActionName, Outcomes>> = {
  listConversations: ofOneself,
  createConversation: ofOneself,
  inviteToConversation: ofConversation,
  leaveConversation: ofConversation,
  removeConversation: ofConversation,
  sendMessage: ofConversation,
  replyToMessage: ofConversation,
  getMessagesSince: ofConversation,
  getMessagesBefore: ofConversation,
  getConversationParticipants: ofConversation,
  getActiveUsers: ofOneself,
  markRead: ofConversation,
  typing: ofConversation,
  ping: ofOneself,
};

test('the table names every action', () => {
  expect(Object.keys(outcomes)).toEqual(actions.map(({ name }) => name));
});

const other = randomUUID();
let world: World;
let residents: readonly LiveSocket[];
/** Of the other organization, by what they are called; open all the while. */
const foreigners = new Map<string, LiveSocket>();
const insiders = new Map<string, LiveSocket>();
beforeAll(async () => {
  world = await createWorld(testCloud);
  const callers: Record<string, Caller> = {
    'a user': someone(other),
    'the same user': { ...world.ann, org_id: other, name: 'Ann elsewhere', email: 'ann@example.com' },
    'a service': { sub: 'backend', org_id: other, roles: ['SERVICE'] },
    'a super admin': { ...someone(other), roles: ['SUPER_ADMIN'] },
  };
  for (const [name, caller] of Object.entries(callers)) foreigners.set(name, await open(caller));
  foreigners.set('the same user without an organization', await open({ sub: world.ann.sub }));
  insiders.set('who has left', await open(world.removed));
  insiders.set('who was never there', await open(someone(world.organization)));
  residents = [await open(world.ann), await open(world.bob), await open(world.carol)];
  await settle(...all());
  forget();
});
const all = () => [...residents, ...foreigners.values(), ...insiders.values()];
const named = (sockets: ReadonlyMap<string, LiveSocket>, name: string): LiveSocket => {
  const socket = sockets.get(name);
  if (!socket) throw new Error(`there is no ${name}`);
  return socket;
};
const forget = () => {
  for (const { heard } of all()) heard.length = 0;
};

/** All that is kept, by its keys, but for whose sockets are open. */
const kept = async () =>
  Object.fromEntries(
    (await rows()).filter(({ entity }) => entity !== 'sockets').map((row) => [`${row['pk']} ${row['sk']}`, row]),
  );

type Place = Pick<World, 'conversationId' | 'messageId'>;

/** Data by which an action is about what is at a place in the world. */
const dataOf = ({ data }: Action, { conversationId, messageId }: Place, userId: string | undefined): unknown =>
  sampleOf(data, {
    ...{ conversationId, messageId, uuid: messageId, since: messageId, before: messageId },
    ...{ type: 'group', participantIds: [randomUUID()], userIds: [randomUUID()], text: 'probe' },
    ...(userId === undefined ? {} : { userId }),
  });

/** Has a socket ask about places, and holds against the outcome what it is answered, what is kept, and what anybody hears. */
async function probe(
  socket: LiveSocket,
  action: Action,
  { places, outcome, userId }: { places: readonly Place[]; outcome: Outcome; userId?: string | undefined },
): Promise<void> {
  const before = await kept();
  const name = action.name as ActionName;
  const answers = await Promise.all(places.map((place) => socket.ask(name, dataOf(action, place, userId))));
  expect(answers.map(({ error }) => error?.code ?? 'own')).toEqual(places.map(() => outcome));
  await settle(...residents, socket);
  expect(residents.flatMap(({ heard }) => heard)).toEqual([]);
  if (outcome !== 'own') {
    expect(await kept()).toEqual(before);
    expect(all().flatMap(({ heard }) => heard)).toEqual([]);
  }
  forget();
}

const each = actions.map((action) => [action.name as ActionName, action] as const);

describe.each([
  ['a user'],
  ['the same user'],
  ['a service'],
  ['a super admin'],
  ['the same user without an organization'],
])('%s of another organization', (name) => {
  test.each(each)('gets nothing by %s', async (_, action) => {
    const socket = named(foreigners, name);
    const outcome = outcomes[action.name as ActionName].foreigner;
    // A service must act for somebody, who may even be of the same name.
    const userId = socket.caller.roles?.includes('SERVICE') ? world.ann.sub : undefined;
    const places = outcome === 'own' ? [world] : [world, world.global, world.replies];
    await probe(socket, action, { places, outcome, userId });
  });
});

describe.each([['who has left'], ['who was never there']])('somebody %s', (name) => {
  test.each(each)('gets nothing by %s', async (_, action) => {
    const outcome = outcomes[action.name as ActionName].outsider;
    const places = outcome === 'own' ? [world] : [world, world.replies];
    await probe(named(insiders, name), action, { places, outcome });
  });
});

test.each(each)('a participant gets nothing by %s in the name of another', async (_, action) => {
  const [, bob] = residents;
  if (!bob) throw new Error('Bob has no socket');
  const outcome = outcomes[action.name as ActionName].impostor;
  await probe(bob, action, { places: [world], outcome, userId: world.ann.sub });
});

test('whatever happens in one organization, the other hears nothing of it, and who is outside nothing of what is inside', async () => {
  const [ann, bob] = residents;
  if (!ann || !bob) throw new Error('nobody is there');
  const text = `text ${randomUUID()}`;
  for (const { conversationId, messageId } of [world, world.global]) {
    await ann.request('sendMessage', { conversationId, text });
    await bob.request('replyToMessage', { conversationId, messageId, text });
    await bob.request('markRead', { conversationId, messageId });
    await ann.request('typing', { conversationId, typing: true });
    await call(world.ann, `PATCH /messages/${messageId}`, { body: { text } });
    await call(world.bob, `POST /messages/${messageId}/reactions`, { body: { emoji: '+1' } });
  }
  await ann.request('createConversation', { type: 'group', name: text, participantIds: [world.bob.sub] });
  await call(world.service, 'POST /conversations', { body: { kind: 'global', name: text } });
  const guest = await open({ ...someone(world.organization), name: text });
  await guest.close();
  await bob.event(({ event }) => event === 'user.disconnected');
  await settle(...all());
  expect([...foreigners.values()].flatMap(({ heard }) => heard)).toEqual([]);
  for (const { heard } of insiders.values()) {
    expect(heard.length).toBeGreaterThan(0);
    const inside = [world.conversationId, world.replies.conversationId];
    expect(heard.filter(({ conversationId = '' }) => inside.includes(conversationId))).toEqual([]);
  }
  expect([...new Set(bob.heard.map(({ event }) => event))].sort()).toEqual([
    'conversation.created',
    'conversation.read',
    'message.created',
    'message.updated',
    'reaction.added',
    'typing',
    'user.connected',
    'user.disconnected',
  ]);
});

test('in no frame of the one organization stood anything of the other', async () => {
  const frames = [...foreigners.values()].flatMap((socket) => socket.frames);
  expect(frames.length).toBeGreaterThan(100);
  expect(world.secrets.filter((secret) => frames.some((frame) => frame.includes(secret)))).toEqual([]);
  const theirs = [
    other,
    'Ann elsewhere',
    named(foreigners, 'a user').caller.sub,
    named(foreigners, 'a super admin').caller.sub,
  ];
  const ours = [...residents, ...insiders.values()].flatMap((socket) => socket.frames);
  expect(theirs.filter((secret) => ours.some((frame) => frame.includes(secret)))).toEqual([]);
});

test('nobody hears what was sent before joining, or after leaving, even at the same moment', async () => {
  const [ann, bob] = residents;
  if (!ann || !bob) throw new Error('nobody is there');
  const guest = await open(someone(world.organization));
  const userIds = [guest.caller.sub];
  const made = await ann.request('createConversation', { type: 'group', participantIds: [world.bob.sub] });
  const { id: conversationId } = made.conversation;
  const send = (text: string) => bob.request('sendMessage', { conversationId, text });
  await send('before');
  for (let round = 0; round < 5; round += 1) {
    await Promise.all([
      ann.request('inviteToConversation', { conversationId, userIds }),
      send('x'),
      send('x'),
      send('x'),
    ]);
    await send('inside');
    await Promise.all([send('x'), guest.request('leaveConversation', { conversationId }), send('x'), send('x')]);
    await send('outside');
  }
  await settle(ann, bob, guest);
  const { messages } = await ann.request('getMessagesSince', { conversationId, since: '2020-01-01T00:00:00Z' });
  const joins = messages.filter(({ systemEvent }) => systemEvent === 'join');
  expect(joins).toHaveLength(5);
  let isInside = false;
  const mayHear = messages.filter(({ systemEvent, createdAt }) => {
    isInside = systemEvent === null ? isInside : systemEvent === 'join';
    // Of what was written in the same millisecond nothing is earlier.
    return isInside || joins.some((join) => join.createdAt === createdAt);
  });
  const heard = guest.heard.flatMap((event) => (event.event === 'message.created' ? [event.data.message] : []));
  const ids = new Set(mayHear.map(({ id }) => id));
  expect(heard.filter(({ id }) => !ids.has(id))).toEqual([]);
  expect(heard.filter(({ text }) => text === 'inside')).toHaveLength(5);
});
