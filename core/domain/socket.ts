import { v5 } from 'uuid';
import { limits } from '../contract/limits.ts';
import type { Principal, UserId } from './principal.ts';

/** Whose sockets: a user of an organization, or a service, which has no presence and hears no events. */
export interface SocketOwner {
  readonly organization: string;
  readonly userId: UserId;
  readonly isService: boolean;
}

/** Whose sockets those of a user are. */
export const userOwner = (organization: string, userId: UserId): SocketOwner => ({
  organization,
  userId,
  isService: false,
});

/** Of the ids under which services have their sockets, whatever their tokens call them. */
const SERVICES = '2f5d1b0e-6c0a-4d5b-9a51-7f1f6f0c7b9e';

/** Whose sockets those of a principal are. */
export const socketOwner = ({ organization, subject, isService }: Principal): SocketOwner => ({
  organization,
  userId: isService ? v5(subject, SERVICES) : subject,
  isService,
});

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

/** Whether somebody is active by these sockets. `now` in Unix milliseconds. */
export const isActive = (sockets: readonly Socket[], now: number): boolean =>
  sockets.some((socket) => isLive(socket, now));

/**
 * So long before its end a lease can no longer be renewed: whoever finds that it has ended, also in a copy that is a moment
 * old or by a clock that is ahead, may rely on it. Otherwise a socket could go on that was passed over.
 */
const RENEWED_BEFORE_MS = 2_000;

/** When a lease must end, or later, to be renewed `now`; both in Unix milliseconds. */
export const renewableFrom = (now: number): number => now + RENEWED_BEFORE_MS;

/** So long after its connecting the gateway may not take posts to a socket yet. */
const OPENING_MS = 10_000;

/** Whether the gateway may not know a socket only because it is new to it. `now` in Unix milliseconds. */
export const isOpening = ({ connectedAt }: Socket, now: number): boolean => now < connectedAt + OPENING_MS;
