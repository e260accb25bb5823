import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import * as z from 'zod/mini';
import { addressOf, listening } from '../local/listening.ts';

/** A request to DynamoDB: `GetItem`, and what it says. */
export interface EngineRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** What is answered: a status, and JSON as text. */
export interface EngineAnswer {
  readonly status: number;
  readonly body: string;
}

/** What stands between a request and the engine: it may change the one, the other, or the time between. */
export type Between = (
  request: EngineRequest,
  forward: (input: EngineRequest['input']) => Promise<EngineAnswer>,
) => Promise<EngineAnswer>;

/** A way to the engine with something in between. */
export interface EngineProxy {
  readonly endpoint: string;
  close(): void;
}

const Input = z.record(z.string(), z.unknown());

/** What a request must bring, or the engine would take it for an unsigned one. It does not look at the signature itself. */
const signedHeaders = ({ headers }: IncomingMessage): [string, string][] =>
  Object.entries(headers).flatMap(([name, value]) =>
    /^(x-amz-.*|authorization|content-type)$/.test(name) ? [[name, String(value)]] : [],
  );

/** Puts `between` before the engine at `engine`, on a free loopback port. */
export async function openEngineProxy(engine: string, between: Between): Promise<EngineProxy> {
  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const [, operation = ''] = String(incoming.headers['x-amz-target']).split('.');
    const forward = async (input: EngineRequest['input']): Promise<EngineAnswer> => {
      const response = await fetch(engine, {
        method: 'POST',
        headers: signedHeaders(incoming),
        body: JSON.stringify(input),
      });
      return { status: response.status, body: await response.text() };
    };
    const sent = await text(incoming);
    // Whoever looks whether the engine is there asks for nothing.
    const input = Input.parse(sent === '' ? {} : JSON.parse(sent));
    const { status, body } = await (operation === '' ? forward(input) : between({ operation, input }, forward));
    outgoing.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body);
  };

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch((error: unknown) => outgoing.destroy(error instanceof Error ? error : undefined));
  });
  await listening(server, 0, '127.0.0.1');
  return {
    endpoint: `http://127.0.0.1:${addressOf(server).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
