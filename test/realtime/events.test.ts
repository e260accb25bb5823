import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Message } from '../../core/domain/message.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { replyAndTell } from '../../core/realtime/reply-and-tell.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import {
  add,
  bookmark,
  create,
  edit,
  end,
  leave,
  markRead,
  rank,
  react,
  remove,
  replyTo,
  sent,
  takeBack,
  unsay,
  update,
} from '../support/flow.ts';
import { liveWorld } from '../support/live.ts';
import { serviceOf, superAdminOf, userOf } from '../support/people.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

/**
 * Ann's group with bob and cid, and with a message of bob's. Dan and somebody of another organization have no part in it;
 * all have a socket.
 */
async function group() {
  const world = await liveWorld(await openTable({ stream: true }));
  const { deps } = world;
  const [ann, bob, cid, dan] = [userOf('acme'), userOf('acme'), userOf('acme'), userOf('acme')];
  const eve = userOf('other', ann.subject);
  await world.join(ann, bob, cid, dan, eve);
  const say = async (by: Principal, conversationId: string, text = 'x') =>
    (await sendAndTell(deps, by, sent(conversationId, text))).message;
  const answer = async (by: Principal, to: Message) => {
    const { message } = await replyAndTell(deps, by, replyTo(to, 'x'));
    return message;
  };
  const { id } = (await create(deps, ann, { name: 'Plans', participantIds: [bob.subject, cid.subject] })).conversation;
  const message = await say(bob, id);
  await world.settle();
  return { ...world, ann, bob, cid, dan, eve, service: serviceOf('acme'), id, message, say, answer };
}
type Group = Awaited<ReturnType<typeof group>>;

const strangers = (count: number) => Array.from({ length: count }, () => randomUUID());

/** Has things happen of which the test is not about, before those of which it is. */
const after = async <Result>({ settle }: Group, before: Promise<Result>): Promise<Result> => {
  const result = await before;
  await settle();
  return result;
};

const created = 'conversation.created';
const updated = 'conversation.updated';

/** What each is to hear, in this order; who is not named hears nothing. */
type Expected = Partial<Record<'ann' | 'bob' | 'cid' | 'dan' | 'eve', readonly string[]>>;

const participants = (...events: readonly string[]): Expected => ({ ann: events, bob: events, cid: events });
const organization = (...events: readonly string[]): Expected => ({ ...participants(...events), dan: events });

const happenings: Readonly<Record<string, [act: (group: Group) => Promise<unknown>, expected: Expected]>> = {
  'a group is created': [
    ({ deps, ann, bob }) => create(deps, ann, { participantIds: [bob.subject] }),
    { ann: [created], bob: [created] },
  ],
  'a service creates a group': [
    ({ deps, service, bob, cid }) => create(deps, service, { participantIds: [bob.subject, cid.subject] }),
    { bob: [created], cid: [created] },
  ],
  'a direct conversation is created': [
    ({ deps, ann, dan }) => create(deps, ann, { kind: 'direct', participantIds: [dan.subject] }),
    { ann: [created], dan: [created] },
  ],
  'a direct conversation is created that there is': [
    async (world) => {
      const pair = { kind: 'direct', participantIds: [world.dan.subject] } as const;
      await after(world, create(world.deps, world.ann, pair));
      await create(world.deps, world.dan, { ...pair, participantIds: [world.ann.subject] });
    },
    {},
  ],
  'a direct conversation is created that the other has left': [
    async (world) => {
      const { deps, ann, dan } = world;
      const pair = { kind: 'direct', participantIds: [dan.subject] } as const;
      const { conversation } = await create(deps, ann, pair);
      await after(world, leave(deps, dan, conversation.id));
      await create(deps, ann, pair);
    },
    { ann: [created, 'message.created'], dan: [created, 'message.created'] },
  ],
  'a group is created that takes more than one transaction': [
    ({ deps, ann, dan }) => create(deps, ann, { participantIds: [dan.subject, ...strangers(99)] }),
    { ann: [created], dan: [created] },
  ],
  'a group is created that is too large to be shown': [
    ({ deps, ann, dan }) => create(deps, ann, { participantIds: [dan.subject, ...strangers(998)] }),
    { ann: [created], dan: [created] },
  ],
  'a global conversation is created': [
    ({ deps, service }) => create(deps, service, { kind: 'global', participantIds: [] }),
    organization(created),
  ],
  'a group is renamed': [({ deps, ann, id }) => update(deps, ann, id, { name: 'Done' }), participants(updated)],
  'a group is archived': [({ deps, ann, id }) => update(deps, ann, id, { status: 'archived' }), participants(updated)],
  'a participant becomes an admin': [
    ({ deps, ann, bob, id }) => rank(deps, ann, id, bob.subject, 'admin'),
    participants(updated),
  ],
  'the only admin steps down, and another takes its place': [
    ({ deps, ann, id }) => rank(deps, ann, id, ann.subject, 'member'),
    participants(updated),
  ],
  'a role is given that is there': [({ deps, ann, bob, id }) => rank(deps, ann, id, bob.subject, 'member'), {}],
  'a group is removed': [({ deps, ann, id }) => end(deps, ann, id), participants('conversation.removed')],
  'a large group is removed': [
    async (world) => {
      const participantIds = [world.dan.subject, ...strangers(250)];
      const { conversation } = await after(world, create(world.deps, world.ann, { participantIds }));
      await end(world.deps, world.ann, conversation.id);
    },
    { ann: ['conversation.removed'], dan: ['conversation.removed'] },
  ],
  'a global conversation is removed': [
    async (world) => {
      const made = await after(world, create(world.deps, world.service, { kind: 'global', participantIds: [] }));
      await end(world.deps, world.service, made.conversation.id);
    },
    organization('conversation.removed'),
  ],
  'somebody is added': [
    ({ deps, ann, dan, id }) => add(deps, ann, id, dan.subject),
    {
      ann: [created, 'message.created'],
      bob: ['participant.joined', 'message.created'],
      cid: ['participant.joined', 'message.created'],
      dan: [created, 'message.created'],
    },
  ],
  'a participant is added': [({ deps, ann, bob, id }) => add(deps, ann, id, bob.subject).catch(() => {}), {}],
  'somebody is added where the creator has left': [
    async (world) => {
      const { deps, ann, bob, dan, id } = world;
      await rank(deps, ann, id, bob.subject, 'admin');
      await after(world, leave(deps, ann, id));
      await add(deps, bob, id, dan.subject);
    },
    {
      bob: ['participant.joined', 'message.created'],
      cid: ['participant.joined', 'message.created'],
      dan: [created, 'message.created'],
    },
  ],
  'a participant leaves': [
    ({ deps, cid, id }) => leave(deps, cid, id),
    {
      ann: ['participant.left', 'message.created'],
      bob: ['participant.left', 'message.created'],
      cid: ['participant.left'],
    },
  ],
  'a participant is removed': [
    ({ deps, ann, cid, id }) => remove(deps, ann, id, cid.subject),
    {
      ann: ['participant.left', 'message.created'],
      bob: ['participant.left', 'message.created'],
      cid: ['participant.left'],
    },
  ],
  'the owner leaves, and another takes its place': [
    ({ deps, ann, id }) => leave(deps, ann, id),
    {
      ann: ['participant.left'],
      bob: [updated, 'participant.left', 'message.created'],
      cid: [updated, 'participant.left', 'message.created'],
    },
  ],
  'the owner leaves, and there is another admin': [
    async (world) => {
      const { deps, ann, bob, id } = world;
      await after(world, rank(deps, ann, id, bob.subject, 'admin'));
      await leave(deps, ann, id);
    },
    {
      ann: ['participant.left'],
      bob: [updated, 'participant.left', 'message.created'],
      cid: [updated, 'participant.left', 'message.created'],
    },
  ],
  'the last one leaves': [
    async (world) => {
      const { conversation } = await after(world, create(world.deps, world.ann, { participantIds: [] }));
      await leave(world.deps, world.ann, conversation.id);
    },
    { ann: ['participant.left'] },
  ],
  'somebody is added where nobody is left': [
    async (world) => {
      const { deps, ann, dan, service } = world;
      const { conversation } = await create(deps, ann, { participantIds: [] });
      await after(world, leave(deps, ann, conversation.id));
      await add(deps, service, conversation.id, dan.subject);
    },
    { dan: [created, 'message.created'] },
  ],
  'one leaves a group that is too large to be shown, and comes back': [
    async (world) => {
      const { deps, ann, dan, consume } = world;
      const participantIds = [dan.subject, ...strangers(250)];
      const { conversation } = await after(world, create(deps, ann, { participantIds }));
      await leave(deps, dan, conversation.id);
      await consume();
      await add(deps, ann, conversation.id, dan.subject);
    },
    {
      ann: ['participant.left', 'message.created', created, 'message.created'],
      dan: ['participant.left', created, 'message.created'],
    },
  ],
  'a message is sent': [({ say, bob, id }) => say(bob, id), participants('message.created')],
  'a message is sent for others than oneself alone': [
    async (world) => {
      const { conversation } = await after(world, create(world.deps, world.ann, { participantIds: [] }));
      await world.say(world.ann, conversation.id);
    },
    { ann: ['message.created'] },
  ],
  'a message is sent in a group of more than a sender waits for': [
    async (world) => {
      const participantIds = [world.dan.subject, ...strangers(100)];
      const { conversation } = await after(world, create(world.deps, world.ann, { participantIds }));
      await world.say(world.ann, conversation.id);
    },
    { ann: ['message.created'], dan: ['message.created'] },
  ],
  'a message is sent in a group that is too large to be shown': [
    async (world) => {
      const participantIds = [world.dan.subject, ...strangers(998)];
      const { conversation } = await after(world, create(world.deps, world.ann, { participantIds }));
      await world.say(world.ann, conversation.id);
    },
    { ann: ['message.created'], dan: ['message.created'] },
  ],
  'a message is sent in a global conversation': [
    async (world) => {
      const made = await after(world, create(world.deps, world.service, { kind: 'global', participantIds: [] }));
      await world.say(world.dan, made.conversation.id);
    },
    organization('message.created'),
  ],
  'a message is answered for the first time': [
    ({ answer, cid, message }) => answer(cid, message),
    participants(created, 'message.created'),
  ],
  'a message is answered again': [
    async (world) => {
      await after(world, world.answer(world.cid, world.message));
      await world.answer(world.bob, world.message);
    },
    participants('message.created'),
  ],
  'a message in a global conversation is answered': [
    async (world) => {
      const made = await after(world, create(world.deps, world.service, { kind: 'global', participantIds: [] }));
      const message = await after(world, world.say(world.dan, made.conversation.id));
      await world.answer(world.cid, message);
    },
    organization(created, 'message.created'),
  ],
  'a message is answered in a group of more than a sender waits for': [
    async (world) => {
      const participantIds = [world.dan.subject, ...strangers(100)];
      const { conversation } = await create(world.deps, world.ann, { participantIds });
      const message = await after(world, world.say(world.ann, conversation.id));
      await world.answer(world.dan, message);
    },
    { ann: [created, 'message.created'], dan: [created, 'message.created'] },
  ],
  'an answer is reacted to': [
    async (world) => {
      const { id } = await after(world, world.answer(world.cid, world.message));
      await react(world.deps, world.ann, id, '+1');
    },
    participants('reaction.added'),
  ],
  'a conversation of answers is renamed': [
    async (world) => {
      const { conversationId } = await after(world, world.answer(world.cid, world.message));
      await update(world.deps, world.ann, conversationId, { name: 'Aside' });
    },
    participants(updated),
  ],
  'a conversation of answers is removed': [
    async (world) => {
      const { conversationId } = await after(world, world.answer(world.cid, world.message));
      await end(world.deps, world.service, conversationId);
    },
    participants('conversation.removed'),
  ],
  'a message is edited': [
    ({ deps, bob, message }) => edit(deps, bob, message.id, 'y'),
    participants('message.updated'),
  ],
  'a message is deleted': [({ deps, ann, message }) => unsay(deps, ann, message.id), participants('message.deleted')],
  'a message is deleted that was before': [
    async (world) => {
      await after(world, unsay(world.deps, world.ann, world.message.id));
      await unsay(world.deps, world.bob, world.message.id);
    },
    {},
  ],
  'a message is reacted to': [
    ({ deps, cid, message }) => react(deps, cid, message.id, '+1'),
    participants('reaction.added'),
  ],
  'a message is reacted to as it was before': [
    async (world) => {
      await after(world, react(world.deps, world.cid, world.message.id, '+1'));
      await react(world.deps, world.cid, world.message.id, '+1');
    },
    {},
  ],
  'a reaction is taken back': [
    async (world) => {
      await after(world, react(world.deps, world.cid, world.message.id, '+1'));
      await takeBack(world.deps, world.cid, world.message.id, '+1');
    },
    participants('reaction.removed'),
  ],
  'a message is read': [
    ({ deps, ann, id, message }) => markRead(deps, ann, id, message.id),
    participants('conversation.read'),
  ],
  'a message is read that was before': [({ deps, bob, id, message }) => markRead(deps, bob, id, message.id), {}],
  'a message in a global conversation is read': [
    async (world) => {
      const made = await after(world, create(world.deps, world.service, { kind: 'global', participantIds: [] }));
      const { id, conversationId } = await after(world, world.say(world.dan, made.conversation.id));
      await markRead(world.deps, world.ann, conversationId, id);
    },
    organization('conversation.read'),
  ],
  'an answer is read': [
    async (world) => {
      const { id, conversationId } = await after(world, world.answer(world.cid, world.message));
      await markRead(world.deps, world.ann, conversationId, id);
    },
    participants('conversation.read'),
  ],
  'a message is bookmarked': [({ deps, ann, message }) => bookmark(deps, ann, message.id), {}],
  'a super admin creates a global conversation': [
    ({ deps }) => create(deps, superAdminOf('acme'), { kind: 'global', participantIds: [] }),
    organization(created),
  ],
};

test.each(Object.entries(happenings))('who hears what when %s', async (_, [act, expected]) => {
  const world = await group();
  await act(world);
  await world.consume();
  const { ann, bob, cid, dan, eve } = world;
  const heard = Object.entries({ ann, bob, cid, dan, eve }).map(([name, user]) => [name, world.names(user)]);
  expect(Object.fromEntries(heard)).toEqual({ ann: [], bob: [], cid: [], dan: [], eve: [], ...expected });
});
