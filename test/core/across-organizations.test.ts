import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import { acrossOrganizations } from '../../core/operations/across-organizations.ts';
import { sendMessage } from '../../core/operations/send-message.ts';
import { createTranscript, described, patch, transcript, transcripts, written } from '../support/dialects.ts';
import {
  add,
  allMessages,
  conversations,
  create,
  end,
  get,
  leave,
  markRead,
  page,
  rank,
  react,
  remove,
  reply,
  send,
  sent,
  show,
  unsay,
  update,
} from '../support/flow.ts';
import { serviceOf, superAdminOf, userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const sendAcross = acrossOrganizations(sendMessage);

const gone = { code: 'not_found', message: 'Conversation not found' };
const forbidden = { code: 'forbidden' };

/** Sue, a super admin of one organization, and a group of Bob's in another one, to which she may have been added. */
async function world({ isAdded = true } = {}) {
  let time = 1_700_000_000_000;
  const deps = depsOf(await openTable(), () => {
    time += 1;
    return time;
  });
  const [sue, bob, carl] = [superAdminOf('acme'), userOf('other'), userOf('other')];
  const participants = [carl.subject, ...(isAdded ? [sue.subject] : [])];
  const { id } = (await createTranscript(deps, bob, participants, { name: 'Theirs' })).conversation;
  const message = await send(deps, bob, id, 'hello');
  /** All that v2 does with one conversation. */
  const everything = (caller: Principal, conversationId = id, actingUserId?: string) => ({
    get: () => transcript(deps, caller, conversationId, actingUserId),
    list: () => written(deps, caller, conversationId),
    page: () => written(deps, caller, conversationId, { number: 1, size: 10 }),
    patch: () => patch(deps, caller, conversationId, { name: 'Changed', actingUserId }),
    send: () => sendAcross(deps, caller, sent(conversationId, 'sent', { actingUserId })),
  });
  const listed = async (caller: Principal, organization?: string, actingUserId?: string) =>
    (await transcripts(deps, caller, { organization, actingUserId })).map(({ conversation }) => conversation.id);
  return { deps, sue, bob, carl, id, message, everything, listed };
}

describe('a super admin', () => {
  test('reads, writes and changes what it was added to in another organization, and all there see that', async () => {
    const { deps, sue, bob, id, everything } = await world();
    const asSue = everything(sue);
    expect(await asSue.get()).toMatchObject({ conversation: { organization: 'other' }, messages: [{ text: 'hello' }] });
    expect((await asSue.send()).message).toMatchObject({ senderId: sue.subject, seq: 2, text: 'sent' });
    expect((await asSue.patch()).conversation).toMatchObject({ name: 'Changed', organization: 'other' });
    for (const messages of [(await asSue.list()).messages, (await asSue.page()).messages]) {
      expect(messages.map(({ text }) => text)).toEqual(['hello', 'sent']);
    }
    expect(await get(deps, bob, id)).toMatchObject({ name: 'Changed', lastSeq: 2 });
    expect(await allMessages(deps, bob, id)).toHaveLength(2);
    expect((await patch(deps, sue, id, { status: 'archived' })).conversation.status).toBe('archived');
    await expect(asSue.send()).rejects.toMatchObject({ code: 'conflict', reason: 'archived' });
  });

  test.each(['get', 'list', 'page', 'patch', 'send'] as const)(
    'who was not added there is told of nothing: %s',
    async (what) => {
      const { deps, sue, bob, id, everything } = await world({ isAdded: false });
      await expect(everything(sue)[what]()).rejects.toMatchObject(gone);
      // Nor once it has left.
      await add(deps, bob, id, sue.subject);
      await everything(sue).get();
      await leave(deps, userOf('other', sue.subject), id);
      await expect(everything(sue)[what]()).rejects.toMatchObject(gone);
      // Nor where there is nothing.
      await expect(everything(sue, randomUUID())[what]()).rejects.toMatchObject(gone);
      expect(await get(deps, bob, id)).toMatchObject({ name: 'Theirs' });
    },
  );

  test('of its own organization has no more rights by it than anybody else', async () => {
    const { deps, sue, everything } = await world();
    const { id } = (await createTranscript(deps, userOf('acme'), [randomUUID()], { name: 'Ours' })).conversation;
    for (const work of Object.values(everything(sue, id))) {
      await expect(work()).rejects.toMatchObject({ ...forbidden, reason: 'not_participant' });
    }
  });

  test('acts for nobody else', async () => {
    const { deps, sue, bob, id, everything } = await world();
    const asBob = everything(sue, id, bob.subject);
    for (const work of [asBob.get, asBob.patch, asBob.send]) await expect(work()).rejects.toMatchObject(forbidden);
    await expect(transcripts(deps, sue, { actingUserId: bob.subject })).rejects.toMatchObject(forbidden);
    await expect(
      createTranscript(deps, sue, [bob.subject], { organization: 'other', actingUserId: bob.subject }),
    ).rejects.toMatchObject(forbidden);
  });

  test('decides nothing else there: the other operations know of nothing', async () => {
    const { deps, sue, bob, carl, id, message } = await world();
    const works = [
      () => get(deps, sue, id),
      () => page(deps, sue, id),
      () => described(deps, sue, id),
      () => send(deps, sue, id, 'x'),
      () => markRead(deps, sue, id, message.id),
      () => update(deps, sue, id, { name: 'Mine' }),
      () => add(deps, sue, id, randomUUID()),
      () => remove(deps, sue, id, carl.subject),
      () => rank(deps, sue, id, sue.subject, 'admin'),
      () => leave(deps, sue, id),
      () => end(deps, sue, id),
      () => show(deps, sue, message.id),
      () => react(deps, sue, message.id, '+1'),
      () => unsay(deps, sue, message.id),
      () => reply(deps, sue, message, 'x'),
    ];
    const before = [await get(deps, bob, id), await allMessages(deps, bob, id)];
    for (const work of works) await expect(work()).rejects.toMatchObject({ code: 'not_found' });
    expect((await conversations(deps, sue)).conversations).toEqual([]);
    expect([await get(deps, bob, id), await allMessages(deps, bob, id)]).toEqual(before);
  });

  test.each(['get', 'list', 'page', 'patch', 'send'] as const)(
    'has no part in the global conversations and replies of others: %s',
    async (what) => {
      const { deps, bob, sue, message, everything } = await world();
      const global = (await create(deps, serviceOf('other'), { kind: 'global', participantIds: [] })).conversation;
      const news = await send(deps, bob, global.id, 'news');
      const replies = (await reply(deps, bob, message, 'reply')).conversation;
      const toNews = (await reply(deps, bob, news, 'reply')).conversation;
      // Even where its own id has read and written.
      const namesake = userOf('other', sue.subject);
      await send(deps, namesake, global.id, 'x');
      await markRead(deps, namesake, replies.id, (await allMessages(deps, bob, replies.id))[0]?.id ?? '');
      for (const { id } of [global, replies, toNews]) {
        await expect(everything(sue, id)[what]()).rejects.toMatchObject(gone);
      }
    },
  );

  test('lists what it takes part in everywhere, newest created first, or in one organization', async () => {
    const { deps, sue, bob, id: theirs, listed } = await world();
    const own = (await createTranscript(deps, sue, [randomUUID()])).conversation.id;
    const news = (await create(deps, sue, { kind: 'global', participantIds: [] })).conversation.id;
    await create(deps, serviceOf('other'), { kind: 'global', participantIds: [] });
    await createTranscript(deps, bob, [randomUUID()]);
    const third = (await createTranscript(deps, userOf('third'), [sue.subject])).conversation.id;
    const made = await createTranscript(deps, sue, [bob.subject], { organization: 'other' });
    const mine = made.conversation.id;
    expect(await listed(sue)).toEqual([mine, third, news, own, theirs]);
    expect(await listed(sue, 'acme')).toEqual([news, own]);
    expect(await listed(sue, 'other')).toEqual([mine, theirs]);
    expect(await listed(sue, 'third')).toEqual([third]);
    expect(await listed(sue, 'fourth')).toEqual([]);
    const second = await transcripts(deps, sue, { page: { number: 2, size: 2 } });
    expect(second.map(({ conversation }) => conversation.id)).toEqual([news, own]);
    await leave(deps, userOf('other', sue.subject), theirs);
    expect(await listed(sue)).toEqual([mine, third, news, own]);
  });

  test('creates in another organization, as one of its users', async () => {
    const { deps, sue, bob, everything } = await world();
    const input = { organization: 'other', name: 'Made', link: { type: 'order', id: '7' } };
    const { conversation, created } = await createTranscript(deps, sue, [bob.subject], input);
    expect({ conversation, created }).toMatchObject({
      created: true,
      conversation: { organization: 'other', kind: 'group', ownerId: sue.subject, creatorId: sue.subject },
    });
    expect((await transcript(deps, bob, conversation.id)).conversation.participants).toHaveLength(2);
    await everything(sue, conversation.id).send();
    expect(await allMessages(deps, bob, conversation.id)).toHaveLength(1);
    // A pair has one direct conversation in each organization.
    const here = await createTranscript(deps, sue, [bob.subject]);
    const there = await createTranscript(deps, sue, [bob.subject], { organization: 'other' });
    expect([here.created, there.created]).toEqual([true, true]);
    expect(there.conversation.id).not.toBe(here.conversation.id);
    const again = await createTranscript(deps, bob, [sue.subject]);
    expect(again).toMatchObject({ created: false, conversation: { id: there.conversation.id } });
  });

  test('has its keys in each organization apart, with who acts there under its id', async () => {
    const { deps, sue, bob, id } = await world();
    const own = (await createTranscript(deps, sue, [randomUUID()])).conversation.id;
    const key = { idempotencyKey: 'k' };
    const here = await sendAcross(deps, sue, sent(own, 'here', key));
    const there = await sendAcross(deps, sue, sent(id, 'there', key));
    expect([here.isNew, there.isNew]).toEqual([true, true]);
    expect((await sendAcross(deps, sue, sent(own, 'here', key))).message).toEqual(here.message);
    expect((await sendAcross(deps, sue, sent(id, 'there', key))).message).toEqual(there.message);
    expect(await send(deps, userOf('other', sue.subject), id, 'there', key)).toEqual(there.message);
    await expect(sendAcross(deps, sue, sent(id, 'else', key))).rejects.toMatchObject({ code: 'conflict' });
    expect(await allMessages(deps, bob, id)).toHaveLength(2);

    const make = (organization?: string) =>
      createTranscript(deps, sue, [bob.subject], { organization, name: 'Made', ...key });
    const made = [await make(), await make('other')];
    expect(made.map(({ conversation }) => conversation.organization)).toEqual(['acme', 'other']);
    expect(await make()).toEqual(made[0]);
    expect(await make('other')).toEqual(made[1]);
    expect(await make('acme')).toEqual(made[0]);
  });
});

describe.each([
  ['a user', false],
  ['a service', true],
] as const)('%s', (_, isService) => {
  /** Dan takes part in both organizations, and acts in one by a token of the other. */
  async function crossing() {
    const here = await world();
    const dan = userOf('other');
    await add(here.deps, here.bob, here.id, dan.subject);
    const caller = isService ? serviceOf('acme') : userOf('acme', dan.subject);
    return { ...here, caller, actor: isService ? dan.subject : undefined };
  }

  test.each(['get', 'list', 'page', 'patch', 'send'] as const)(
    'never crosses to another organization: %s',
    async (what) => {
      const { deps, bob, caller, actor, id, everything } = await crossing();
      const before = await get(deps, bob, id);
      await expect(everything(caller, id, actor)[what]()).rejects.toMatchObject(gone);
      expect(await get(deps, bob, id)).toEqual(before);
    },
  );

  test('lists, and creates, nothing there', async () => {
    const { deps, caller, actor, bob, listed } = await crossing();
    const own = await createTranscript(deps, caller, [bob.subject, ...(actor ? [actor] : [])]);
    const { id } = own.conversation;
    expect(own.conversation.organization).toBe('acme');
    expect(await listed(caller, undefined, actor)).toEqual([id]);
    expect(await listed(caller, 'acme', actor)).toEqual([id]);
    await expect(listed(caller, 'other', actor)).rejects.toMatchObject(forbidden);
    const elsewhere = { organization: 'other', actingUserId: actor };
    await expect(createTranscript(deps, caller, [bob.subject], elsewhere)).rejects.toMatchObject(forbidden);
    await createTranscript(deps, caller, [randomUUID()], { organization: 'acme', actingUserId: actor });
    expect(await listed(caller, undefined, actor)).toHaveLength(2);
  });
});

test('a service that names nobody has no list, and crosses neither', async () => {
  const { deps, id, everything } = await world();
  const service = serviceOf('acme');
  await expect(transcripts(deps, service)).rejects.toMatchObject({ code: 'validation_failed' });
  const asService = everything(service, id);
  for (const work of [asService.get, asService.list, asService.page, asService.patch]) {
    await expect(work()).rejects.toMatchObject(gone);
  }
  expect((await transcript(deps, serviceOf('other'), id)).messages).toHaveLength(1);
});
