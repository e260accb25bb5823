import { onTestFinished } from 'vitest';
import type { Principal } from '../../core/domain/principal.ts';
import { leaseFrom, type Socket, socketOwner } from '../../core/domain/socket.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import { tellOfChange } from '../../core/realtime/tell-of-change.ts';
import { addSocket } from '../../core/store/sockets.ts';
import type { Table } from '../../core/store/table.ts';
import { conversationChanges } from '../../infra/stream-filters.ts';
import type { StreamRecord } from '../../local/streams/record.ts';
import { newConnectionId } from './connections.ts';
import { type Heard, RecordingPublisher } from './publisher.ts';
import { openStream } from './stream.ts';

/** A minute after a socket opened nothing is special about it any more. */
const MINUTE = 60_000;

/** Opens a connection of a user, a minute ago unless told otherwise. */
export async function connect(
  { table, now }: Pick<RealtimeDeps, 'table' | 'now'>,
  user: Principal,
  socket: Partial<Socket> = {},
): Promise<string> {
  const connectionId = socket.connectionId ?? newConnectionId();
  const connectedAt = now() - MINUTE;
  const ends = leaseFrom(now());
  await addSocket(table, socketOwner(user), { connectedAt, leaseEnds: ends, tokenEnds: ends, ...socket, connectionId });
  return connectionId;
}

/** Has the consumer told of a record of the stream. */
export function tellRecord(deps: RealtimeDeps, { dynamodb }: StreamRecord): Promise<void> {
  const { OldImage: before, NewImage: after, ApproximateCreationDateTime: seconds = 0 } = dynamodb;
  return tellOfChange(deps, { before, after, at: seconds * 1000 });
}

/** Sockets around a table with a stream, whose records are consumed when a test says so. */
export interface LiveWorld {
  readonly deps: RealtimeDeps & { readonly publisher: RecordingPublisher };
  readonly publisher: RecordingPublisher;
  /** Opens a connection for each user, by which `heard` knows it. */
  join(...users: readonly Principal[]): Promise<void>;
  /** What the connections of a user have heard, one after the other. */
  heard(user: Principal): Heard[];
  /** The names of that. */
  names(user: Principal): string[];
  /** Records that pass the consumer's filters and are new. */
  records(): Promise<StreamRecord[]>;
  /** Has the consumer told of records. */
  tell(records: readonly StreamRecord[]): Promise<void>;
  /** Has it told of what is new, and of what comes of that, until there is nothing. */
  consume(): Promise<void>;
  /** Consumes, and has everybody forget what it has heard. */
  settle(): Promise<void>;
}

/** Makes such a world. `now` is its clock. */
export async function liveWorld(table: Table, now: () => number = Date.now): Promise<LiveWorld> {
  const publisher = new RecordingPublisher();
  const deps = { table, now, publisher };
  const stream = await openStream(table, conversationChanges);
  onTestFinished(() => stream.close());
  const connections = new Map<string, string[]>();
  const keyOf = ({ organization, subject }: Principal) => `${organization} ${subject}`;
  const heard = (user: Principal) => (connections.get(keyOf(user)) ?? []).flatMap((id) => publisher.heard(id));
  const world: LiveWorld = {
    deps,
    publisher,
    heard,
    async join(...users) {
      for (const user of users) {
        const id = await connect(deps, user);
        connections.set(keyOf(user), [...(connections.get(keyOf(user)) ?? []), id]);
      }
    },
    names: (user) => heard(user).map(({ event }) => event),
    records: () => stream.read(),
    async tell(records) {
      for (const record of records) await tellRecord(deps, record);
    },
    async consume() {
      for (let news = await stream.read(); news.length > 0; news = await stream.read()) await world.tell(news);
    },
    async settle() {
      await world.consume();
      publisher.forget();
    },
  };
  return world;
}
