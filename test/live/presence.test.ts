import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test, vi } from 'vitest';
import type { LiveEvent } from '../../client/live/frames.ts';
import { endLeases } from '../../soak/leases.ts';
import { type Caller, someone, useCloud } from '../support/cloud.ts';
import { type LiveSocket, useSockets } from '../support/live-socket.ts';

const testCloud = useCloud();
const { cloud, rows, logs } = testCloud;
const { open, settle } = useSockets(testCloud);

/** An organization in which somebody watches. */
async function scene() {
  const organization = randomUUID();
  const wes = await open(someone(organization));
  await settle(wes);
  wes.heard.length = 0;
  return { wes, person: (): Caller => ({ ...someone(organization), name: 'Ann' }) };
}

/** Who came and went, as a socket has heard. */
const presence = ({ heard }: LiveSocket) =>
  heard.flatMap((event) =>
    event.event === 'user.connected' || event.event === 'user.disconnected'
      ? event.data.users.map(({ id }) => `${event.event} ${id}`)
      : [],
  );
const isGone =
  ({ sub }: Caller) =>
  (event: LiveEvent): boolean =>
    event.event === 'user.disconnected' && event.data.users.some(({ id }) => id === sub);

/** How many sockets of a user are counted. */
const counted = async ({ org_id, sub }: Caller): Promise<number> => {
  const item = (await rows()).find(({ pk, sk }) => pk === `U#${org_id}#${sub}` && sk === '#SOCKETS');
  return item?.['ids'] instanceof Set ? item['ids'].size : 0;
};
const active = async (socket: LiveSocket) =>
  (await socket.request('getActiveUsers', {})).users.map(({ id }) => id).sort();

/** A group of these, made by the first. */
const groupOf = async (first: LiveSocket, ...others: readonly LiveSocket[]) => {
  const participantIds = others.map(({ caller }) => caller.sub);
  const { conversation } = await first.request('createConversation', { type: 'group', participantIds });
  await settle(first, ...others);
  return conversation.id;
};

test('of two devices that open at once, one is told of as coming, and the last as going', async () => {
  const { wes, person } = await scene();
  const ann = person();
  const [phone, laptop] = await Promise.all([open(ann), open(ann)]);
  await settle(wes, phone, laptop);
  expect(presence(wes)).toEqual([`user.connected ${ann.sub}`]);
  for (const device of [phone, laptop]) {
    expect(device.heard.filter(({ event }) => event === 'session.welcome')).toHaveLength(1);
    expect(new Set(presence(device))).toEqual(new Set([`user.connected ${ann.sub}`]));
  }
  const ids = [ann.sub, wes.caller.sub].sort();
  expect(await active(wes)).toEqual(ids);

  const tablet = await open(ann);
  await settle(wes, phone, laptop, tablet);
  expect(presence(wes)).toHaveLength(1);
  expect(presence(tablet)).toEqual([`user.connected ${ann.sub}`]);
  expect(tablet.heard[0]).toMatchObject({ data: { activeUsers: ids.map((id) => ({ id })) } });

  await Promise.all([phone.close(), tablet.close()]);
  await vi.waitFor(async () => expect(await counted(ann)).toBe(1), 30_000);
  await settle(wes, laptop);
  expect(presence(wes)).toHaveLength(1);
  expect(await active(wes)).toEqual(ids);

  await laptop.close();
  await wes.event(isGone(ann));
  await settle(wes);
  expect(presence(wes)).toEqual([`user.connected ${ann.sub}`, `user.disconnected ${ann.sub}`]);
  expect(await active(wes)).toEqual([wes.caller.sub]);
  expect(await counted(ann)).toBe(0);
});

test('who comes back is told of again', async () => {
  const { wes, person } = await scene();
  const ann = person();
  for (let round = 0; round < 3; round += 1) {
    const device = await open(ann);
    await settle(wes);
    await device.close();
    await wes.event(isGone(ann));
    expect(presence(wes)).toEqual([`user.connected ${ann.sub}`, `user.disconnected ${ann.sub}`]);
    wes.heard.length = 0;
  }
});

test('a socket that was lost without a word is there until its lease ends; the sweep tells of it', async () => {
  const { wes, person } = await scene();
  const ann = person();
  const device = await open(ann);
  await settle(wes);
  cloud().drop(device.connectionId, 'unnoticed');
  await device.client.closed;
  await cloud().runSchedules();
  await settle(wes);
  expect(presence(wes)).toEqual([`user.connected ${ann.sub}`]);
  expect(await active(wes)).toContain(ann.sub);

  await endLeases(cloud(), new Set([device.connectionId]));
  expect(await active(wes)).toEqual([wes.caller.sub]);
  await cloud().runSchedules();
  await wes.event(isGone(ann));
  expect(await counted(ann)).toBe(0);
});

test('a socket whose lease has ended hears nothing more, and is closed by the sweep', async () => {
  const { wes, person } = await scene();
  const [device, other] = [await open(person()), await open(person())];
  const conversationId = await groupOf(wes, device, other);
  await endLeases(cloud(), new Set([device.connectionId]));
  const { length } = device.frames;
  await wes.request('sendMessage', { conversationId, text: 'x' });
  await settle(wes, other);
  expect(other.heard.at(-1)).toMatchObject({ event: 'message.created', conversationId });
  await cloud().runSchedules();
  await device.client.closed;
  await wes.event(isGone(device.caller));
  expect(device.frames).toHaveLength(length);
  expect(presence(wes)).not.toContain(`user.disconnected ${other.caller.sub}`);
});

test('a socket whose lease has ended is closed at its next ping, once that is answered', async () => {
  const { wes, person } = await scene();
  const device = await open(person());
  await endLeases(cloud(), new Set([device.connectionId]));
  expect(await device.ask('ping')).toHaveProperty('ack.now');
  await device.client.closed;
  await wes.event(isGone(device.caller));
});

test('a socket whose token has ended hears nothing more, may do nothing, and is closed', async () => {
  const { wes, person } = await scene();
  const seconds = 4;
  const [idle, busy] = await Promise.all([open(person(), seconds), open(person(), seconds)]);
  const ended = Date.now() + seconds * 1_000;
  const conversationId = await groupOf(wes, idle, busy);
  await sleep(ended - Date.now());

  const { length } = idle.frames;
  const { message } = await wes.request('sendMessage', { conversationId, text: 'too late' });
  await settle(wes);
  expect(await active(wes)).toEqual([wes.caller.sub]);
  const { error } = await busy.ask('getMessagesSince', { conversationId, since: '2020-01-01T00:00:00Z' });
  expect(error).toMatchObject({ code: 'unauthorized', temporary: false });
  await busy.client.closed;

  await cloud().runSchedules();
  await idle.client.closed;
  expect(idle.frames).toHaveLength(length);
  expect(busy.frames.some((frame) => frame.includes(message.id))).toBe(false);
  await wes.event(isGone(idle.caller));
  await wes.event(isGone(busy.caller));
  expect(await counted(idle.caller)).toBe(0);
});

test('nothing of that went wrong', () => {
  expect(logs.filter((line) => line.includes('"ERROR"'))).toEqual([]);
});
