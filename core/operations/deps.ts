import { type Table, tableFromEnvironment } from '../store/table.ts';

/** What operations need of the world. */
export interface Deps {
  readonly table: Table;
  /** The clock, in Unix milliseconds. */
  readonly now: () => number;
}

/** The world of a deployed function. */
export const liveDeps = (): Deps => ({ table: tableFromEnvironment(), now: Date.now });
