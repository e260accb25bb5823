import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { type MessageLog, messageLog } from '../../client/live/message-log.ts';
import { LiveMessage } from '../../core/contract/live/values.ts';
import { Reaction } from '../../core/contract/native/reaction.ts';
import { liveMessageBody } from '../../core/dialects/live/message.ts';
import { Failure } from '../../core/domain/errors.ts';
import type { Message } from '../../core/domain/message.ts';
import type { Principal } from '../../core/domain/principal.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import type { Posted } from '../../core/realtime/publisher.ts';
import { sendAndTell } from '../../core/realtime/send-and-tell.ts';
import type { StreamRecord } from '../../local/streams/record.ts';
import {
  add,
  allMessages,
  create,
  edit,
  get,
  leave,
  markRead,
  page,
  react,
  remove,
  sent,
  takeBack,
  unsay,
} from '../support/flow.ts';
import { connect, type LiveWorld, liveWorld, tellRecord } from '../support/live.ts';
import { serviceOf, userOf } from '../support/people.ts';
import type { Heard } from '../support/publisher.ts';
import { useTables } from '../support/table.ts';

const openTable = useTables();

/** Who is part of the group at first; the others may join. */
const FOUNDERS = 3;
const PEOPLE = 5;

/** A device: what it has heard, and what it makes of that as the protocol tells. */
interface Device {
  readonly user: Principal;
  readonly connectionId: string;
  /** The `seq` after which it was opened. */
  readonly since: number;
  readonly heard: Heard[];
  log: MessageLog;
  isGone: boolean;
}

const OfMessage = z.object({ message: LiveMessage });
const OfReaction = z.object({ reaction: Reaction, revision: z.number() });

/** A group whose people use it while everything fails that may. */
class Play {
  readonly #world: LiveWorld;
  readonly #clock: { time: number };
  readonly #service: Principal;
  readonly #people: readonly Principal[];
  readonly #id: string;
  readonly #devices: Device[] = [];
  #members: Set<string>;
  /** What becomes of the next frames to a connection; nothing is said of those after them. */
  readonly #faults = new Map<string, Posted[]>();
  /** Who is told of no event while nobody joins or leaves, because it has no part. */
  #isStill = true;
  /** After so many posts, whoever posts dies. */
  #dies: { posts: number; controller: AbortController } | undefined;
  /** Records that are to be consumed, and all that were. */
  readonly #queue: StreamRecord[] = [];
  readonly #consumed: StreamRecord[] = [];
  readonly wrongs: string[] = [];

  private constructor(world: LiveWorld, clock: { time: number }, people: readonly Principal[], id: string) {
    this.#world = world;
    this.#clock = clock;
    this.#people = people;
    this.#service = serviceOf(people[0]?.organization ?? '');
    this.#id = id;
    this.#members = new Set(people.slice(0, FOUNDERS).map(({ subject }) => subject));
    world.publisher.fate = (connectionId, frame) => this.#fate(connectionId, frame);
    // One that takes nothing for long is ended; its client connects anew, and reads what it has missed.
    world.publisher.onClose = (connectionId) => {
      for (const device of this.#devices) device.isGone ||= device.connectionId === connectionId;
    };
  }

  static async begin(world: LiveWorld, clock: { time: number }): Promise<Play> {
    const organization = randomUUID();
    const people = Array.from({ length: PEOPLE }, () => userOf(organization));
    const participantIds = people.slice(0, FOUNDERS).map(({ subject }) => subject);
    const { id } = (await create(world.deps, people[0] ?? userOf(''), { participantIds })).conversation;
    const play = new Play(world, clock, people, id);
    for (const user of people) await play.connect(user);
    // Of another organization, and called the same.
    await play.connect(userOf(randomUUID(), participantIds[0]));
    return play;
  }

  async #fate(connectionId: string, frame: Heard): Promise<Posted> {
    // Others have their turn meanwhile.
    await new Promise(setImmediate);
    const device = this.#devices.find((one) => one.connectionId === connectionId);
    if (!device) return 'gone';
    if (this.#dies && --this.#dies.posts === 0) this.#dies.controller.abort();
    if (device.isGone) return 'gone';
    const posted = this.#faults.get(connectionId)?.shift() ?? 'posted';
    if (posted === 'gone' && !this.#isOpening(connectionId)) device.isGone = true;
    if (posted === 'posted') await this.#hear(device, frame);
    return posted;
  }

  readonly #opened = new Map<string, number>();
  #isOpening(connectionId: string): boolean {
    return this.#clock.time < (this.#opened.get(connectionId) ?? 0) + 10_000;
  }

  async #hear(device: Device, frame: Heard): Promise<void> {
    const { user, log, heard } = device;
    heard.push(frame);
    const isOwnLeaving = frame.event === 'participant.left';
    if (this.#isStill && !this.#members.has(user.subject) && !isOwnLeaving && frame.event !== 'message.created') {
      this.wrongs.push(`${frame.event} to somebody who takes no part`);
    }
    switch (frame.event) {
      case 'message.created':
      case 'message.updated':
      case 'message.deleted':
        log.add(OfMessage.parse(frame.data).message);
        break;
      case 'reaction.added':
      case 'reaction.removed': {
        const { event, seq = 0 } = frame;
        const data = OfReaction.parse(frame.data);
        if (log.react({ ...frame, event, seq, conversationId: this.#id, data }) === 'stale') await this.#read(device);
        break;
      }
      case 'conversation.created':
        await this.#read(device);
    }
  }

  /** Reads all messages anew, as far as the user may. */
  async #read({ user, log }: Device): Promise<void> {
    const messages = await allMessages(this.#world.deps, user, this.#id).catch(() => []);
    for (const message of messages) log.add(liveMessageBody(message));
  }

  async connect(user: Principal, isOpening = false): Promise<void> {
    const { deps } = this.#world;
    const at = this.#clock.time;
    const ends = at + 1_000_000_000;
    const connectionId = randomUUID();
    this.#opened.set(connectionId, isOpening ? at : at - 60_000);
    const since = (await page(deps, this.#service, this.#id, { limit: 1 })).messages[0]?.seq ?? 0;
    const device: Device = { user, connectionId, since, heard: [], log: messageLog(0), isGone: false };
    this.#devices.push(device);
    await connect(deps, user, {
      connectionId,
      connectedAt: this.#opened.get(connectionId) ?? 0,
      leaseEnds: ends,
      tokenEnds: ends,
    });
    await this.#read(device);
  }

  open(at: number, isOpening: boolean): Promise<void> {
    return this.connect(this.#person(at), isOpening);
  }

  #person = (at: number): Principal => this.#people[at % PEOPLE] ?? userOf('');

  /** Somebody's world, in which it dies after so many posts. */
  #mortal(posts: number | undefined): RealtimeDeps {
    this.#clock.time += 7;
    const { deps } = this.#world;
    if (posts === undefined) return deps;
    const controller = new AbortController();
    this.#dies = { posts: posts + 1, controller };
    return { ...deps, table: { ...deps.table, signal: controller.signal } };
  }

  async send(by: number, posts: number | undefined): Promise<void> {
    const input = sent(this.#id, `text ${by}`, { clientMessageId: randomUUID() });
    let deps = this.#mortal(posts);
    for (;;) {
      try {
        await sendAndTell(deps, this.#person(by), input);
        return;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error.code === 'forbidden') return;
        if (error.code !== 'unavailable') throw error;
        deps = this.#mortal(undefined);
      } finally {
        this.#dies = undefined;
      }
    }
  }

  async join(at: number): Promise<void> {
    const { subject } = this.#person(at);
    this.#members.add(subject);
    await this.#refused(add(this.#mortal(undefined), this.#service, this.#id, subject));
  }

  async leave(at: number, isRemoved: boolean): Promise<void> {
    const user = this.#person(at);
    const deps = this.#mortal(undefined);
    await this.#refused(isRemoved ? remove(deps, this.#service, this.#id, user.subject) : leave(deps, user, this.#id));
    this.#members.delete(user.subject);
  }

  /** Does something to one of the latest messages. */
  async change(what: 'edit' | 'react' | 'takeBack' | 'unsay' | 'read', by: number, which: number): Promise<void> {
    const deps = this.#mortal(undefined);
    const user = this.#person(by);
    const { messages } = await page(deps, this.#service, this.#id, { limit: 4 });
    const message = messages[which % Math.max(1, messages.length)];
    if (!message) return;
    const emoji = `${which % 2}`;
    switch (what) {
      case 'edit':
        return this.#refused(edit(deps, user, message.id, `edited ${which}`));
      case 'react':
        return this.#refused(react(deps, user, message.id, emoji));
      case 'takeBack':
        return this.#refused(takeBack(deps, user, message.id, emoji));
      case 'unsay':
        return this.#refused(unsay(deps, user, message.id));
      case 'read':
        return this.#refused(markRead(deps, user, this.#id, message.id));
    }
  }

  /** What a caller may not do is not done. */
  async #refused(work: Promise<unknown>): Promise<void> {
    await work.catch((error: unknown) => {
      if (!(error instanceof Failure) || error.code === 'unavailable') throw error;
    });
  }

  fail(device: number, posted: readonly Posted[]): void {
    const { connectionId = '' } = this.#devices[device % this.#devices.length] ?? {};
    this.#faults.set(connectionId, [...(this.#faults.get(connectionId) ?? []), ...posted]);
  }

  /** Has the consumer told of the oldest records; where it fails or dies it is told the same again another time. */
  async consume(records: number, posts: number | undefined): Promise<void> {
    this.#queue.push(...(await this.#world.records()));
    for (let done = 0; done < records; done += 1) {
      const [record] = this.#queue;
      if (!record) return;
      try {
        await tellRecord(this.#mortal(posts), record);
      } catch {
        return;
      } finally {
        this.#dies = undefined;
      }
      this.#queue.shift();
      this.#consumed.push(record);
    }
  }

  /** Tells the consumer again of what it was told long ago. */
  async repeat(which: number): Promise<void> {
    const record = this.#consumed[which % Math.max(1, this.#consumed.length)];
    if (record) await tellRecord(this.#mortal(undefined), record).catch(() => {});
  }

  async reconnect(): Promise<void> {
    for (const { user } of this.#devices.filter((device) => device.isGone)) await this.connect(user, true);
    for (const [at, device] of [...this.#devices.entries()].reverse()) if (device.isGone) this.#devices.splice(at, 1);
  }

  /** Several things at once. */
  async atOnce(works: readonly (() => Promise<void>)[]): Promise<void> {
    this.#isStill = false;
    await Promise.all(works.map((work) => work()));
    const { participants } = await get(this.#world.deps, this.#service, this.#id);
    this.#members = new Set(participants.map(({ userId }) => userId));
    this.#isStill = true;
  }

  /** Lets all trouble end, and all that waits be done. */
  async settle(): Promise<void> {
    this.#faults.clear();
    for (;;) {
      this.#queue.push(...(await this.#world.records()));
      if (this.#queue.length === 0) return;
      await this.consume(this.#queue.length, undefined);
    }
  }

  /** Holds what everybody has heard against what is stored. */
  async verify(): Promise<void> {
    const stored = await allMessages(this.#world.deps, this.#service, this.#id);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_, at) => at + 1));
    for (const device of this.#devices) {
      const { user, heard, since, log } = device;
      const parts = partsOf(stored, user, this.#people.indexOf(user) < FOUNDERS);
      const created = heard.filter(({ event }) => event === 'message.created').map(({ seq = 0 }) => seq);
      const outside = created.filter((seq) => !parts.some(({ from, to }) => from <= seq && seq < to));
      expect(outside).toEqual([]);

      const own = this.#people.includes(user) ? parts.find(({ to }) => to === Number.POSITIVE_INFINITY) : undefined;
      if (!own || device.isGone) continue;
      const due = stored.map(({ seq }) => seq).filter((seq) => seq > since && seq >= own.from);
      expect(due.filter((seq) => !created.includes(seq))).toEqual([]);
      const shown = await allMessages(this.#world.deps, user, this.#id);
      expect(log.messages).toEqual(shown.map((message) => liveMessageBody(message)));
    }
    expect(this.wrongs).toEqual([]);
    const strangers = this.#devices.filter(({ user }) => !this.#people.includes(user));
    expect(strangers.flatMap(({ heard }) => heard)).toEqual([]);
  }
}

/** From which message, and up to which, a user took part: that of a join counts, and that of a leave does not. */
function partsOf(messages: readonly Message[], { subject }: Principal, isFounder: boolean) {
  const parts = isFounder ? [{ from: 0, to: Number.POSITIVE_INFINITY }] : [];
  for (const { seq, systemEvent, subjectId } of messages) {
    if (subjectId !== subject) continue;
    const last = parts.at(-1);
    if (systemEvent === 'join') parts.push({ from: seq, to: Number.POSITIVE_INFINITY });
    else if (last) last.to = seq;
  }
  return parts;
}

type Act = (play: Play) => Promise<void>;

/** An act that tells what it is, should it turn out to break something. */
const act = <Values extends readonly unknown[]>(
  name: string,
  values: fc.Arbitrary<Values>,
  run: (play: Play, ...values: Values) => Promise<void>,
): fc.Arbitrary<Act> =>
  values.map((chosen) =>
    Object.assign((play: Play) => run(play, ...chosen), {
      [fc.toStringMethod]: () => `${name}(${fc.stringify(chosen)})`,
    }),
  );

const person = fc.nat(PEOPLE - 1);
const posts = fc.option(fc.nat(4), { nil: undefined, freq: 3 });
const posted = fc.array(fc.constantFrom<Posted>('failed', 'failed', 'failed', 'gone'), { minLength: 1, maxLength: 7 });

const sending = act('send', fc.tuple(person, posts), (play, ...of) => play.send(...of));
const membership = fc.oneof(
  act('join', fc.tuple(person), (play, at) => play.join(at)),
  act('leave', fc.tuple(person, fc.boolean()), (play, ...of) => play.leave(...of)),
);
const changing = act(
  'change',
  fc.tuple(fc.constantFrom('edit', 'react', 'takeBack', 'unsay', 'read'), person, fc.nat(3)),
  (play, ...of) => play.change(...of),
);
const trouble = fc.oneof(
  act('fail', fc.tuple(fc.nat(20), posted), async (play, ...of) => play.fail(...of)),
  act('repeat', fc.tuple(fc.nat(50)), (play, which) => play.repeat(which)),
  act('reconnect', fc.tuple(), (play) => play.reconnect()),
  act('open', fc.tuple(person, fc.boolean()), (play, ...of) => play.open(...of)),
);
const consuming = act('consume', fc.tuple(fc.integer({ min: 1, max: 8 }), posts), (play, ...of) => play.consume(...of));
const alive = act('send', fc.tuple(person), (play, by) => play.send(by, undefined));
const atOnce = act(
  'atOnce',
  fc.tuple(fc.array(fc.oneof(alive, membership, changing), { minLength: 2, maxLength: 5 })),
  (play, all) => play.atOnce(all.map((one) => () => one(play))),
);

const acts = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: sending },
    { weight: 2, arbitrary: membership },
    { weight: 3, arbitrary: changing },
    { weight: 4, arbitrary: trouble },
    { weight: 3, arbitrary: consuming },
    { weight: 1, arbitrary: atOnce },
  ),
  { minLength: 5, maxLength: 40 },
);

test('whatever fails, everybody hears what it may, and nothing else; what was heard is what is stored', async () => {
  const clock = { time: Date.now() };
  const world = await liveWorld(await openTable({ stream: true }), () => clock.time);
  await fc.assert(
    fc.asyncProperty(acts, async (all) => {
      const play = await Play.begin(world, clock);
      for (const act of all) await act(play);
      await play.settle();
      await play.verify();
    }),
    { numRuns: 40 },
  );
});
