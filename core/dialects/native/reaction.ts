import type * as z from 'zod/mini';
import type * as contract from '../../contract/native/reaction.ts';
import type { Reaction } from '../../domain/reaction.ts';
import { isoTime } from '../time.ts';

/** A reaction as the native dialect shows it. */
export const reactionBody = (reaction: Reaction): z.infer<typeof contract.Reaction> => ({
  ...reaction,
  createdAt: isoTime(reaction.createdAt),
});
