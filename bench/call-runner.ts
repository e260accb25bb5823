// What runs in a function's process of its own, as Lambda's runtime would: it loads the bundle and calls its handler, one
// call after the other. It is told what to do, and tells what that took, by messages.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import * as z from 'zod/mini';
import { type Call, Order } from './call-protocol.ts';
import { recordFlights, sequentialTrips, timeInFlight } from './flights.ts';

const Answer = z.object({ statusCode: z.int() });

const [message]: unknown[] = await once(process, 'message');
const { file, handler: name, events, warmUps, status } = Order.parse(message);
const bundle: Record<string, unknown> = await import(pathToFileURL(file).href);
const handler = bundle[name];
if (typeof handler !== 'function') throw new TypeError(`${file} does not export ${name}`);

const takeFlights = recordFlights();
const calls: Call[] = [];
for (const text of events) {
  const event: unknown = JSON.parse(text);
  const begin = performance.now();
  const answer: unknown = await handler(event, { getRemainingTimeInMillis: () => 20_000 });
  const total = performance.now() - begin;

  const { statusCode } = Answer.parse(answer);
  if (statusCode !== status) throw new Error(`unable to measure ${file}; it answered ${JSON.stringify(answer)}`);
  const flights = takeFlights();
  calls.push({ total, inFlight: timeInFlight(flights), trips: sequentialTrips(flights) });
}
process.send?.(calls.slice(warmUps), () => process.disconnect());
