import { randomUUID } from 'node:crypto';
import { afterAll, expect } from 'vitest';
import type * as z from 'zod/mini';
import type { AckOf, ActionName, DataOf, LiveEvent } from '../../client/live/frames.ts';
import { limits } from '../../core/contract/limits.ts';
import { AckFrame, ErrorFrame, EventFrame } from '../../core/contract/live/frame.ts';
import { actions, events, subprotocol, tokenSubprotocol } from '../../core/contract/socket.ts';
import { utf8Bytes } from '../../core/contract/text.ts';
import { connectTo, type SocketClient } from '../local/socket-client.ts';
import type { Caller, TestCloud } from './cloud.ts';

/** How an action was answered: by the data of its ack, or by an error. */
export type Answered<Name extends ActionName = ActionName> =
  | { readonly ack: AckOf<Name>; readonly error?: undefined }
  | { readonly ack?: undefined; readonly error: z.infer<typeof ErrorFrame>['error'] };

/** A socket of a caller; whatever it hears is held against the contract, field by field. */
export interface LiveSocket {
  readonly caller: Caller;
  readonly client: SocketClient;
  /** By which the gateway knows it. */
  readonly connectionId: string;
  /** The events that it has heard, in the order of their coming. */
  readonly heard: LiveEvent[];
  /** Every frame that ever came, as text. */
  readonly frames: string[];
  /** Performs an action; what `data` is, is left to the caller, who may be wrong on purpose. */
  ask<Name extends ActionName>(action: Name, data?: unknown): Promise<Answered<Name>>;
  /** Performs an action that is to succeed. */
  request<Name extends ActionName>(action: Name, data: DataOf<Name>): Promise<AckOf<Name>>;
  /**
   * Sends a frame as it is, and waits for its answer.
   * @param id to which that is; null for a frame that has none
   * @param action whose ack it may be
   */
  send(text: string, id: string | null, action?: ActionName): Promise<Answered>;
  /** Waits for the first event that it has heard, or will hear, and that is so. */
  event(is: (event: LiveEvent) => boolean): Promise<LiveEvent>;
  close(): Promise<void>;
}

export interface LiveSockets {
  /**
   * Opens a socket, and waits for its welcome, unless it is a service's, which gets none.
   * @param expiresIn seconds in which its token ends
   */
  open(caller: Caller, expiresIn?: number): Promise<LiveSocket>;
  /** Resolves once all that was written until now has come to the sockets that hear of it. */
  settle(...sockets: readonly LiveSocket[]): Promise<void>;
}

/** Sockets on a test's cloud, for the tests of a file; they are closed in its end. */
export function useSockets({ cloud }: Pick<TestCloud, 'cloud'>): LiveSockets {
  const opened: LiveSocket[] = [];
  afterAll(() => {
    for (const { client } of opened) client.socket.terminate();
  });
  return {
    async open(caller, expiresIn) {
      const token = await cloud().token({ ...caller, jti: randomUUID() }, expiresIn);
      const client = await connectTo(cloud().liveUrl ?? '', [subprotocol, tokenSubprotocol + token]);
      const [connectionId = ''] =
        [...cloud().connections()].find(([, { headers }]) => headers.some(([, value]) => value.includes(token))) ?? [];
      const socket = liveSocket(caller, client, connectionId);
      opened.push(socket);
      if (!caller.roles?.includes('SERVICE')) await socket.event(({ event }) => event === 'session.welcome');
      return socket;
    },
    async settle(...sockets) {
      await cloud().settled();
      // What was posted before comes before the answer.
      await Promise.all(sockets.map((socket) => socket.ask('ping')));
    },
  };
}

function liveSocket(caller: Caller, client: SocketClient, connectionId: string): LiveSocket {
  const heard: LiveEvent[] = [];
  const frames: string[] = [];
  const waiting = new Map<string | null, { resolve(answer: Answered): void; reject(error: unknown): void }>();
  const expected = new Set<{ take(event: LiveEvent): void; reject(error: unknown): void }>();
  const asked = new Map<string | null, ActionName>();
  let broken: { readonly error: unknown } | undefined;

  const hear = (text: string) => {
    frames.push(text);
    const frame = readFrame(text, asked);
    if ('event' in frame) {
      heard.push(frame.event);
      for (const one of [...expected]) one.take(frame.event);
      return;
    }
    const one = waiting.get(frame.id);
    if (!one) throw new Error(`nobody asked for ${text}`);
    waiting.delete(frame.id);
    one.resolve(frame.answered);
  };
  const breakBy = (error: unknown) => {
    broken ??= { error };
    for (const { reject } of [...waiting.values(), ...expected]) reject(error);
  };
  const listen = async () => {
    for (;;) hear(await client.next());
  };
  listen().catch(breakBy);
  void client.closed.then(({ code }) => breakBy(new Error(`the socket is closed: ${code}`)));

  const send: LiveSocket['send'] = (text, id, action) =>
    new Promise((resolve, reject) => {
      if (broken) return reject(broken.error);
      if (action) asked.set(id, action);
      waiting.set(id, { resolve, reject });
      client.socket.send(text);
    });
  const ask = async <Name extends ActionName>(action: Name, data?: unknown) => {
    const id = `${action} ${randomUUID()}`;
    // The ack is read by the schema of the action that was asked for.
    return (await send(JSON.stringify({ action, id, data }), id, action)) as Answered<Name>;
  };

  return {
    caller,
    client,
    connectionId,
    heard,
    frames,
    ask,
    send,
    async request(action, data) {
      const { ack, error } = await ask(action, data);
      if (error) throw new Error(`${action} is answered by ${error.code}: ${error.message}`);
      return ack;
    },
    event: (is) =>
      new Promise((resolve, reject) => {
        const found = heard.find(is);
        if (found) return resolve(found);
        if (broken) return reject(broken.error);
        const one = {
          reject,
          take(event: LiveEvent) {
            if (!is(event)) return;
            expected.delete(one);
            resolve(event);
          },
        };
        expected.add(one);
      }),
    async close() {
      client.socket.close();
      await client.closed;
    },
  };
}

/** Holds a frame of the server against the contract; it has no field that the contract does not know. */
function readFrame(
  text: string,
  asked: ReadonlyMap<string | null, ActionName>,
): { readonly event: LiveEvent } | { readonly id: string | null; readonly answered: Answered } {
  expect(utf8Bytes(text)).toBeLessThan(limits.frameBytes);
  const frame: unknown = JSON.parse(text);
  const { type } = frame as { type?: unknown };
  if (type === 'event') return { event: readEvent(frame) };
  if (type === 'error') {
    const { id, error } = exactly(ErrorFrame, frame);
    return { id, answered: { error } };
  }
  const { id, data } = exactly(AckFrame, frame);
  const action = actions.find(({ name }) => name === asked.get(id));
  if (!action) throw new Error(`an ack of nothing that was asked: ${text}`);
  return { id, answered: { ack: exactly(action.ack, data) as AckOf<ActionName> } };
}

function readEvent(frame: unknown): LiveEvent {
  const { event: name, conversationId, seq, data } = exactly(EventFrame, frame);
  const event = events.find((one) => one.name === name);
  if (!event) throw new Error(`there is no event ${name}`);
  exactly(event.data, data);
  // Told apart by its name, whose schema it has passed.
  const read = frame as LiveEvent;
  expect([name, conversationId, seq]).toEqual([name, ...aboutOf(read)]);
  return read;
}

/** What an event must say that it is about: a conversation, and the `seq` of a message. */
function aboutOf({ event, data }: LiveEvent): [unknown, unknown] {
  const anId = expect.stringMatching(/^[0-9a-f-]{36}$/);
  switch (event) {
    case 'session.welcome':
    case 'user.connected':
    case 'user.disconnected':
      return [undefined, undefined];
    case 'conversation.created':
    case 'conversation.updated':
      return [data.conversation.id, undefined];
    case 'conversation.removed':
      return [data.conversationId, undefined];
    case 'participant.joined':
    case 'participant.left':
      return [data.participant.conversationId, undefined];
    case 'message.created':
    case 'message.updated':
    case 'message.deleted':
      return [data.message.conversationId, data.message.seq];
    case 'reaction.added':
    case 'reaction.removed':
      return [anId, expect.any(Number)];
    case 'conversation.read':
      return [data.read.conversationId, undefined];
    case 'typing':
      return [anId, undefined];
  }
}

/** What a schema reads in a value, which has all of its fields and no other. */
function exactly<Schema extends z.ZodMiniType>(schema: Schema, value: unknown): z.output<Schema> {
  const read = schema.parse(value);
  expect(value).toStrictEqual(read);
  return read;
}
