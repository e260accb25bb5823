/** An invocation that ended without a result, as Lambda reports it. */
export class FunctionFailure extends Error {
  /** The name of the error that the function threw, or one of Lambda's own, such as `Sandbox.Timedout`. */
  readonly errorType: string;

  constructor(errorType: string, errorMessage: string, stack = `${errorType}: ${errorMessage}`) {
    super(errorMessage);
    this.errorType = errorType;
    this.stack = stack;
  }
}

/** An event larger than Lambda accepts. */
export class EventTooLarge extends Error {}
