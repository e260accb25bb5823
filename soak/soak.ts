import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import type { Cloud } from '../local/cloud.ts';
import { openApi } from './api.ts';
import { type Device, openDevice } from './device.ts';
import type { Trouble } from './faults.ts';
import { endLeases } from './leases.ts';
import { play } from './load.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import { type Stage, setStage, type User } from './stage.ts';
import { faultsOfMembership, faultsOfStore, faultsOfView, readStored } from './verify.ts';

/** What became of a soak. */
export interface Soaked {
  readonly sent: number;
  readonly acknowledged: number;
  /** Messages that devices heard of by themselves, fetched, and heard of again; of all devices together. */
  readonly delivered: number;
  readonly filled: number;
  readonly repeated: number;
  /** Sockets that were lost without a word. */
  readonly dropped: number;
  /** What went wrong on purpose, by kind. */
  readonly trouble: ReadonlyMap<string, number>;
  /** What is not as it must be; nothing, if all is well. */
  readonly faults: readonly string[];
}

/** By then all must be as it is to be; it takes seconds, and minutes where a machine is busy. */
const SETTLES_WITHIN_MS = 180_000;

/** A lease, a sweep every minute, and what they take. */
const LEASES_LAPSE_WITHIN_MS = 150_000 + 60_000 + 30_000;

/**
 * Plays a load with all sorts of trouble through the laptop's cloud, and compares what each device has come to see with what
 * is stored.
 * @param trouble the faults with which the cloud was started
 * @param progress is told how far it has come
 */
export async function soak(
  cloud: Cloud,
  trouble: Trouble,
  plan: Plan,
  random: Random,
  progress: (text: string) => void = () => {},
): Promise<Soaked> {
  const { liveUrl: url } = cloud;
  if (url === undefined) throw new Error('unable to soak; the stack has no live API');
  const api = openApi(cloud.url);
  const stage = await setStage(cloud, api, plan, random);
  const foreigners = namesOfOthers(stage);
  const devices = Array.from({ length: plan.sockets }, (_, at) => {
    const user = stage.users[at % stage.users.length];
    if (!user) throw new Error('unable to soak; there is nobody');
    return openDevice(user, { url, pingMs: plan.pingMs, isForeign: foreigners(user.organization) });
  });

  const faults: string[] = [];
  const lost = new Set<string>();
  try {
    faults.push(...(await until(() => devices.filter(({ live }) => live.state !== 'open').map(unopened))));
    progress('all sockets are open');
    const load = await play({ api, devices, stage, plan, random }, (sent) => {
      if (sent % Math.ceil(plan.sends / 5) === 0) progress(`${sent} of ${plan.sends} messages`);
      if (sent % Math.ceil(plan.sends / plan.drops) !== 0) return;
      const open = [...cloud.connections().keys()].filter((id) => !lost.has(id));
      if (open.length === 0) return;
      const id = random.pick(open);
      cloud.drop(id, random.permille(500) ? 'gone' : 'unnoticed');
      lost.add(id);
    });
    trouble.end();
    progress('all is sent; no more trouble');

    const stored = await readStored(api, stage);
    faults.push(...faultsOfStore(stored, load.acknowledged));
    faults.push(...(await until(() => devices.flatMap((device) => faultsOfView(device, stage.places, stored)))));
    progress('every device has what it should; some users vanish');
    const dropped = lost.size;
    faults.push(...(await faultsOfPresence(cloud, devices, stage, plan, lost)));
    faults.push(...devices.flatMap((device) => faultsOfMembership(device, load, stored)));
    faults.push(...devices.flatMap(({ user, foreign }) => foreign.map((text) => `${user.id} heard ${text}`)));

    const sum = (of: (device: Device) => number) => devices.reduce((total, device) => total + of(device), 0);
    return {
      sent: plan.sends + 3 * plan.comings,
      acknowledged: load.acknowledged.length,
      delivered: sum(({ delivered }) => delivered),
      filled: sum(({ following }) => following.filled),
      repeated: sum(({ repeated }) => repeated),
      dropped,
      trouble: trouble.counts,
      faults,
    };
  } finally {
    for (const device of devices) device.close();
  }
}

const unopened = ({ user }: Device) => `${user.id} has a device that never opened`;

/** Whether a text names something of another organization than one. */
function namesOfOthers({ users, places }: Stage) {
  const all = [...users, ...places];
  return (organization: string) => {
    const others = all.filter((one) => one.organization !== organization).flatMap((one) => [one.id, one.organization]);
    return (text: string) => others.some((name) => text.includes(name));
  };
}

/** Has some users vanish without a word, and tells who is still believed to be there, or is not though it is. */
async function faultsOfPresence(
  cloud: Cloud,
  devices: readonly Device[],
  { users }: Stage,
  plan: Plan,
  lost: Set<string>,
) {
  const vanishing = new Set(users.filter((_, at) => at % 3 === 0));
  for (const [id, { headers }] of cloud.connections()) {
    const asked = headers.map(([, value]) => value).join();
    if (lost.has(id) || ![...vanishing].some(({ token }) => asked.includes(token))) continue;
    cloud.drop(id, 'unnoticed');
    lost.add(id);
  }
  // At once, or their clients would come back.
  for (const { user, live } of devices) if (vanishing.has(user)) live.close();

  const staying = devices.filter(({ user }) => !vanishing.has(user));
  const truth = ({ organization }: User) =>
    new Set(staying.filter(({ user }) => user.organization === organization).map(({ user }) => user.id));
  if (!plan.waitForLeases) {
    await endLeases(cloud, lost);
    await cloud.runSchedules();
  }
  return until(
    () =>
      staying
        .filter(({ user, active }) => !isDeepStrictEqual(active, truth(user)))
        .map(({ user, active }) => `${user.id} believes ${[...active]} to be active, not ${[...truth(user)]}`),
    plan.waitForLeases ? LEASES_LAPSE_WITHIN_MS : SETTLES_WITHIN_MS,
  );
}

/** Looks again and again until there are no faults, or the time is over; answers those that are left. */
async function until(find: () => string[], withinMs = SETTLES_WITHIN_MS): Promise<string[]> {
  const end = performance.now() + withinMs;
  let faults = find();
  while (faults.length > 0 && performance.now() < end) {
    await sleep(100);
    faults = find();
  }
  return faults;
}
