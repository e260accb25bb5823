import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { type Following, follow } from '../../client/live/follow.ts';
import { type Live, openLive } from '../../client/live/live.ts';
import { type Caller, conversationIn, someone, useCloud } from '../support/cloud.ts';

const { cloud, call, logs } = useCloud();

const SENDERS = 20;
const EACH = 5;

/** A device that knows what it has heard and filled. */
interface Device {
  readonly caller: Caller;
  readonly live: Live;
  readonly following: Following;
  /** Resolves once it has everything up to that message. */
  through(conversationId: string, seq: number): Promise<void>;
}

/** @param pageSize of how many messages it reads on at a time, and how many it has at first */
function openDevice(caller: Caller, pageSize = 20): Device {
  const looks = new Set<() => void>();
  const live = openLive({
    url: cloud().liveUrl ?? '',
    token: () => cloud().token({ ...caller }),
    pauseMs: () => 50,
  });
  const changed = () => {
    for (const look of looks) look();
  };
  const following = follow(live, caller.sub, { pageSize, changed });
  onTestFinished(() => {
    following.end();
    live.close();
  });
  return {
    caller,
    live,
    following,
    through: (conversationId, seq) =>
      new Promise((resolve) => {
        const look = () => {
          if (following.logs.get(conversationId)?.through !== seq) return;
          looks.delete(look);
          resolve();
        };
        looks.add(look);
        look();
      }),
  };
}

test('twenty who send at once, by sockets and by REST: every device ends with all messages in one order', async () => {
  const total = SENDERS * EACH;
  const organization = randomUUID();
  const callers = Array.from({ length: SENDERS }, () => someone(organization));
  const [first, ...others] = callers;
  if (!first) throw new Error('nobody is there');
  const body = { type: 'group', participantIds: others.map(({ sub }) => sub) };
  const { id: conversationId } = conversationIn(await call(first, 'POST /conversations', { body }));
  const devices = callers.map((caller) => openDevice(caller));
  await Promise.all(devices.map(({ through }) => through(conversationId, 0)));

  const sendByRest = async (caller: Caller, text: string): Promise<void> => {
    const sent = { body: { text, clientMessageId: text } };
    const { status } = await call(caller, `POST /conversations/${conversationId}/messages`, sent);
    if (status === 503) return sendByRest(caller, text);
    expect(status).toBe(201);
  };
  const sendAll = async ({ caller, live }: Device, at: number) => {
    for (let round = 0; round < EACH; round += 1) {
      const text = `${at} ${round}`;
      if ((at + round) % 2 === 0) await sendByRest(caller, text);
      else await live.insist('sendMessage', { conversationId, text, clientMessageId: text });
      // One is cut off in the midst, and comes back by itself; one comes late.
      if (at === 0 && round === 1) cutOneOff();
      if (at === 1 && round === 2) devices.push(openDevice(first, total));
    }
  };
  let returned = 0;
  for (const { live } of devices) {
    live.on({
      state: (state) => {
        if (state === 'open') returned += 1;
      },
    });
  }
  const cutOneOff = () => {
    const [connectionId = ''] = cloud().connections().keys();
    cloud().drop(connectionId, 'unnoticed');
  };
  await Promise.all(devices.map(sendAll));

  await Promise.all(devices.map(({ through }) => through(conversationId, total)));
  expect(returned).toBe(1);
  const logOf = ({ following }: Device) => following.logs.get(conversationId)?.messages ?? [];
  const texts = devices.map((device) => logOf(device).map(({ text }) => text));
  expect(devices).toHaveLength(SENDERS + 1);
  for (const device of devices) {
    expect(logOf(device).map(({ seq }) => seq)).toEqual(Array.from({ length: total }, (_, at) => at + 1));
  }
  for (const each of texts) expect(each).toEqual(texts[0]);
  expect(new Set(texts[0]).size).toBe(total);
  const times = logOf(devices[0] as Device).map(({ createdAt }) => createdAt);
  expect(times).toEqual(times.toSorted());
  // What one sender has sent stands in the order of its sending.
  const own = texts[0]?.filter((text) => text?.startsWith('3 '));
  expect(own).toEqual(Array.from({ length: EACH }, (_, round) => `3 ${round}`));
  expect(logs.filter((line) => line.includes('"ERROR"'))).toEqual([]);
});
