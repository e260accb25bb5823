import { limits } from '../../contract/limits.ts';
import type { UserId } from '../../domain/principal.ts';

/** What every action says that lists by a cursor. */
export const pageInput = ({
  userId,
  cursor,
}: {
  readonly userId?: UserId | undefined;
  readonly cursor?: string | undefined;
}) => ({ actingUserId: userId, cursor, limit: limits.pageDefault });
