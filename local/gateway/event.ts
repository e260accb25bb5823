import { headerOf, type RequestHead } from '../http.ts';

/** The headers of a request as an event tells them, with those that the gateway adds. */
export function headersOf(request: RequestHead): {
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
} {
  const headers = [
    ...request.headers.filter(([name]) => !ofTheConnection.has(name.toLowerCase())),
    ['X-Forwarded-For', request.sourceIp],
    ['X-Forwarded-Port', hostOf(request).split(':')[1] ?? '80'],
    ['X-Forwarded-Proto', 'http'],
  ] as const;
  return { headers: lastOfEach(headers) ?? {}, multiValueHeaders: allOfEach(headers) ?? {} };
}

/** The query of a request as an event tells it; null where there is none. */
export function queryOf({ query }: RequestHead): {
  queryStringParameters: Record<string, string> | null;
  multiValueQueryStringParameters: Record<string, string[]> | null;
} {
  const pairs = [...new URLSearchParams(query)];
  return { queryStringParameters: lastOfEach(pairs), multiValueQueryStringParameters: allOfEach(pairs) };
}

/** The host that a request names. */
export const hostOf = (request: RequestHead): string => headerOf(request, 'host') ?? '';

/** Headers that concern two neighbours on the way only, and that the gateway does not pass on. */
const ofTheConnection = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type Pairs = readonly (readonly [name: string, value: string])[];

/** One value for each name, the last one; null where there is none at all. Names that differ in case differ. */
export const lastOfEach = (pairs: Pairs): Record<string, string> | null =>
  pairs.length === 0 ? null : Object.fromEntries(pairs);

/** All values for each name; null where there is none at all. */
function allOfEach(pairs: Pairs): Record<string, string[]> | null {
  if (pairs.length === 0) return null;
  const all = new Map<string, string[]>();
  for (const [name, value] of pairs) all.set(name, [...(all.get(name) ?? []), value]);
  return Object.fromEntries(all);
}

/** A time as web servers log it: `09/Apr/2015:12:34:56 +0000`. */
export function clfTime(time: Date): string {
  const [, day, month, year, clock] = time.toUTCString().split(' ');
  return `${day}/${month}/${year}:${clock} +0000`;
}
