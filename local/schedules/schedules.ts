import { grace } from '../grace.ts';

/** Something that is done time and again. */
export interface Task {
  readonly periodMs: number;
  run(): Promise<void>;
}

/** All that AWS does by the clock. */
export interface Schedules {
  /** Does everything now; resolves once all of it is done, throws what went wrong. */
  runAll(): Promise<void>;
  /** Begins nothing more, and waits a moment for what is under way. */
  close(): Promise<void>;
}

/**
 * Begins to do each of `tasks` once a period.
 * @param failed is told what went wrong with one, where nobody waits for it
 */
export function openSchedules(tasks: readonly Task[], failed: (error: unknown) => void): Schedules {
  const underWay = new Set<Promise<void>>();
  let closed = false;
  const run = async (task: Task) => {
    const running = task.run();
    underWay.add(running);
    await running.finally(() => underWay.delete(running));
  };
  const timers = tasks.map((task) =>
    setInterval(() => {
      run(task).catch((error: unknown) => {
        // What is being closed may well go wrong.
        if (!closed) failed(error);
      });
    }, task.periodMs),
  );
  return {
    runAll: async () => {
      await Promise.all(tasks.map(run));
    },
    async close() {
      closed = true;
      for (const timer of timers) clearInterval(timer);
      await grace(Promise.allSettled(underWay));
    },
  };
}
