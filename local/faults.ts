/** What goes wrong on purpose, for tests: each is asked whenever its fault could happen. */
export interface Faults {
  /** How a post to a connection fails; with `hang` nothing ever answers it. */
  post?(connectionId: string): 410 | 429 | 500 | 'hang' | undefined;
  /** Whether the environment of this invocation dies in the midst of it, unless it was quicker. */
  invocation?(functionName: string, event: unknown): { readonly dieAfterMs: number } | undefined;
  /** Whether a batch of the stream that its function has consumed is given to it once more. */
  repeatBatch?(functionName: string, event: unknown): boolean;
}
