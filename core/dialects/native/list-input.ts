import type { UserId } from '../../domain/principal.ts';

interface ListQuery {
  readonly userId?: UserId | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** What every list is told: whose it is, or who reads it, and which page of it is wanted. */
export const listInput = ({ query: { userId, limit, cursor } }: { query: ListQuery }) => ({
  actingUserId: userId,
  limit,
  cursor,
});
