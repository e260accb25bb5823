import { randomUUID } from 'node:crypto';
import type { Principal } from '../core/domain/principal.ts';
import { quantile } from '../replay/quantile.ts';
import { callFunction } from './calls.ts';
import { withEmptyTable } from './empty-table.ts';
import { serveScenario } from './gateway-event.ts';
import { openMeter } from './meter.ts';
import { type Quantiles, quantiles } from './quantiles.ts';
import { prepareScenarios, type Scenario } from './scenarios.ts';
import type { Stack } from './stack.ts';

/** What a request costs, in milliseconds, trips and capacity units. */
export interface OwnCode {
  readonly name: string;
  /** The function's time without that in which it waited for the table. */
  readonly own: Quantiles;
  /** All of its time. The rest is the engine's, and says nothing of AWS. */
  readonly total: Quantiles;
  /** Requests to the table that wait for one another; the median, were calls to differ. */
  readonly trips: number;
  /** Of one call, on average. */
  readonly readUnits: number;
  readonly writeUnits: number;
}

const WARM_UPS = 200;
const MEASURED = 500;
const METERED = 10;

/**
 * Measures what our own code takes of a request: the time from calling a bundle's handler until it answers, minus the
 * time in which at least one of its requests to DynamoDB was on its way (`recordFlights` says how that is known). The
 * bundles are those that deploy, the events those of the laptop's gateway, the table the real engine's, one function a
 * process, one call at a time. What remains is parsing, deciding, marshalling, signing, checking and logging. Work that
 * overlaps with a request on its way, such as preparing a second one, keeps nobody waiting and does not count.
 *
 * Capacity is read in calls of their own, through a meter before the engine, so that it slows none that is timed.
 */
export async function measureOwnCode(stack: Stack): Promise<OwnCode[]> {
  const caller: Principal = {
    organization: randomUUID(),
    subject: randomUUID(),
    isService: false,
    isSuperAdmin: false,
  };
  return withEmptyTable(stack.table, async (table, endpoint) => {
    const measured: OwnCode[] = [];
    for (const scenario of await prepareScenarios(table, caller)) {
      measured.push(await measure(stack, scenario, caller, endpoint));
    }
    return measured;
  });
}

async function measure(stack: Stack, scenario: Scenario, caller: Principal, endpoint: string): Promise<OwnCode> {
  const { fn, event } = serveScenario(stack, scenario, caller);
  const { name, status } = scenario;
  const order = (warmUps: number, calls: number) => ({
    events: Array.from({ length: warmUps + calls }, event),
    warmUps,
    status,
  });

  const calls = await callFunction(fn, endpoint, order(WARM_UPS, MEASURED));
  const meter = await openMeter(endpoint);
  await callFunction(fn, meter.endpoint, order(0, METERED));
  meter.close();

  const trips = calls.map(({ trips }) => trips);
  return {
    name,
    own: quantiles(calls.map(({ total, inFlight }) => total - inFlight)),
    total: quantiles(calls.map(({ total }) => total)),
    trips: quantile(trips, 0.5),
    readUnits: meter.units.reads / METERED,
    writeUnits: meter.units.writes / METERED,
  };
}
