import type { Problem } from '../problem.ts';
import { openCheckpoints } from './checkpoints.ts';
import type { Mapping } from './mappings.ts';
import { openPoller, type Poller, type PollerOptions } from './poller.ts';

/** All of the stack's event source mappings at work, each by itself. */
export interface Streams {
  /** Resolves once every mapping has consumed all that had been written by then. */
  settled(): Promise<void>;
  /** What Lambda has done in the stream by the role of the function of that name, as `action resource`. */
  performed(name: string): string[];
  /** Settles with the reason when one of them ends by itself. */
  readonly broken: Promise<Problem>;
  close(): Promise<void>;
}

export interface StreamsOptions extends Omit<PollerOptions, 'checkpoints'> {
  /** The file that tells where to go on after a restart; without it, all begins at the beginning of the stream. */
  readonly checkpoints: string | undefined;
}

/**
 * Begins to consume the table's stream for all `mappings`.
 * @throws Problem if a function's role does not allow that
 */
export async function openStreams(mappings: readonly Mapping[], options: StreamsOptions): Promise<Streams> {
  const checkpoints = await openCheckpoints(options.checkpoints);
  const pollers: { mapping: Mapping; poller: Poller }[] = [];
  const close = async () => {
    await Promise.all(pollers.map(({ poller }) => poller.close()));
  };
  try {
    for (const mapping of mappings) {
      pollers.push({ mapping, poller: await openPoller(mapping, { ...options, checkpoints }) });
    }
  } catch (error) {
    await close();
    throw error;
  }

  const broken = Promise.race(pollers.map(({ poller }) => poller.broken));
  const orBroken = broken.then((problem) => Promise.reject(problem));
  // Who waits hears of it.
  orBroken.catch(() => {});
  return {
    settled: async () => {
      await Promise.race([Promise.all(pollers.map(({ poller }) => poller.settled())), orBroken]);
    },
    performed: (name) => {
      const own = pollers.filter(({ mapping }) => mapping.function.name === name);
      return [...new Set(own.flatMap(({ poller }) => [...poller.performed]))];
    },
    broken,
    close,
  };
}
