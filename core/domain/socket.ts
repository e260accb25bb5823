import { limits } from '../contract/limits.ts';
import type { UserId } from './principal.ts';

/** Whose sockets: a user of an organization, or a service, which has no presence and hears no events. */
export interface SocketOwner {
  readonly organization: string;
  readonly userId: UserId;
  readonly isService: boolean;
}

/** One open connection. Times are Unix milliseconds. */
export interface Socket {
  readonly connectionId: string;
  readonly connectedAt: number;
  /** When it lapses unless a frame comes. */
  readonly leaseEnds: number;
  /** When its token ends, and it with it. */
  readonly tokenEnds: number;
}

/** When a lease ends that begins `now`; Unix milliseconds. */
export const leaseFrom = (now: number): number => now + limits.leaseSeconds * 1000;

/** Whether a socket may still hear something. `now` in Unix milliseconds. */
export const isLive = ({ leaseEnds, tokenEnds }: Socket, now: number): boolean => now < leaseEnds && now < tokenEnds;

/** So long after its connecting the gateway may not take posts to a socket yet. */
const OPENING_MS = 10_000;

/** Whether the gateway may not know a socket only because it is new to it. `now` in Unix milliseconds. */
export const isOpening = ({ connectedAt }: Socket, now: number): boolean => now < connectedAt + OPENING_MS;
