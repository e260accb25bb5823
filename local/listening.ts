import { once } from 'node:events';
import { type AddressInfo, createServer, type Server } from 'node:net';

/** Lets `server` listen; resolves once it does, throws why it cannot. */
export async function listening(server: Server, port: number, host: string): Promise<void> {
  server.listen(port, host);
  await once(server, 'listening');
}

/** The address at which `server` listens. */
export function addressOf(server: Server): AddressInfo {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server does not listen at a port');
  return address;
}

/** A port of the loopback interface that nobody listens on at this moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await listening(server, 0, '127.0.0.1');
  const { port } = addressOf(server);
  server.close();
  await once(server, 'close');
  return port;
}
