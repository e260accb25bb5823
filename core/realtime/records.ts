/** What a record of the table's stream shows: an item before and after a change, as Lambda has them. */
export interface ItemRecord {
  readonly before: unknown;
  readonly after: unknown;
}

/** How far a batch of records is done with: so many from the first on. `error` is what is in the way of the next. */
export interface Progress {
  readonly done: number;
  readonly error?: unknown;
}
