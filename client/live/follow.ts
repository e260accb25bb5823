import type { AckOf, LiveEvent } from './frames.ts';
import { type Live, LiveError } from './live.ts';
import { type MessageLog, messageLog } from './message-log.ts';

type Conversation = AckOf<'listConversations'>['conversations'][number];

export interface FollowOptions {
  /** So many messages of a conversation are fetched at first. */
  readonly pageSize?: number;
  /** Called whenever something of a conversation has changed. */
  readonly changed?: (conversationId: string) => void;
}

/** What is known of conversations, kept true by events, and by filling gaps. */
export interface Following {
  readonly logs: ReadonlyMap<string, MessageLog>;
  /** How many messages came by filling, which is also how they come at first. */
  readonly filled: number;
  /** Resolves once nothing is being fetched. */
  settled(): Promise<void>;
  end(): void;
}

/** Later than any message. */
const THE_END = '9999-12-31T23:59:59.999Z';

/**
 * Follows all conversations in which the user of `live` takes part, as the live protocol tells how to miss nothing: gaps are
 * filled, and after each welcome what is shown is read again.
 * @param self the user's id
 */
export function follow(
  live: Live,
  self: string,
  { pageSize = 100, changed = () => {} }: FollowOptions = {},
): Following {
  const logs = new Map<string, MessageLog>();
  const jobs = new Map<string, Promise<void>>();
  let filled = 0;

  /** Does jobs of one conversation one after the other; who is cut off begins anew at the next welcome. */
  const enqueue = (conversationId: string, job: () => Promise<void>) => {
    const before = jobs.get(conversationId) ?? Promise.resolve();
    const after = before.then(job).catch((error: unknown) => {
      if (!(error instanceof LiveError)) throw error;
      if (error.code === 'forbidden' || error.code === 'not_found') logs.delete(conversationId);
    });
    jobs.set(conversationId, after);
    void after.then(() => {
      if (jobs.get(conversationId) === after) jobs.delete(conversationId);
    });
  };

  const take = (log: MessageLog, messages: AckOf<'getMessagesSince'>['messages']) => {
    for (const message of messages) log.add(message);
    filled += messages.length;
  };

  /** Reads on from a point to the end. */
  const readOn = async (conversationId: string, log: MessageLog, from: string) => {
    for (let since = from, more = true; more; ) {
      const { messages, hasMore } = await live.insist('getMessagesSince', { conversationId, since, limit: pageSize });
      take(log, messages);
      since = messages.at(-1)?.id ?? since;
      more = hasMore;
    }
    changed(conversationId);
  };

  const begin = async (conversationId: string) => {
    const page = { conversationId, before: THE_END, limit: pageSize };
    const { messages } = await live.insist('getMessagesBefore', page);
    const log = messageLog((messages.at(-1)?.seq ?? 1) - 1);
    take(log, messages);
    logs.set(conversationId, log);
    changed(conversationId);
  };

  /** Fetches what was not seen yet, and what may have changed unseen. */
  const refresh = (conversationId: string) =>
    enqueue(conversationId, async () => {
      const log = logs.get(conversationId);
      const [first] = log?.messages ?? [];
      await (log && first ? readOn(conversationId, log, first.createdAt) : begin(conversationId));
    });

  const fillUpTo = (conversationId: string, seq: number) =>
    enqueue(conversationId, async () => {
      const log = logs.get(conversationId);
      if (!log) return begin(conversationId);
      if (log.through >= seq) return;
      await (log.last ? readOn(conversationId, log, log.last.id) : begin(conversationId));
    });

  const listOn = async (conversations: readonly Conversation[], cursor: string | undefined) => {
    for (const { id } of conversations) refresh(id);
    if (cursor === undefined) return;
    const next = await live.insist('listConversations', { cursor });
    await listOn(next.conversations, next.cursor);
  };

  const hear = (event: LiveEvent) => {
    const { conversationId = '' } = event;
    const log = logs.get(conversationId);
    switch (event.event) {
      case 'session.welcome':
        enqueue('', () => listOn(event.data.conversations, event.data.conversationsCursor));
        break;
      case 'conversation.created':
        fillUpTo(conversationId, event.data.conversation.lastSeq);
        break;
      case 'conversation.removed':
        logs.delete(conversationId);
        break;
      case 'participant.left':
        if (event.data.participant.userId === self) logs.delete(conversationId);
        break;
      case 'message.created':
        log?.add(event.data.message);
        if ((log?.through ?? 0) < event.data.message.seq) fillUpTo(conversationId, event.data.message.seq);
        break;
      case 'message.updated':
      case 'message.deleted':
        log?.add(event.data.message);
        break;
      case 'reaction.added':
      case 'reaction.removed':
        if (log?.react(event) === 'stale') refresh(conversationId);
        break;
      default:
        return;
    }
    changed(conversationId);
  };

  const end = live.on({ event: hear });
  return {
    logs,
    get filled() {
      return filled;
    },
    async settled() {
      while (jobs.size > 0) await Promise.all(jobs.values());
    },
    end,
  };
}
