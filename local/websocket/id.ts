import { randomBytes } from 'node:crypto';

/** An id as API Gateway makes them for connections, requests and messages: `L0SM9cOFvHcCIhw=`. */
export const newId = (): string => `${randomBytes(11).toString('base64url')}=`;
