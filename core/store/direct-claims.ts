import * as z from 'zod/mini';
import { claimKey, type Pair } from './keys.ts';
import type { Item } from './table.ts';
import type { TransactionItem } from './writing.ts';

const Claim = z.object({ entity: z.literal('claim'), conversationId: z.string() });

/** The conversation that a pair has, read from the claim on it. */
export const claimedBy = (claim: Item): string => Claim.parse(claim).conversationId;

/** The write that makes a conversation the pair's only one; refused when they have one. */
export const putClaim = (pair: Pair, conversationId: string): TransactionItem => ({
  Put: {
    Item: { ...claimKey(pair), entity: 'claim', conversationId } satisfies z.infer<typeof Claim> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
