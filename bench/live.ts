import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { type Live, openLive } from '../client/live/live.ts';
import { type Cloud, startCloud } from '../local/cloud.ts';
import { openEngine } from '../local/dynamodb/engine.ts';
import { indexStreams } from '../local/dynamodb/stream-index.ts';
import { openAwsLike } from './aws-like.ts';
import { type EngineProxy, openEngineProxy } from './engine-proxy.ts';
import { type Quantiles, quantiles } from './quantiles.ts';

/** What stands behind the functions: the engine as it is, or one that takes its time as AWS's does. */
export type Behind = 'engine' | 'like AWS';

/** How long a message takes in a conversation of so many sockets, in milliseconds from its sending. */
export interface LiveDelay {
  readonly behind: Behind;
  readonly sockets: number;
  /** Until another participant's socket hears of it. */
  readonly heard: Quantiles;
  /** Until its sender has the answer. */
  readonly acknowledged: Quantiles;
}

/** What one conversation carries. */
export interface LiveRate {
  readonly behind: Behind;
  readonly senders: number;
  /** Messages acknowledged a second. */
  readonly perSecond: number;
  /** Of a send, on average, in milliseconds: from the action to its answer, and what of that went by at the table. */
  readonly sendMs: number;
  readonly tableMs: number;
}

export interface LiveFigures {
  readonly delays: readonly LiveDelay[];
  readonly rates: readonly LiveRate[];
}

const AUDIENCES = [2, 20, 100];
const WARM_UPS = 20;
const MEASURED = 200;
const SENDERS = [1, 8, 32];
const RATE_SECONDS = 30;
/** Takes part beside the senders, and hears it all. */
const LISTENERS = 2;

/** Measures the live API on the laptop's cloud, over loopback, on the plain engine and on one that is as slow as AWS. */
export async function measureLive(): Promise<LiveFigures> {
  const delays: LiveDelay[] = [];
  const rates: LiveRate[] = [];
  for (const behind of ['engine', 'like AWS'] as const) {
    await withCloud(behind, async (cloud, table) => {
      for (const sockets of AUDIENCES) delays.push({ behind, sockets, ...(await delayOf(cloud, sockets)) });
      for (const senders of SENDERS) rates.push({ behind, senders, ...(await rateOf(cloud, table, senders)) });
    });
  }
  return { delays, rates };
}

/** How long requests to the table have been under way, all together, in milliseconds. */
interface TableTime {
  readonly ms: number;
}

async function withCloud(behind: Behind, work: (cloud: Cloud, table: TableTime) => Promise<void>): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-bench-'));
  const database = join(directory, 'data.sqlite');
  const engine = await openEngine({ database });
  const slow: EngineProxy | undefined = behind === 'engine' ? undefined : await openAwsLike(engine.endpoint);
  let ms = 0;
  const timed = await openEngineProxy(slow?.endpoint ?? engine.endpoint, async ({ input }, forward) => {
    const begin = performance.now();
    const answer = await forward(input);
    ms += performance.now() - begin;
    return answer;
  });
  const cloud = await startCloud({ dynamodbEndpoint: timed.endpoint, log: () => {}, limits: { environments: 8 } });
  try {
    indexStreams(database);
    await work(cloud, {
      get ms() {
        return ms;
      },
    });
  } finally {
    await cloud.close();
    timed.close();
    slow?.close();
    await engine.close();
    await rm(directory, { recursive: true, force: true });
  }
}

const Created = z.object({ id: z.string() });

/** Opens a socket for each of so many users, who share one conversation. */
async function openConversation(cloud: Cloud, count: number): Promise<{ conversationId: string; lives: Live[] }> {
  const org_id = randomUUID();
  const ids = Array.from({ length: count }, () => randomUUID());
  const tokens = await Promise.all(ids.map((sub) => cloud.token({ sub, org_id }, 3_600)));
  const answer = await fetch(`${cloud.url}/conversations`, {
    method: 'POST',
    headers: { authorization: `Bearer ${tokens[0]}`, 'content-type': 'application/json' },
    body: JSON.stringify({ type: 'group', participantIds: ids.slice(1) }),
  });
  const { id: conversationId } = Created.parse(await answer.json());
  const lives: Live[] = [];
  for (const token of tokens) {
    const live = openLive({ url: cloud.liveUrl ?? '', token: () => token });
    lives.push(live);
    await new Promise<void>((resolve) => live.on({ state: (state) => state === 'open' && resolve() }));
  }
  await cloud.settled();
  return { conversationId, lives };
}

async function delayOf(cloud: Cloud, sockets: number): Promise<Pick<LiveDelay, 'heard' | 'acknowledged'>> {
  const { conversationId, lives } = await openConversation(cloud, sockets);
  const [sender, other] = lives;
  if (!sender || !other) throw new Error('unable to measure; it takes two sockets');
  const heard: number[] = [];
  const acknowledged: number[] = [];
  for (let count = 0; count < WARM_UPS + MEASURED; count += 1) {
    const text = `${count}`;
    const begin = performance.now();
    const hears = new Promise<void>((resolve) => {
      const end = other.on({
        event: (event) => {
          if (event.event !== 'message.created' || event.data.message.text !== text) return;
          if (count >= WARM_UPS) heard.push(performance.now() - begin);
          end();
          resolve();
        },
      });
    });
    await sender.request('sendMessage', { conversationId, text });
    if (count >= WARM_UPS) acknowledged.push(performance.now() - begin);
    await hears;
  }
  for (const live of lives) live.close();
  return { heard: quantiles(heard), acknowledged: quantiles(acknowledged) };
}

async function rateOf(cloud: Cloud, table: TableTime, senders: number) {
  const { conversationId, lives } = await openConversation(cloud, senders + LISTENERS);
  const end = performance.now() + RATE_SECONDS * 1_000;
  const before = table.ms;
  const sendMs: number[] = [];
  await Promise.all(
    lives.slice(0, senders).map(async (live) => {
      while (performance.now() < end) {
        const begin = performance.now();
        await live.insist('sendMessage', { conversationId, text: 'as fast as can be', clientMessageId: randomUUID() });
        sendMs.push(performance.now() - begin);
      }
    }),
  );
  const tableMs = (table.ms - before) / sendMs.length;
  for (const live of lives) live.close();
  return { perSecond: sendMs.length / RATE_SECONDS, sendMs: mean(sendMs), tableMs };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
