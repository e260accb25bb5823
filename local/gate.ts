import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { addressOf, listening } from './listening.ts';
import { decide, type Statement } from './policy.ts';

/** Who may ask AWS for something, known by the access key of its requests. */
export interface Identity {
  readonly accessKeyId: string;
  readonly name: string;
  /** What its role's policies say. */
  readonly statements: readonly Statement[];
}

/** One thing done to one resource, as IAM names both. */
export interface Access {
  /** `dynamodb:PutItem`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
}

/** The way to a service on which permissions hold, as IAM makes them hold in AWS. */
export interface Gate {
  readonly endpoint: string;
  /** What the identity of that name has done so far: each access once, as `action resource`, sorted. */
  performed(name: string): string[];
  close(): Promise<void>;
}

/** A request at the gate. */
export interface GateRequest {
  readonly incoming: IncomingMessage;
  readonly body: Buffer;
  /** Whose it is; undefined for a stranger's. */
  readonly identity: Identity | undefined;
}

/** Answers a request; `perform` notes what its identity was let do. */
export type Gatekeeper = (
  request: GateRequest,
  outgoing: ServerResponse,
  perform: (access: Access) => void,
) => Promise<void>;

/** Opens a gate on a free loopback port. */
export async function openGate(identities: readonly Identity[], answer: Gatekeeper): Promise<Gate> {
  const known = new Map(identities.map((identity) => [identity.accessKeyId, identity]));
  const performed = new Map(identities.map(({ name }) => [name, new Set<string>()]));

  const server = createServer(async (incoming, outgoing) => {
    try {
      const body = await read(incoming);
      const identity = known.get(accessKeyOf(incoming) ?? '');
      await answer({ incoming, body, identity }, outgoing, ({ action, resource }) => {
        performed.get(identity?.name ?? '')?.add(`${action} ${resource}`);
      });
    } catch {
      // A caller, or what is behind the gate, went away: there is nobody to tell.
      outgoing.destroy();
    }
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
    },
  };
}

/** Whether the role of an identity lets it do this. */
export const mayDo = ({ statements }: Identity, { action, resource }: Access): boolean =>
  decide(statements, action, resource) === 'allowed';

/** What somebody is told who may not do this. */
export const denial = ({ name }: Identity, { action, resource }: Access): string =>
  `${name} is not authorized to perform: ${action} on resource: ${resource}`;

/** The whole of a body; by events, since iterating costs more than all else that the gate does to a call. */
export const read = (message: IncomingMessage): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => chunks.push(chunk));
    message.once('end', () => resolve(Buffer.concat(chunks))).once('error', reject);
  });

const accessKeyOf = ({ headers }: IncomingMessage): string | undefined =>
  /Credential=([^/]+)\//.exec(headers.authorization ?? '')?.[1];
