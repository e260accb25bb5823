/**
 * Writes one line of JSON to the function's log. Never pass what people wrote, tokens, or an error as a whole: SDK
 * errors carry items.
 */
export const log = (level: 'INFO' | 'ERROR', fields: Record<string, unknown>): void => {
  process.stdout.write(`${JSON.stringify({ level, timestamp: new Date().toISOString(), ...fields })}\n`);
};

/** What may be logged of an error: its name and where it was thrown, not its message, which may quote its input. */
export function traceOf(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const frames = error.stack?.split('\n').filter((line) => line.startsWith('    at ')) ?? [];
  return { error: error.name, at: frames.slice(0, 8).map((frame) => frame.trim()) };
}
