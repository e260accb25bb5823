import { Presets, SingleBar } from 'cli-progress';

/** Is told how a replay goes on. */
export interface Progress {
  /** So many messages are about to be sent. */
  begin(messages: number): void;
  /** One of them was. */
  sent(): void;
  /** All of them were, or one failed. */
  end(): void;
}

/** A bar on a terminal; elsewhere a line every five seconds. */
export function progressBar(): Progress {
  const format = '{bar} {value}/{total} messages, {duration_formatted}';
  // It would take the first Ctrl-C for itself, and nothing it does to the terminal must be undone.
  const terminal = { gracefulExit: false, linewrap: true, hideCursor: null };
  const bar = new SingleBar({ format, noTTYOutput: true, notTTYSchedule: 5_000, ...terminal }, Presets.rect);
  return {
    begin: (messages) => bar.start(messages, 0),
    sent: () => bar.increment(),
    end: () => bar.stop(),
  };
}
