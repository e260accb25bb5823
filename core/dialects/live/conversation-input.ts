import type { UserId } from '../../domain/principal.ts';

/** What every action about one conversation says. */
export const conversationInput = ({
  conversationId,
  userId,
}: {
  readonly conversationId: string;
  readonly userId?: UserId | undefined;
}) => ({ conversationId, actingUserId: userId });
