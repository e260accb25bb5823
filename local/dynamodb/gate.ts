import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { addressOf, listening } from '../listening.ts';
import { decide, type Statement } from '../policy.ts';
import { type Access, accessesOf } from './access.ts';

/** Who may ask DynamoDB for something, known by the access key of its requests. */
export interface Identity {
  readonly accessKeyId: string;
  readonly name: string;
  /** What its role's policies say. */
  readonly statements: readonly Statement[];
}

/** The way to the engine on which permissions hold, as IAM makes them hold in AWS. */
export interface Gate {
  readonly endpoint: string;
  /** What the identity of that name has done so far: each access once, as `action resource`, sorted. */
  performed(name: string): string[];
  close(): Promise<void>;
}

/** The whole of a body; by events, since iterating costs more than all else that the gate does to a call. */
const read = (message: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('end', () => resolve(Buffer.concat(chunks))).once('error', reject);
  });

/** Opens a gate on a free loopback port, before the engine at `engine`. */
export async function openGate(engine: string, identities: readonly Identity[]): Promise<Gate> {
  const known = new Map(identities.map((identity) => [identity.accessKeyId, identity]));
  const performed = new Map(identities.map(({ name }) => [name, new Set<string>()]));
  const agent = new Agent({ keepAlive: true });

  const answer = async (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const body = await read(incoming);
    const identity = known.get(accessKeyOf(incoming) ?? '');
    if (identity === undefined)
      return refuse(outgoing, 'UnrecognizedClientException', 'The security token is invalid.');

    const accesses = accessesOfRequest(incoming, body);
    if (accesses === undefined)
      return refuse(outgoing, 'AccessDeniedException', 'the laptop cannot tell what this does');
    const forbidden = accesses.find(
      ({ action, resource }) => decide(identity.statements, action, resource) !== 'allowed',
    );
    if (forbidden !== undefined) return refuse(outgoing, 'AccessDeniedException', denial(identity, forbidden));

    for (const { action, resource } of accesses) performed.get(identity.name)?.add(`${action} ${resource}`);
    await forward(incoming, body, outgoing);
  };

  const forward = async (incoming: IncomingMessage, body: Buffer, outgoing: ServerResponse) => {
    const onward = request(engine, { method: 'POST', agent, headers: { ...incoming.headers, authorization } });
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      onward.once('response', resolve).once('error', reject);
    });
    onward.end(body);
    const response = await answered;
    outgoing.writeHead(response.statusCode ?? 500, response.headers);
    outgoing.end(await read(response));
  };

  const server = createServer((incoming, outgoing) => {
    // A caller or an engine that went away leaves nobody to tell.
    answer(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 60_000;
  await listening(server, 0, '127.0.0.1');

  return {
    endpoint: `http://127.0.0.1:${addressOf(server).port}`,
    performed: (name) => [...(performed.get(name) ?? [])].toSorted(),
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
      agent.destroy();
    },
  };
}

// One identity for all: DynamoDB Local keeps a database of its own for each access key. No engine checks the signature.
const authorization =
  'AWS4-HMAC-SHA256 Credential=laptop/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none';

const accessKeyOf = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];

const accessesOfRequest = ({ headers }: IncomingMessage, body: Buffer): Access[] | undefined => {
  const operation = String(headers['x-amz-target']).split('.')[1] ?? '';
  try {
    return accessesOf(operation, JSON.parse(body.toString()));
  } catch {
    return undefined;
  }
};

const denial = ({ name }: Identity, { action, resource }: Access): string =>
  `${name} is not authorized to perform: ${action} on resource: ${resource}`;

const refuse = (outgoing: ServerResponse, type: string, message: string): void => {
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }));
};
