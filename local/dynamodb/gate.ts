import { Agent, type IncomingMessage, request, type ServerResponse } from 'node:http';
import { type Access, denial, type Gate, type GateRequest, type Identity, mayDo, openGate, read } from '../gate.ts';
import { accessesOf } from './access.ts';

/** Opens the gate before the engine at `engine`. */
export async function openTableGate(engine: string, identities: readonly Identity[]): Promise<Gate> {
  const agent = new Agent({ keepAlive: true });

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

  const gate = await openGate(identities, async (request, outgoing, perform) => {
    const { incoming, body, identity } = request;
    if (identity === undefined)
      return refuse(outgoing, 'UnrecognizedClientException', 'The security token is invalid.');

    const accesses = accessesOfRequest(request);
    if (accesses === undefined)
      return refuse(outgoing, 'AccessDeniedException', 'the laptop cannot tell what this does');
    const forbidden = accesses.find((access) => !mayDo(identity, access));
    if (forbidden !== undefined) return refuse(outgoing, 'AccessDeniedException', denial(identity, forbidden));

    for (const access of accesses) perform(access);
    await forward(incoming, body, outgoing);
  });

  return {
    ...gate,
    close: async () => {
      await gate.close();
      agent.destroy();
    },
  };
}

// One identity for all: DynamoDB Local keeps a database of its own for each access key. No engine checks the signature.
const authorization =
  'AWS4-HMAC-SHA256 Credential=laptop/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=none';

const accessesOfRequest = ({ incoming, body }: GateRequest): Access[] | undefined => {
  const operation = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
  try {
    return accessesOf(operation, JSON.parse(body.toString()));
  } catch {
    return undefined;
  }
};

const refuse = (outgoing: ServerResponse, type: string, message: string): void => {
  outgoing.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  outgoing.end(JSON.stringify({ __type: `com.amazon.coral.service#${type}`, message }));
};
