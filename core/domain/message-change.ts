import type { Message } from './message.ts';
import type { Reaction } from './reaction.ts';

/** What of a message tells what was done to it. */
export type MessageState = Pick<Message, 'id' | 'subjectId' | 'revision' | 'deletedAt' | 'reactions'>;

/** What was done to a message in one write: where that left it as it was, it is to be told of once more. */
export type MessageChange =
  | { readonly kind: 'created' | 'edited' | 'deleted' }
  | { readonly kind: 'reacted'; readonly added: readonly Reaction[]; readonly removed: readonly Reaction[] };

/** Tells what made of one state of a message the next. */
export function changeBetween(before: MessageState | undefined, after: MessageState): MessageChange {
  if (!before || before.revision === after.revision) return { kind: 'created' };
  if (before.deletedAt !== after.deletedAt) return { kind: 'deleted' };
  const added = without(after.reactions, before.reactions);
  const removed = without(before.reactions, after.reactions);
  return added.length + removed.length > 0 ? { kind: 'reacted', added, removed } : { kind: 'edited' };
}

function without(reactions: readonly Reaction[], others: readonly Reaction[]): Reaction[] {
  const ids = new Set(others.map(({ id }) => id));
  return reactions.filter(({ id }) => !ids.has(id));
}
