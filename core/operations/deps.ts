import { type Table, tableFromEnvironment } from '../store/table.ts';

/** What operations need of the world. */
export interface Deps {
  readonly table: Table;
  /** The clock, in Unix milliseconds. */
  readonly now: () => number;
}

/** The world of a deployed function. */
export const liveDeps = (): Deps => ({ table: tableFromEnvironment(), now: Date.now });

/** The same world, in which nothing more is begun once `signal` is aborted. */
export const withSignal = <World extends Deps>(world: World, signal: AbortSignal): World => ({
  ...world,
  table: { ...world.table, signal },
});
