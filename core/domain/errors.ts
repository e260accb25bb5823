import type { ErrorCode } from '../contract/errors.ts';

/** One thing wrong with a request: where (`participantIds.3`), and what, in the words of the request's dialect. */
export interface Fault {
  readonly path: string;
  readonly message: string;
  /** The part of the request that its schema refused; undefined of what an operation found. */
  readonly place?: 'path' | 'query' | 'headers' | 'body' | undefined;
  /** What kind of fault it is, where a dialect has names for that. */
  readonly type?: string | undefined;
}

/** Why a request failed, more finely than its code says: where a dialect answers that otherwise than the others. */
export type Reason = 'not_participant' | 'archived' | 'not_direct' | 'unknown_participant';

/** The one error that operations throw on purpose. Its message is for the caller and holds no internals. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];
  readonly reason: Reason | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { faults = [], reason, cause }: { faults?: readonly Fault[]; reason?: Reason; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.faults = faults;
    this.reason = reason;
  }
}

/** A request whose content is wrong; `faults` says where. */
export const invalid = (...faults: Fault[]): Failure =>
  new Failure('validation_failed', 'Validation failed', { faults });

/** What a request may name without its being there, or its being the caller's to know of. */
type Thing = 'Conversation' | 'Message' | 'Participant' | 'Reaction' | 'Bookmark' | 'User' | 'Platform' | 'Receiver';

export const notFound = (what: Thing): Failure => new Failure('not_found', `${what} not found`);

export const forbidden = (why: string, reason?: Reason): Failure => new Failure('forbidden', why, reason && { reason });

/** What whoever has no good token, or nothing else that is needed beside it, is answered. */
export const unauthenticated = (): Failure => new Failure('unauthorized', 'Unauthenticated.');

export const conflict = (why: string, reason?: Reason): Failure => new Failure('conflict', why, reason && { reason });

export const archived = (): Failure => conflict('The conversation is archived', 'archived');

/** Trouble that passes: the same request may succeed in a moment. `cause` is for the log. */
export const unavailable = (cause: unknown): Failure =>
  new Failure('unavailable', 'The service is busy; try again', { cause });
