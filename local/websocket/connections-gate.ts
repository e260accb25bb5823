import type { ServerResponse } from 'node:http';
import { arn } from '../aws.ts';
import type { Faults } from '../faults.ts';
import { denial, type Gate, type Identity, mayDo, openGate } from '../gate.ts';
import type { WebSocketApi } from './api.ts';
import { deleted } from './closing.ts';
import type { Connection } from './connection.ts';
import { identityOf } from './event.ts';
import { MESSAGE_MOST_BYTES } from './frames.ts';

const ACTION = 'execute-api:ManageConnections';

/** How a request is refused: its status, and the name that the SDK's error will have. */
const refusals = {
  AccessDeniedException: 403,
  ForbiddenException: 403,
  GoneException: 410,
  InternalServerErrorException: 500,
  LimitExceededException: 429,
  PayloadTooLargeException: 413,
  UnrecognizedClientException: 403,
} as const;
type Refusal = keyof typeof refusals;

const failures = {
  410: 'GoneException',
  429: 'LimitExceededException',
  500: 'InternalServerErrorException',
} as const satisfies Record<number, Refusal>;

/**
 * Opens the gate by which functions reach their clients: `@connections`, to which they post messages, of which they ask, and
 * which they close.
 * @param connections the open ones, by id
 * @returns the endpoint has the stage's path, as the SDK's client needs it
 */
export async function openConnectionsGate(
  api: WebSocketApi,
  identities: readonly Identity[],
  connections: ReadonlyMap<string, Connection>,
  faults: Pick<Faults, 'post'> = {},
): Promise<Gate> {
  const post = (connectionId: string, body: Buffer, outgoing: ServerResponse) => {
    const fault = faults.post?.(connectionId);
    if (fault === 'hang') return;
    if (fault !== undefined) return refuse(outgoing, failures[fault]);
    const connection = connections.get(connectionId);
    if (connection === undefined) return refuse(outgoing, 'GoneException');
    if (body.length > MESSAGE_MOST_BYTES) return refuse(outgoing, 'PayloadTooLargeException');
    connection.send(body.toString());
    outgoing.writeHead(200).end();
  };

  const gate = await openGate(identities, async ({ incoming, body, identity }, outgoing, perform) => {
    const { method = '', url = '' } = incoming;
    const [, stage, name, connectionId, ...more] = url.split('/').map(decoded);
    if (stage !== api.stage || name !== '@connections' || connectionId === undefined || more.length > 0)
      return refuse(outgoing, 'ForbiddenException');
    if (identity === undefined) return refuse(outgoing, 'UnrecognizedClientException');
    const resource = arn('execute-api', `${api.id}/${stage}/${method}/@connections/`);
    const access = { action: ACTION, resource: resource + connectionId };
    if (!mayDo(identity, access)) return refuse(outgoing, 'AccessDeniedException', denial(identity, access));
    // Whichever connection it is: permissions are for all, and there are many.
    perform({ action: ACTION, resource: `${resource}*` });

    if (method === 'POST') return post(connectionId, body, outgoing);
    const connection = connections.get(connectionId);
    if (connection === undefined) return refuse(outgoing, 'GoneException');
    if (method === 'GET') return describe(connection, outgoing);
    if (method !== 'DELETE') return refuse(outgoing, 'ForbiddenException');
    connection.close(deleted);
    outgoing.writeHead(204).end();
  });
  return { ...gate, endpoint: `${gate.endpoint}/${api.stage}` };
}

function describe({ handshake, lastActiveAt }: Connection, outgoing: ServerResponse): void {
  const description = {
    connectedAt: new Date(handshake.connectedAt),
    identity: identityOf(handshake),
    lastActiveAt: new Date(lastActiveAt),
  };
  outgoing.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(description));
}

function refuse(outgoing: ServerResponse, refusal: Refusal, message: string = refusal): void {
  outgoing.writeHead(refusals[refusal], { 'content-type': 'application/json', 'x-amzn-errortype': refusal });
  outgoing.end(JSON.stringify({ message }));
}

/** A part of a path without its percent-encoding; as it is, where that means nothing. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
