import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { addressOf, listening } from '../local/listening.ts';

/** Capacity units of DynamoDB. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** A way to the engine on which it is counted what the requests consume. */
export interface Meter {
  readonly endpoint: string;
  /** What has been consumed so far. */
  readonly units: Units;
  close(): void;
}

const Capacity = z.object({ CapacityUnits: z.number() });
const Consumed = z.object({ ConsumedCapacity: z.optional(z.union([Capacity, z.array(Capacity)])) });
const Input = z.record(z.string(), z.unknown());

const reading = new Set(['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan']);

/** What a request must bring, or the engine would take it for an unsigned one. It does not look at the signature itself. */
const signedHeaders = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    /^(x-amz-.*|authorization|content-type)$/.test(name) ? [[name, String(value)]] : [],
  );

/** Opens a meter on a free loopback port, before the engine at `engine`. */
export async function openMeter(engine: string): Promise<Meter> {
  let units: Units = { reads: 0, writes: 0 };

  const forward = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const input = Input.parse(await json(incoming));
    const response = await fetch(engine, {
      method: 'POST',
      headers: signedHeaders(incoming),
      body: JSON.stringify({ ...input, ReturnConsumedCapacity: 'TOTAL' }),
    });
    const body = await response.text();

    const { ConsumedCapacity = [] } = Consumed.parse(JSON.parse(body));
    const consumed = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    const [, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    const isRead = reading.has(operation);
    units = { reads: units.reads + (isRead ? consumed : 0), writes: units.writes + (isRead ? 0 : consumed) };
    outgoing.writeHead(response.status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };

  const server = createServer((incoming, outgoing) => {
    forward(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await listening(server, 0, '127.0.0.1');
  return {
    endpoint: `http://127.0.0.1:${addressOf(server).port}`,
    get units() {
      return units;
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
