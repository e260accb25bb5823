/** How a connection is closed: a code of WebSocket's, and words. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** By the gateway, to what is idle or too old, and when it ends itself. */
export const goingAway: Closing = { code: 1001, reason: 'Going away' };

/** By whoever deletes the connection. */
export const deleted: Closing = { code: 1000, reason: 'Connection Closed Normally' };

/** By nobody: it broke. */
export const broken: Closing = { code: 1006, reason: '' };

/** By the client, in AWS's words where it had none. */
export const closingBy = (code: number, reason: Buffer): Closing => ({
  code,
  reason: code === 1005 ? 'Client-side close frame status code not set' : reason.toString(),
});
