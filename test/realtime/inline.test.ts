import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { limits } from '../../core/contract/limits.ts';
import type { Principal } from '../../core/domain/principal.ts';
import { socketOwner } from '../../core/domain/socket.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import type { Posted } from '../../core/realtime/publisher.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import { handOver } from '../../core/store/hand-over.ts';
import { messageKey, rosterKey } from '../../core/store/keys.ts';
import { readItem } from '../../core/store/reading.ts';
import { readSockets, removeSocket } from '../../core/store/sockets.ts';
import { answering, overtaking, sdkError, seeing } from '../support/faults.ts';
import { add, allMessages, create, leave, sent } from '../support/flow.ts';
import { connect, type LiveWorld, liveWorld } from '../support/live.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { drop, type TableOptions, useTables } from '../support/table.ts';

const openTable = useTables();

/** Ann's group with bob; ann has two sockets, bob one. */
async function pair() {
  const table = await openTable({ stream: true });
  const clock = { time: Date.now() };
  const world = await liveWorld(table, () => clock.time);
  const { deps } = world;
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  const [phone, desk] = [await connect(deps, ann), await connect(deps, ann)];
  const his = await connect(deps, bob);
  const { id } = (await create(deps, ann, { participantIds: [bob.subject] })).conversation;
  await world.settle();
  return { ...world, table, clock, ann, bob, phone, desk, his, id };
}

/** Of which messages connections have heard, by their texts. */
const heardBy = ({ publisher }: Pick<LiveWorld['deps'], 'publisher'>, ...ids: string[]) =>
  ids.map((id) => publisher.heard(id).map(({ data }) => Object(data['message']).text));

/** A table with trouble in it, around the same items. */
const troubled = async <Deps extends RealtimeDeps>(deps: Deps, options: TableOptions): Promise<Deps> => ({
  ...deps,
  table: await openTable({ existing: deps.table, ...options }),
});

/** What the consumer is to do about a message, from the table. */
async function handedOver(deps: RealtimeDeps, messageId: string) {
  const { announce, announceTo } = (await readItem(deps.table, messageKey(messageId))) ?? {};
  return { isAnnounced: announce !== undefined, to: announceTo instanceof Set ? [...announceTo].sort() : undefined };
}

test('when a send is answered every socket of every participant has heard of it; nobody is told again', async () => {
  const { deps, publisher, records, ann, phone, desk, his, id } = await pair();
  const { message } = await sendAndTell(deps, ann, sent(id, 'x', { clientMessageId: 'mine' }));
  const event = {
    event: 'message.created',
    conversationId: id,
    seq: 1,
    at: new Date(message.createdAt).toISOString(),
    data: { message: { id: message.id, text: 'x', senderUserId: ann.subject, reactions: [] } },
  };
  const [toSender, toOther] = [publisher.heard(phone), publisher.heard(his)];
  expect(toSender).toEqual(publisher.heard(desk));
  expect(toSender).toMatchObject([{ ...event, data: { message: { clientMessageId: 'mine' } } }]);
  expect(toOther).toMatchObject([event]);
  expect(toOther[0]?.data['message']).not.toHaveProperty('clientMessageId');
  expect(await handedOver(deps, message.id)).toEqual({ isAnnounced: false, to: undefined });
  expect(await records()).toEqual([]);
});

test('who names the sender delivers as the sender would', async () => {
  const { deps, publisher, ann, phone, his, id } = await pair();
  const input = sent(id, 'x', { clientMessageId: 'mine', actingUserId: ann.subject });
  await sendAndTell(deps, serviceOf('acme'), input);
  expect(publisher.heard(phone)).toMatchObject([{ data: { message: { clientMessageId: 'mine' } } }]);
  expect(publisher.heard(his)[0]?.data['message']).not.toHaveProperty('clientMessageId');
});

test('a send that is sent again is stored once, and delivered again', async () => {
  const { deps, ann, phone, his, id } = await pair();
  for (const _ of [1, 2]) await sendAndTell(deps, ann, sent(id, 'x', { clientMessageId: 'mine' }));
  expect(await allMessages(deps, ann, id)).toHaveLength(1);
  expect(heardBy(deps, phone, his)).toEqual([
    ['x', 'x'],
    ['x', 'x'],
  ]);
});

test('a socket whose lease or token has ended hears nothing', async () => {
  const { deps, publisher, clock, ann, bob, his, id } = await pair();
  const late = await connect(deps, bob, { leaseEnds: clock.time });
  const ended = await connect(deps, bob, { tokenEnds: clock.time });
  const last = await connect(deps, bob, { leaseEnds: clock.time + 1, tokenEnds: clock.time + 1 });
  await sendAndTell(deps, ann, sent(id, 'x'));
  expect([late, ended, last, his].map((socket) => publisher.heard(socket).length)).toEqual([0, 0, 1, 1]);
});

test('a socket of a service hears nothing, also of a user that is called the same', async () => {
  const { deps, publisher, ann, id } = await pair();
  const service: Principal = { ...ann, isService: true };
  const socket = await connect(deps, service);
  const { userId } = socketOwner(service);
  await add(deps, ann, id, userId);
  await sendAndTell(deps, ann, sent(id, 'x'));
  expect(publisher.heard(socket)).toEqual([]);
});

test.each<[why: string, posted: Posted, connectedSince: number]>([
  ['that is not reached', 'failed', 60_000],
  ['that the gateway does not know yet', 'gone', 9_999],
])('a socket %s is handed over, and hears from the consumer what the others have heard', async (_, posted, since) => {
  const { deps, publisher, consume, clock, ann, bob, phone, desk, his, id } = await pair();
  const opening = await connect(deps, bob, { connectedAt: clock.time - since });
  publisher.fate = (connection) => (connection === opening ? posted : 'posted');
  const { message } = await sendAndTell(deps, ann, sent(id, 'x'));
  expect(heardBy(deps, phone, desk, his, opening)).toEqual([['x'], ['x'], ['x'], []]);
  expect(await handedOver(deps, message.id)).toEqual({ isAnnounced: true, to: [opening] });

  publisher.fate = () => 'posted';
  await consume();
  expect(heardBy(deps, phone, desk, his, opening)).toEqual([['x'], ['x'], ['x'], ['x']]);
});

test('a socket that is gone is no longer its owner’s, and nobody else is concerned', async () => {
  const { deps, publisher, records, clock, ann, bob, phone, desk, his, id } = await pair();
  const dead = await connect(deps, bob, { connectedAt: clock.time - 10_000 });
  publisher.fate = (connection) => (connection === dead ? 'gone' : 'posted');
  const { message } = await sendAndTell(deps, ann, sent(id, 'x'));
  expect(heardBy(deps, phone, desk, his, dead)).toEqual([['x'], ['x'], ['x'], []]);
  const [left = []] = await readSockets(deps.table, [socketOwner(bob)], { consistent: true });
  expect(left.map(({ connectionId }) => connectionId)).toEqual([his]);
  expect(await handedOver(deps, message.id)).toEqual({ isAnnounced: false, to: undefined });
  expect(await records()).toEqual([]);
});

test('sockets that have lapsed take nobody’s place', async () => {
  const { deps, clock, ann, phone, desk, his, id } = await pair();
  for (let at = 0; at < limits.inlineSockets; at += 1) {
    await connect(deps, ann, { connectedAt: at, leaseEnds: clock.time });
  }
  const { message } = await sendAndTell(deps, ann, sent(id, 'x'));
  expect(heardBy(deps, phone, desk, his)).toEqual([['x'], ['x'], ['x']]);
  expect(await handedOver(deps, message.id)).toEqual({ isAnnounced: false, to: undefined });
});

test('of more sockets than a sender waits for the others are handed over', async () => {
  const { deps, publisher, consume, ann, bob, id } = await pair();
  for (let at = 0; at < 59; at += 1) await connect(deps, ann);
  for (let at = 0; at < limits.inlineSockets - 52; at += 1) await connect(deps, bob);
  const { message } = await sendAndTell(deps, ann, sent(id, 'x'));
  expect(publisher.posts).toBe(limits.inlineSockets);
  expect((await handedOver(deps, message.id)).to).toHaveLength(3 + 7);
  await consume();
  expect(publisher.posts).toBe(limits.inlineSockets + 3 + 7);
});

test.each([
  [1_000, 0],
  [1_001, 1],
])('a message names %i connections that are to hear of it, or else all do', async (count, frames) => {
  const { deps, publisher, consume, ann, his, id } = await pair();
  const { message } = await sendAndTell(deps, ann, sent(id, 'x'));
  publisher.forget();
  const ids = Array.from({ length: count }, () => randomUUID());
  await handOver(deps.table, message.id, ids);
  await consume();
  expect(publisher.heard(his)).toHaveLength(frames);
});

test('to more participants than a sender waits for the consumer delivers, and nothing more is written', async () => {
  const { deps, publisher, consume, ann, bob, his } = await pair();
  const others = Array.from({ length: limits.inlineSockets - 1 }, () => randomUUID());
  const { id } = (await create(deps, ann, { participantIds: [bob.subject, ...others] })).conversation;
  await consume();
  publisher.forget();
  const counted = answering('UpdateItemCommand', () => Promise.reject(new Error('nothing is to be updated')));
  const busy = await troubled(deps, { client: counted });
  const { message } = await sendAndTell(busy, ann, sent(id, 'x', { clientMessageId: 'mine' }));
  expect(publisher.posts).toBe(0);
  expect(await handedOver(deps, message.id)).toEqual({ isAnnounced: true, to: undefined });
  await consume();
  expect(heardBy(deps, his)).toEqual([['x']]);
  // Sent again, it is to be delivered again.
  await sendAndTell(deps, ann, sent(id, 'x', { clientMessageId: 'mine' }));
  await consume();
  expect(heardBy(deps, his)).toEqual([['x', 'x']]);
});

test('an audience of as many as a sender waits for is delivered to before the answer', async () => {
  const { deps, publisher, consume, ann, bob, his } = await pair();
  const others = Array.from({ length: limits.inlineSockets - 2 }, () => randomUUID());
  const { id } = (await create(deps, ann, { participantIds: [bob.subject, ...others] })).conversation;
  await consume();
  publisher.forget();
  await sendAndTell(deps, ann, sent(id, 'x'));
  expect(heardBy(deps, his)).toEqual([['x']]);
});

test.each(['GetItemCommand', 'BatchGetItemCommand'])(
  'an audience that cannot be read is handed over as a whole: %s',
  async (command) => {
    const { deps, publisher, consume, ann, phone, desk, his, id } = await pair();
    let isStored = false;
    const busy = await troubled(deps, {
      client: (client) => {
        answering('TransactWriteItemsCommand', async (next) => {
          const result = await next();
          isStored = true;
          return result;
        })(client);
        answering(command, (next) => (isStored ? Promise.reject(sdkError('ThrottlingException')) : next()))(client);
      },
    });
    const { message } = await sendAndTell(busy, ann, sent(id, 'x'));
    expect(publisher.posts).toBe(0);
    expect(await handedOver(deps, message.id)).toEqual({ isAnnounced: true, to: undefined });
    await consume();
    expect(heardBy(deps, phone, desk, his)).toEqual([['x'], ['x'], ['x']]);
  },
);

test.each([
  ['trouble that passes', () => sdkError('ThrottlingException')],
  ['other trouble', () => new Error('a private text')],
])(
  'what is neither delivered nor handed over is not answered, and sent again it is delivered: %s',
  async (_, error) => {
    const { deps, publisher, consume, ann, phone, his, id } = await pair();
    publisher.fate = (connection) => (connection === his ? 'failed' : 'posted');
    const busy = await troubled(deps, { client: answering('UpdateItemCommand', () => Promise.reject(error())) });
    const input = sent(id, 'x', { clientMessageId: 'mine' });
    await expect(sendAndTell(busy, ann, input)).rejects.toMatchObject({ code: 'unavailable' });
    expect(heardBy(deps, phone, his)).toEqual([['x'], []]);

    publisher.fate = () => 'posted';
    await sendAndTell(deps, ann, input);
    await consume();
    expect(heardBy(deps, phone, his)).toEqual([['x', 'x'], ['x']]);
    expect(await allMessages(deps, ann, id)).toHaveLength(1);
  },
);

test('a message that is erased before it could be handed over stays so', async () => {
  const { deps, publisher, table, ann, id } = await pair();
  publisher.fate = () => 'failed';
  const erasing = await troubled(deps, {
    client: overtaking(async () => {
      const [message] = await allMessages(deps, ann, id);
      await drop(table, messageKey(message?.id ?? ''));
    }, 'UpdateItemCommand'),
  });
  const { message } = await sendAndTell(erasing, ann, sent(id, 'x'));
  expect(await readItem(table, messageKey(message.id))).toBeUndefined();
});

test('a connection that has gone by the time it is told of is no longer told', async () => {
  const { deps, publisher, consume, ann, bob, his, id } = await pair();
  publisher.fate = (connection) => (connection === his ? 'failed' : 'posted');
  await sendAndTell(deps, ann, sent(id, 'x'));
  publisher.fate = () => 'posted';
  await removeSocket(deps.table, socketOwner(bob), his);
  const other = await connect(deps, bob);
  await consume();
  expect(heardBy(deps, his, other)).toEqual([[], []]);
});

test('who leaves after a message was stored does not hear of it, nor does who joins', async () => {
  const { deps, ann, bob, phone, his, id } = await pair();
  const dan = userOf('acme');
  const hers = await connect(deps, dan);
  let isStored = false;
  const slow = await troubled(deps, {
    client: (client) => {
      answering('TransactWriteItemsCommand', async (next) => {
        const result = await next();
        isStored = true;
        return result;
      })(client);
      answering('GetItemCommand', async (next) => {
        if (isStored) {
          isStored = false;
          await leave(deps, bob, id);
          await add(deps, ann, id, dan.subject);
        }
        return next();
      })(client);
    },
  });
  await sendAndTell(slow, ann, sent(id, 'x'));
  expect(heardBy(deps, phone, his, hers)).toEqual([['x'], [], []]);
});

test('who has joined at the very moment of a message that came before does not hear of it', async () => {
  const { deps, clock, ann, id } = await pair();
  const dan = userOf('acme');
  const hers = await connect(deps, dan);
  clock.time -= 3_600_000;
  const input = sent(id, 'x', { clientMessageId: 'mine' });
  await sendAndTell(deps, ann, input);
  await add(deps, ann, id, dan.subject);
  await sendAndTell(deps, ann, input);
  await sendAndTell(deps, ann, sent(id, 'y'));
  expect(heardBy(deps, hers)).toEqual([['y']]);
});

test('a roster that does not show yet who has left decides nothing', async () => {
  const { deps, table, ann, bob, phone, his, id } = await pair();
  const before = await readItem(table, rosterKey(id));
  await leave(deps, bob, id);
  const torn = await troubled(deps, { client: seeing(rosterKey(id), before) });
  await sendAndTell(torn, ann, sent(id, 'x'));
  expect(heardBy(deps, phone, his)).toEqual([['x'], []]);
});
