/** Not renewed again so soon; leases are longer than several times that. */
const RENEWED_EVERY_MS = 30_000;

/** Tells when the lease of a connection is due to be renewed. Times are Unix milliseconds. */
export interface Renewals {
  isDue(connectionId: string, connectedAt: number, now: number): boolean;
  renewed(connectionId: string, now: number): void;
}

/** Each frame renews. */
export const always: Renewals = { isDue: () => true, renewed: () => {} };

/**
 * A frame renews at most twice a minute, as far as this environment remembers, and never in a connection's first half minute.
 * @param most so many connections are remembered at most
 */
export function twiceAMinute(most = 10_000): Renewals {
  // In the order of their renewal.
  const renewals = new Map<string, number>();
  const isRecent = (at: number | undefined, now: number) => at !== undefined && now < at + RENEWED_EVERY_MS;
  return {
    isDue: (connectionId, connectedAt, now) =>
      !isRecent(connectedAt, now) && !isRecent(renewals.get(connectionId), now),
    renewed(connectionId, now) {
      renewals.delete(connectionId);
      renewals.set(connectionId, now);
      for (const [oldest, at] of renewals) {
        if (renewals.size <= most && isRecent(at, now)) break;
        renewals.delete(oldest);
      }
    },
  };
}
