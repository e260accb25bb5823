import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

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
