/** Values that last for a time. What has expired is dropped when something is added, so it holds what is valid, hardly more. */
export class ExpiringMap<Value> {
  readonly #entries = new Map<string, { value: Value; expires: number }>();
  readonly #now: () => number;

  /** @param now the clock, in Unix milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** The value of `key` while it lasts. */
  get(key: string): Value | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#now() < entry.expires ? entry.value : undefined;
  }

  /** Keeps `value` for `ms`. */
  set(key: string, value: Value, ms: number): void {
    const now = this.#now();
    for (const [other, { expires }] of this.#entries) if (expires <= now) this.#entries.delete(other);
    this.#entries.set(key, { value, expires: now + ms });
  }
}
