import type { IncomingMessage } from 'node:http';

/** A request as it came, without its body. */
export interface RequestHead {
  readonly method: string;
  /** Percent-encoded as it came, without the query. */
  readonly path: string;
  /** What follows the question mark; empty without one. */
  readonly query: string;
  /** Names and values in the order and the case in which they came. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly sourceIp: string;
}

/** A request as it came, its body read. */
export interface HttpRequest extends RequestHead {
  readonly body: Buffer;
  /** The body went past what is taken in; `body` is then empty. */
  readonly tooLarge: boolean;
}

/** The head of a request that Node's server has read. */
export function headOf({ method = '', url = '', rawHeaders, socket }: IncomingMessage): RequestHead {
  const [path = '', ...query] = url.split('?');
  return {
    method,
    path,
    query: query.join('?'),
    headers: rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? '']] : [])),
    sourceIp: socket.remoteAddress ?? '127.0.0.1',
  };
}

/** What is answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string | Buffer;
}

/** The last value that `request` gives for a header, whatever the case of its name. */
export const headerOf = ({ headers }: RequestHead, name: string): string | undefined =>
  headers.findLast(([given]) => given.toLowerCase() === name.toLowerCase())?.[1];

/** An answer of JSON. */
export const json = (status: number, body: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
