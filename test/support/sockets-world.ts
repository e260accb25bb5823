import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { Principal } from '../../core/domain/principal.ts';
import { socketOwner } from '../../core/domain/socket.ts';
import { closeSocket } from '../../core/operations/close-socket.ts';
import { keepSocket } from '../../core/operations/keep-socket.ts';
import { openSocket } from '../../core/operations/open-socket.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import { tellPresence } from '../../core/realtime/presence.ts';
import type { ItemRecord, Progress } from '../../core/realtime/records.ts';
import { type Swept, sweepSockets } from '../../core/realtime/sweep.ts';
import { socketsKey } from '../../core/store/keys.ts';
import type { Key, Table } from '../../core/store/table.ts';
import { Connections, newConnectionId } from './connections.ts';
import type { TableOptions } from './table.ts';

const Write = z.object({ TableName: z.string(), Key: z.object({ pk: z.string(), sk: z.string() }) });

/** Sockets over a table, as the gateway, the functions and the stream make them live; a test moves the clock. */
export class SocketsWorld {
  now = 1_700_000_000_000;
  readonly connections = new Connections();
  /** What the stream's filter lets through to presence, and nobody has been told of. */
  readonly records: ItemRecord[] = [];
  #deps: RealtimeDeps | undefined;

  static async start(openTable: (options: TableOptions) => Promise<Table>, options: TableOptions = {}) {
    const world = new SocketsWorld();
    const table = await openTable({
      ...options,
      client: (client) => {
        options.client?.(client);
        world.#watch(client);
      },
    });
    world.#deps = { table, now: () => world.now, publisher: world.connections };
    return world;
  }

  get deps(): RealtimeDeps {
    if (!this.#deps) throw new Error('the world has not started');
    return this.#deps;
  }

  /** A client connects, and is let in. */
  async open(user: Principal, { tokenEnds = this.now + 86_400_000, connectionId = newConnectionId() } = {}) {
    await openSocket(this.deps, user, { connectionId, connectedAt: this.now, tokenEnds });
    this.connections.open(connectionId);
    return connectionId;
  }

  /** A client goes, and the gateway says so. */
  async close(user: Principal, connectionId: string): Promise<void> {
    this.connections.drop(connectionId);
    await closeSocket(this.deps, user, connectionId);
  }

  ping(user: Principal, connectionId: string): Promise<boolean> {
    return keepSocket(this.deps, user, connectionId);
  }

  sweep(): Promise<Swept> {
    return sweepSockets(this.deps);
  }

  /** Tells presence of records: of all that it was not told of, without others. What it fails at is to be told again. */
  async tell(records: readonly ItemRecord[] = this.records.splice(0)): Promise<Progress> {
    const progress = await tellPresence(this.deps, records);
    this.records.unshift(...records.slice(progress.done));
    return progress;
  }

  /** A user's item as it is. */
  item(user: Principal): Promise<Record<string, unknown> | undefined> {
    return this.#read(this.deps.table.client, this.deps.table.name, socketsKey(socketOwner(user)));
  }

  async #read(client: DynamoDBDocumentClient, name: string, { pk, sk }: Key) {
    return (await client.send(new GetCommand({ TableName: name, Key: { pk, sk }, ConsistentRead: true }))).Item;
  }

  /** Keeps what the stream would show of each write; one comes after the other, as they do on one item. */
  #watch(client: DynamoDBDocumentClient): void {
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = <Result>(write: () => Promise<Result>): Promise<Result> => {
      const result = last.then(write);
      last = result.catch(() => {});
      return result;
    };
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const { data: write } = Write.safeParse(args.input);
        const isWrite = ['UpdateItemCommand', 'DeleteItemCommand'].includes(context.commandName ?? '');
        if (!isWrite || write?.Key.sk !== '#SOCKETS') return next(args);
        return inTurn(async () => {
          const before = await this.#read(client, write.TableName, write.Key);
          const result = await next(args);
          const after = await this.#read(client, write.TableName, write.Key);
          if (after?.['announce'])
            this.records.push({ before: before && marshall(before), after: marshall(after), at: undefined });
          return result;
        });
      },
      { step: 'initialize', name: 'stream' },
    );
  }
}
