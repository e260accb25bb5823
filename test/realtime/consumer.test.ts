import { randomUUID } from 'node:crypto';
import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import { socketOwner } from '../../core/domain/socket.ts';
import { replyAndTell } from '../../core/realtime/reply-and-tell.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { headKey, messageKey, participantKey } from '../../core/store/keys.ts';
import { readSockets, removeSocket } from '../../core/store/sockets.ts';
import type { Table } from '../../core/store/table.ts';
import { answering, sdkError } from '../support/faults.ts';
import {
  add,
  create,
  edit,
  end,
  leave,
  markRead,
  rank,
  react,
  replyTo,
  send,
  sent,
  takeBack,
  unsay,
  update,
} from '../support/flow.ts';
import { connect, liveWorld } from '../support/live.ts';
import { userOf } from '../support/people.ts';
import { drop, set, useTables } from '../support/table.ts';

const openTable = useTables();

/** Ann's group with bob, and a message of hers; both have a socket. */
async function group() {
  const table = await openTable({ stream: true });
  const clock = { time: Date.now() };
  const world = await liveWorld(table, () => clock.time);
  const { deps } = world;
  const [ann, bob, cid] = [userOf('acme'), userOf('acme'), userOf('acme')];
  await world.join(ann, bob, cid);
  const { id } = (await create(deps, ann, { name: 'Plans', participantIds: [bob.subject] })).conversation;
  const message = await send(deps, ann, id, 'x', { clientMessageId: 'mine' });
  await world.settle();
  return { ...world, table, clock, ann, bob, cid, id, message };
}

async function rows({ client, name }: Table) {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: name, ConsistentRead: true }));
  return Items.toSorted((a, b) => (`${a['pk']} ${a['sk']}` < `${b['pk']} ${b['sk']}` ? -1 : 1));
}

/** A second, as a record tells its time. */
const second = (at: string) => at.slice(0, 19);

test('an event says what was done, when, and to which message', async () => {
  const { deps, consume, heard, clock, ann, bob, id, message } = await group();
  clock.time += 5_000;
  const edited = await edit(deps, ann, message.id, 'y');
  const { reaction } = await react(deps, bob, message.id, '+1');
  await takeBack(deps, bob, message.id, '+1');
  await consume();
  await react(deps, bob, message.id, '-1');
  await unsay(deps, ann, message.id);
  const read = await markRead(deps, bob, id, message.id);
  const ended = new Date();
  await update(deps, ann, id, { name: 'Done' });
  await consume();

  const of = { type: 'event', conversationId: id, seq: 1 };
  const events = heard(bob);
  expect(events).toMatchObject([
    {
      ...of,
      event: 'message.updated',
      at: new Date(edited.editedAt ?? 0).toISOString(),
      data: { message: { id: message.id, text: 'y' } },
    },
    // What was done and undone before anybody was told is no news.
    { ...of, event: 'reaction.removed', data: { reaction: { id: reaction.id, emoji: '+1' }, revision: 4 } },
    { ...of, event: 'reaction.added', data: { reaction: { userId: bob.subject, emoji: '-1' }, revision: 5 } },
    { ...of, event: 'message.deleted', data: { message: { text: null, revision: 6 } } },
    {
      event: 'conversation.read',
      conversationId: id,
      at: new Date(read.at).toISOString(),
      data: { read: { userId: bob.subject, lastReadMessageId: message.id } },
    },
    {
      event: 'conversation.updated',
      conversationId: id,
      data: { conversation: { id, name: 'Done', participants: [{ userId: ann.subject }, { userId: bob.subject }] } },
    },
  ]);
  expect(second(events.at(-1)?.at ?? '') >= second(ended.toISOString())).toBe(true);
});

test('joins and leaves tell of whom, and of the conversation as it is', async () => {
  const { deps, consume, heard, ann, bob, cid, id } = await group();
  const { participant } = await add(deps, ann, id, cid.subject);
  await consume();
  const joinedAt = new Date(participant.joinedAt).toISOString();
  const conversation = { id, participantCount: 3, lastSeq: 2 };
  const message = { seq: 2, type: 'system', systemEvent: 'join', text: `${cid.subject} joined` };
  const told = { event: 'message.created', at: joinedAt, data: { message } };
  for (const user of [ann, cid]) {
    expect(heard(user)).toMatchObject([
      { event: 'conversation.created', conversationId: id, at: joinedAt, data: { conversation } },
      told,
    ]);
  }
  expect(heard(bob)).toMatchObject([
    {
      event: 'participant.joined',
      conversationId: id,
      at: joinedAt,
      data: { participant: { userId: cid.subject, role: 'member', joinedAt, leftAt: null } },
    },
    told,
  ]);

  const left = await leave(deps, cid, id);
  await consume();
  const leftAt = new Date(left.participant.leftAt ?? 0).toISOString();
  expect(heard(cid).slice(2)).toMatchObject([
    {
      event: 'participant.left',
      conversationId: id,
      at: leftAt,
      data: { participant: { userId: cid.subject, leftAt } },
    },
  ]);
});

test('only its sender hears under which key a message was sent, however it hears of it', async () => {
  const { deps, publisher, consume, heard, ann, bob, id, message } = await group();
  publisher.fate = () => 'failed';
  await sendAndTell(deps, ann, sent(id, 'y', { clientMessageId: 'hers' }));
  publisher.fate = () => 'posted';
  await edit(deps, ann, message.id, 'z');
  await unsay(deps, ann, message.id);
  await consume();
  const keys = (user: typeof ann) => heard(user).map(({ data }) => Object(data['message']).clientMessageId);
  expect(keys(ann)).toEqual(['hers', 'mine']);
  expect(keys(bob)).toEqual([undefined, undefined]);
});

test('a conversation too large to be shown tells of nobody who takes part', async () => {
  const { deps, consume, heard, ann, bob } = await group();
  const participantIds = [bob.subject, ...Array.from({ length: limits.roster }, () => randomUUID())];
  const { conversation } = await create(deps, ann, { participantIds });
  await consume();
  expect(heard(bob)).toMatchObject([
    { data: { conversation: { id: conversation.id, participantCount: 202, participants: [] } } },
  ]);
});

test('a message with more reactions than fit tells of the oldest', async () => {
  const { deps, consume, heard, table, ann, bob, message } = await group();
  const names = Array.from(
    { length: limits.reactions },
    (_, at) => [`${randomUUID()}#${'👍🏽'.repeat(8)}`, at] as const,
  );
  await set(table, messageKey(message.id), 'reactions', Object.fromEntries(names));
  await edit(deps, ann, message.id, '\u0001'.repeat(5_000));
  await consume();
  const [event] = heard(bob);
  const shown = Object(event?.data['message']);
  expect(shown.reactionsTruncated).toBe(true);
  expect(shown.reactions.length).toBeGreaterThan(100);
  expect(shown.reactions.map((reaction: object) => Object(reaction).userId)).toEqual(
    names.slice(0, shown.reactions.length).map(([name]) => name.slice(0, 36)),
  );
});

test('told twice, and late, the consumer tells again what is still so, and changes nothing', async () => {
  const { deps, publisher, records, tell, names, table, ann, bob, cid, id, message } = await group();
  await add(deps, ann, id, cid.subject);
  await edit(deps, ann, message.id, 'y');
  await react(deps, bob, message.id, '+1');
  await markRead(deps, bob, id, message.id);
  await rank(deps, ann, id, bob.subject, 'admin');
  await update(deps, ann, id, { name: 'Done' });
  const all = await records();
  const before = await rows(table);
  await tell(all);
  const first = names(bob);
  publisher.forget();
  await tell([...all, ...all]);
  expect(names(bob)).toEqual([...first, ...first]);
  expect(await rows(table)).toEqual(before);
  expect(await records()).toEqual([]);
});

test('what is gone by the time it is told of is not told', async () => {
  const { deps, records, tell, names, heard, ann, bob, cid, id, message } = await group();
  await add(deps, ann, id, cid.subject);
  await edit(deps, ann, message.id, 'y');
  await markRead(deps, bob, id, message.id);
  const late = await records();
  await unsay(deps, ann, message.id);
  await leave(deps, cid, id);
  await leave(deps, bob, id);
  await records();
  await tell(late);
  // The join and the read are of those who have left, and the text of the edit is no longer there.
  expect(names(ann)).toEqual(['message.created']);
  expect([names(bob), names(cid)]).toEqual([[], []]);
  expect(heard(ann)[0]).toMatchObject({ data: { message: { systemEvent: 'join' } } });
});

test('a message that was deleted before it is told of goes out as what is left of it', async () => {
  const { deps, publisher, records, tell, heard, ann, bob, id } = await group();
  publisher.fate = () => 'failed';
  const { message } = await sendAndTell(deps, ann, sent(id, 'secret'));
  publisher.fate = () => 'posted';
  const late = await records();
  await unsay(deps, ann, message.id);
  await tell(late);
  expect(heard(bob)).toMatchObject([{ event: 'message.created', data: { message: { text: null, revision: 2 } } }]);
  expect(JSON.stringify(heard(bob))).not.toContain('secret');
});

test('who leaves and comes back hears nothing of what was written in between', async () => {
  const { deps, publisher, records, tell, heard, ann, bob, id } = await group();
  await leave(deps, bob, id);
  const gone = await records();
  publisher.fate = () => 'failed';
  await sendAndTell(deps, ann, sent(id, 'between'));
  publisher.fate = () => 'posted';
  const between = await records();
  await add(deps, ann, id, bob.subject);
  const back = await records();
  await tell([...gone, ...between, ...back]);
  expect(heard(bob)).toMatchObject([{ event: 'conversation.created' }, { data: { message: { systemEvent: 'join' } } }]);
  expect(heard(ann).map(({ event }) => event)).toEqual([
    'message.created',
    'message.created',
    'conversation.created',
    'message.created',
  ]);
});

test('who joins, leaves and joins again before anybody is told has joined once', async () => {
  const { deps, consume, names, ann, bob, cid, id } = await group();
  await add(deps, ann, id, cid.subject);
  await leave(deps, cid, id);
  await add(deps, ann, id, cid.subject);
  await consume();
  expect(names(bob)).toEqual(['message.created', 'message.created', 'participant.joined', 'message.created']);
  expect(names(cid)).toEqual(['conversation.created', 'message.created']);
});

test('a reaction that was taken back and made again is told as it was made last', async () => {
  const { deps, settle, consume, heard, ann, bob, message } = await group();
  await react(deps, bob, message.id, '+1');
  await settle();
  await takeBack(deps, bob, message.id, '+1');
  await react(deps, bob, message.id, '+1');
  await consume();
  expect(heard(ann)).toMatchObject([{ event: 'reaction.added', data: { revision: 4 } }]);
});

test('of a change everybody hears, whoever was to hear of the message', async () => {
  const { deps, publisher, consume, names, ann, bob, id } = await group();
  const broken = await connect(deps, bob);
  publisher.fate = (connection) => (connection === broken ? 'failed' : 'posted');
  const { message } = await sendAndTell(deps, ann, sent(id, 'y'));
  publisher.fate = () => 'posted';
  await edit(deps, ann, message.id, 'z');
  await consume();
  expect([names(ann), names(bob)]).toEqual([
    ['message.created', 'message.updated'],
    ['message.created', 'message.updated'],
  ]);
  expect(publisher.heard(broken).map(({ event }) => event)).toEqual(['message.created', 'message.updated']);
});

test('who joins after a conversation was renamed, or a role was given, has heard of it', async () => {
  const { deps, consume, names, ann, bob, cid, id } = await group();
  await update(deps, ann, id, { name: 'Done' });
  await rank(deps, ann, id, bob.subject, 'admin');
  await add(deps, ann, id, cid.subject);
  await consume();
  expect(names(cid)).toEqual(['conversation.created', 'message.created']);
  expect(names(bob).slice(0, 2)).toEqual(['conversation.updated', 'conversation.updated']);
});

test('of a conversation that was removed meanwhile only that is told, and all of it is erased', async () => {
  const { deps, consume, names, table, ann, bob, cid, id, message } = await group();
  await add(deps, ann, id, cid.subject);
  await edit(deps, ann, message.id, 'y');
  await update(deps, ann, id, { name: 'Done' });
  await markRead(deps, bob, id, message.id);
  await end(deps, ann, id);
  await consume();
  for (const user of [ann, bob, cid]) expect(names(user)).toEqual(['conversation.removed']);
  expect((await rows(table)).filter(({ pk }) => pk === headKey(id).pk)).toEqual([]);
});

test('nothing is erased before everybody has been told; told again, those of whom something is left', async () => {
  const { deps, publisher, records, tell, names, table, ann, bob, id } = await group();
  await end(deps, ann, id);
  const removal = await records();
  const before = await rows(table);
  publisher.fate = () => 'failed';
  publisher.isDown = true;
  await expect(tell(removal)).rejects.toMatchObject({ code: 'unavailable' });
  expect(await rows(table)).toEqual(before);

  publisher.fate = () => 'posted';
  publisher.isDown = false;
  await tell(removal);
  expect([names(ann), names(bob)]).toEqual([['conversation.removed'], ['conversation.removed']]);
  const again = await records();
  await tell([...removal, ...again]);
  expect(names(bob)).toEqual(['conversation.removed']);
  await tell([...removal, ...(await records())]);
  expect((await rows(table)).filter(({ pk }) => pk === headKey(id).pk)).toEqual([]);
});

test('a removal tells nobody of another conversation with the same tail', async () => {
  const { deps, records, tell, names, table, ann, bob, id } = await group();
  await end(deps, ann, id);
  const removal = await records();
  await set(table, headKey(id), 'id', `00000000-0000-7000${id.slice(18)}`);
  await set(table, headKey(id), 'status', 'active');
  const before = await rows(table);
  await tell(removal);
  expect(names(bob)).toEqual([]);
  expect(await rows(table)).toEqual(before);
});

test('nor does another change', async () => {
  const { deps, records, tell, names, table, ann, bob, id } = await group();
  await update(deps, ann, id, { name: 'Done' });
  const change = await records();
  await set(table, headKey(id), 'id', `00000000-0000-7000${id.slice(18)}`);
  await tell(change);
  expect(names(bob)).toEqual([]);
});

test('of a conversation that was never finished nobody hears, and what there is of it is erased', async () => {
  const { deps, consume, records, names, table, ann, bob } = await group();
  const participantIds = [bob.subject, ...Array.from({ length: 120 }, () => randomUUID())];
  const failing = await openTable({
    existing: table,
    client: answering('BatchWriteItemCommand', () => Promise.reject(sdkError('ThrottlingException'))),
  });
  await expect(create({ ...deps, table: failing }, ann, { participantIds })).rejects.toMatchObject({
    code: 'unavailable',
  });
  const before = (await rows(table)).length;
  await consume();
  expect(names(bob)).toEqual([]);
  expect((await rows(table)).length).toBe(before - 1);
  expect(await records()).toEqual([]);
});

test('what time leaves of a creation that died is erased without a word', async () => {
  const { deps, consume, names, table, ann, bob } = await group();
  const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  await consume();
  deps.publisher.forget();
  await set(table, headKey(id), 'status', 'forming');
  await drop(table, headKey(id));
  await consume();
  expect(names(bob)).toEqual([]);
  expect((await rows(table)).filter(({ pk }) => pk === headKey(id).pk)).toEqual([]);
});

test('a change that leaves an announcement as it was is nobody’s business', async () => {
  const { deps, records, tell, names, table, ann, bob, id, message } = await group();
  await edit(deps, ann, message.id, 'y');
  await markRead(deps, bob, id, message.id);
  await update(deps, ann, id, { name: 'Done' });
  await records();
  for (const key of [messageKey(message.id), participantKey(id, bob.subject), headKey(id)]) {
    await set(table, key, 'more', 1);
  }
  const others = await records();
  expect(others).toHaveLength(3);
  await tell(others);
  expect(names(bob)).toEqual([]);
});

test('what people send and read by sending makes no record that anybody is told of', async () => {
  const { deps, records, ann, bob, id, message } = await group();
  await markRead(deps, bob, id, message.id);
  await update(deps, ann, id, { name: 'Done' });
  await records();
  for (const user of [ann, bob, bob]) await sendAndTell(deps, user, sent(id, 'y', { clientMessageId: randomUUID() }));
  await replyAndTell(deps, bob, replyTo(message, 'z'));
  await replyAndTell(deps, ann, replyTo(message, 'z'));
  expect(await records()).toEqual([]);
});

test('a socket that is not reached at first is tried again, and the others hear once', async () => {
  const { deps, publisher, consume, heard, clock, ann, bob, message } = await group();
  const opening = await connect(deps, bob, { connectedAt: clock.time - 1_000 });
  const [first, pauses]: [Map<string, number>, number[]] = [new Map(), []];
  publisher.fate = (connection) => {
    const attempts = (first.get(connection) ?? 0) + 1;
    first.set(connection, attempts);
    return connection === opening && attempts < 5 ? (attempts % 2 ? 'gone' : 'failed') : 'posted';
  };
  const pause = async (retry: number) => void pauses.push(retry);
  Object.assign(deps.table, { pause });
  await edit(deps, ann, message.id, 'y');
  await consume();
  expect(publisher.heard(opening)).toHaveLength(1);
  expect([heard(ann).length, heard(bob).length]).toEqual([1, 1]);
  expect(pauses).toEqual([3, 4, 5, 6]);
});

test('a socket that opens and is not known is tried until it is no longer opening, and then it is gone', async () => {
  const { deps, publisher, consume, heard, clock, ann, bob, message } = await group();
  const opening = await connect(deps, bob, { connectedAt: clock.time - 1_000 });
  publisher.fate = (connection) => (connection === opening ? 'gone' : 'posted');
  const pause = async () => {
    clock.time += 500;
  };
  Object.assign(deps.table, { pause });
  await edit(deps, ann, message.id, 'y');
  await consume();
  expect([heard(ann).length, heard(bob).length]).toEqual([1, 1]);
  const [left = []] = await readSockets(deps.table, [socketOwner(bob)], { consistent: true });
  expect(left.map(({ connectionId }) => connectionId)).not.toContain(opening);
  expect(publisher.posts).toBe(2 + 1 + 9_000 / 500);
});

test('a socket that opens and goes is not tried again, and the record has been told', async () => {
  const { deps, publisher, consume, clock, ann, bob, message } = await group();
  const opening = await connect(deps, bob, { connectedAt: clock.time });
  publisher.fate = (connection) => (connection === opening ? 'gone' : 'posted');
  const pause = () => removeSocket(deps.table, socketOwner(bob), opening);
  Object.assign(deps.table, { pause });
  await edit(deps, ann, message.id, 'y');
  await consume();
  expect(publisher.posts).toBe(3);
});

test('a socket that stays out of reach is ended, alone, once all others have heard', async () => {
  const { deps, publisher, consume, heard, ann, bob, message } = await group();
  const broken = await connect(deps, bob);
  publisher.fate = (connection) => (connection === broken ? 'failed' : 'posted');
  await edit(deps, ann, message.id, 'y');
  await consume();
  expect([heard(ann).length, heard(bob).length]).toEqual([1, 1]);
  expect(publisher.closed).toEqual([broken]);
  const [left = []] = await readSockets(deps.table, [socketOwner(bob)], { consistent: true });
  expect(left).toHaveLength(1);
  expect(left.map(({ connectionId }) => connectionId)).not.toContain(broken);
});

test('a socket that cannot be ended either fails the record, once all others have heard', async () => {
  const { deps, publisher, records, tell, heard, ann, bob, message } = await group();
  const broken = await connect(deps, bob);
  publisher.fate = (connection) => (connection === broken ? 'failed' : 'posted');
  publisher.isDown = true;
  await edit(deps, ann, message.id, 'y');
  const record = await records();
  await expect(tell(record)).rejects.toMatchObject({ code: 'unavailable', cause: { name: 'Undelivered' } });
  expect([heard(ann).length, heard(bob).length]).toEqual([1, 1]);
  publisher.fate = () => 'posted';
  await tell(record);
  expect(publisher.heard(broken)).toHaveLength(1);
});

test('a socket that has lapsed, or whose token has ended, is not told', async () => {
  const { deps, publisher, consume, clock, ann, bob, message } = await group();
  const late = await connect(deps, bob, { leaseEnds: clock.time });
  const ended = await connect(deps, bob, { tokenEnds: clock.time });
  await edit(deps, ann, message.id, 'y');
  await consume();
  expect([late, ended].map((socket) => publisher.heard(socket).length)).toEqual([0, 0]);
});

test('a socket that is gone is removed, and the record has been told', async () => {
  const { deps, publisher, consume, ann, bob, message } = await group();
  const dead = await connect(deps, bob);
  publisher.fate = (connection) => (connection === dead ? 'gone' : 'posted');
  await edit(deps, ann, message.id, 'y');
  await consume();
  const [left = []] = await readSockets(deps.table, [socketOwner(bob)], { consistent: true });
  expect(left.map(({ connectionId }) => connectionId)).not.toContain(dead);
  expect(left).toHaveLength(1);
});

test('a frame that was not taken is the next one to be posted', async () => {
  const { deps, publisher, consume, heard, ann, cid, id } = await group();
  let refusals = 3;
  publisher.fate = (_, { event }) => (event === 'message.created' && refusals-- > 0 ? 'failed' : 'posted');
  await add(deps, ann, id, cid.subject);
  await consume();
  expect(heard(cid).map(({ event }) => event)).toEqual(['conversation.created', 'message.created']);
});
