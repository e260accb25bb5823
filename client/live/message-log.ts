import type { AckOf, LiveEvent } from './frames.ts';

export type LiveMessage = AckOf<'sendMessage'>['message'];
type ReactionEvent = Extract<LiveEvent, { event: 'reaction.added' | 'reaction.removed' }>;

/** What a client has of one conversation's messages, from one of them on. */
export interface MessageLog {
  /** In the order of `seq`; past `through` there may be holes. */
  readonly messages: readonly LiveMessage[];
  /** The highest `seq` up to which nothing is missing. */
  readonly through: number;
  /** Takes a message in; of two copies the one of the higher revision stays. */
  add(message: LiveMessage): void;
  /** Takes a change of reactions in; answers whether the message has to be read again to know it. */
  react(event: ReactionEvent): 'done' | 'stale';
  /** The last message before anything that is missing. */
  readonly last: LiveMessage | undefined;
}

/**
 * An empty log.
 * @param before the `seq` after which it begins
 */
export function messageLog(before: number): MessageLog {
  const bySeq = new Map<number, LiveMessage>();
  let through = before;

  const add = (message: LiveMessage) => {
    const known = bySeq.get(message.seq);
    if (message.seq <= before || (known && known.revision >= message.revision)) return;
    bySeq.set(message.seq, message);
    while (bySeq.has(through + 1)) through += 1;
  };

  return {
    get messages() {
      return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
    },
    get through() {
      return through;
    },
    get last() {
      return bySeq.get(through);
    },
    add,
    react({ event, seq = 0, data: { reaction, revision } }) {
      const message = bySeq.get(seq);
      if (!message || message.revision >= revision) return 'done';
      if (message.revision < revision - 1 || message.reactionsTruncated) return 'stale';
      const others = message.reactions.filter(({ id }) => id !== reaction.id);
      add({ ...message, revision, reactions: event === 'reaction.added' ? [...others, reaction] : others });
      return 'done';
    },
  };
}
