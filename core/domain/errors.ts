import type { ErrorCode } from '../contract/errors.ts';

/** One thing wrong with a request: where (`participantIds.3`), and what. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** The one error that operations throw on purpose. Its message is for the caller and holds no internals. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly code: ErrorCode;
  readonly faults: readonly Fault[];

  constructor(
    code: ErrorCode,
    message: string,
    { faults = [], cause }: { faults?: readonly Fault[]; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.faults = faults;
  }
}

/** A request whose content is wrong; `faults` says where. */
export const invalid = (...faults: Fault[]): Failure =>
  new Failure('validation_failed', 'Validation failed', { faults });

/** What a request may name without its being there, or its being the caller's to know of. */
type Thing = 'Conversation' | 'Message' | 'Participant' | 'Reaction' | 'Bookmark' | 'User' | 'Platform';

export const notFound = (what: Thing): Failure => new Failure('not_found', `${what} not found`);

export const forbidden = (why: string): Failure => new Failure('forbidden', why);

export const conflict = (why: string): Failure => new Failure('conflict', why);

/** Trouble that passes: the same request may succeed in a moment. `cause` is for the log. */
export const unavailable = (cause: unknown): Failure =>
  new Failure('unavailable', 'The service is busy; try again', { cause });
