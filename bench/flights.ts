import { subscribe } from 'node:diagnostics_channel';
import { IncomingMessage } from 'node:http';
import * as z from 'zod/mini';

/** A request on its way: from when it was handed to the socket until its answer was read to the end. In milliseconds. */
export interface Flight {
  readonly begin: number;
  readonly end: number;
}

const Sent = z.object({ request: z.unknown() });
const Answered = z.object({ request: z.unknown(), response: z.instanceof(IncomingMessage) });

/**
 * Records every HTTP request of this process, through the channels on which Node tells of them; the code that sends them
 * is left as it is. `http.client.request.start` tells that a request is written; `http.client.response.finish`, despite its
 * name, that an answer's headers are there, so the end of its body is waited for.
 * @returns takes the flights that have ended since it was called last
 */
export function recordFlights(): () => Flight[] {
  const begins = new Map<unknown, number>();
  let ended: Flight[] = [];

  subscribe('http.client.request.start', (message) => {
    begins.set(Sent.parse(message).request, performance.now());
  });
  subscribe('http.client.response.finish', (message) => {
    const { request, response } = Answered.parse(message);
    response.once('end', () => {
      const end = performance.now();
      ended.push({ begin: begins.get(request) ?? end, end });
      begins.delete(request);
    });
  });

  return () => {
    const flights = ended;
    ended = [];
    return flights;
  };
}

/** For how many milliseconds at least one request was on its way. */
export function timeInFlight(flights: readonly Flight[]): number {
  let total = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { begin, end } of flights.toSorted((a, b) => a.begin - b.begin)) {
    total += Math.max(0, end - Math.max(begin, until));
    until = Math.max(until, end);
  }
  return total;
}

/** How many trips there were one after the other: the most requests of which none overlaps another. */
export function sequentialTrips(flights: readonly Flight[]): number {
  let trips = 0;
  let until = Number.NEGATIVE_INFINITY;
  for (const { begin, end } of flights.toSorted((a, b) => a.end - b.end)) {
    if (begin < until) continue;
    trips += 1;
    until = end;
  }
  return trips;
}
