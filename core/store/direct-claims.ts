import * as z from 'zod/mini';
import type { Link } from '../domain/conversation.ts';
import type { UserId } from '../domain/principal.ts';
import { directClaimKey } from './keys.ts';
import type { Item, TransactionItem } from './table.ts';

/** What makes a direct conversation the only one of its kind. */
export interface Pair {
  readonly organization: string;
  readonly users: readonly UserId[];
  readonly link: Link | null;
}

const Claim = z.object({ entity: z.literal('claim'), conversationId: z.string() });

export const claimKey = ({ organization, users, link }: Pair) => directClaimKey(organization, users, link);

/** The conversation that a pair has, read from the claim on it. */
export const claimedBy = (claim: Item): string => Claim.parse(claim).conversationId;

/** The write that makes a conversation the pair's only one; refused when they have one. */
export const putClaim = (pair: Pair, conversationId: string): TransactionItem => ({
  Put: {
    Item: { ...claimKey(pair), entity: 'claim', conversationId } satisfies z.infer<typeof Claim> & Item,
    ConditionExpression: 'attribute_not_exists(pk)',
  },
});
