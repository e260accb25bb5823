import * as z from 'zod/mini';
import { type EngineProxy, openEngineProxy } from './engine-proxy.ts';

/** Capacity units of DynamoDB. */
export interface Units {
  readonly reads: number;
  readonly writes: number;
}

/** A way to the engine on which it is counted what the requests consume. */
export interface Meter extends EngineProxy {
  /** What has been consumed so far. */
  readonly units: Units;
}

const Capacity = z.object({ CapacityUnits: z.number() });
const Consumed = z.object({ ConsumedCapacity: z.optional(z.union([Capacity, z.array(Capacity)])) });

const reading = new Set(['GetItem', 'BatchGetItem', 'TransactGetItems', 'Query', 'Scan']);

/** Opens a meter on a free loopback port, before the engine at `engine`. */
export async function openMeter(engine: string): Promise<Meter> {
  let units: Units = { reads: 0, writes: 0 };
  const proxy = await openEngineProxy(engine, async ({ operation, input }, forward) => {
    const answer = await forward({ ...input, ReturnConsumedCapacity: 'TOTAL' });
    const { ConsumedCapacity = [] } = Consumed.parse(JSON.parse(answer.body));
    const consumed = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    const isRead = reading.has(operation);
    units = { reads: units.reads + (isRead ? consumed : 0), writes: units.writes + (isRead ? 0 : consumed) };
    return answer;
  });
  return {
    ...proxy,
    get units() {
      return units;
    },
  };
}
