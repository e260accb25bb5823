import type { Dialect } from '../../../core/contract/route.ts';
import type { Answer, Caller } from '../cloud.ts';
import { follow } from '../follow.ts';
import type { Conversation, Link, Message, Stored } from './model.ts';

/** How a request was answered: by what it asked for, or by the words of a refusal. */
export type Outcome<Result> =
  | { readonly status: number; readonly result: Result }
  | { readonly status: number; readonly refusal: string };

/** Where a message goes. */
export interface Recipient {
  readonly conversationId: string;
  readonly receiverId: string;
}

/**
 * A client of one dialect, which says what it is shown in the words of the model, as far as its dialect shows it. What the dialect
 * has no request for, it does not do.
 */
export interface DialectClient {
  readonly dialect: Dialect;
  /** As what the dialect sends a text. */
  readonly contentType: string;
  /** The status by which a send to an archived conversation is refused. */
  readonly archivedStatus: number;
  /** What the dialect shows of a conversation, and of a message. */
  readonly shows: {
    readonly conversation: (conversation: Conversation) => Partial<Conversation>;
    readonly message: (message: Message) => Partial<Message>;
  };
  /** Whether the dialect can name what a conversation is about. */
  canName(link: Link | null): boolean;
  /** Creates a direct conversation. */
  create(by: Caller, peer: Caller, link: Link | null): Promise<Outcome<Partial<Conversation>>>;
  /** The list of conversations, read in pages of two. */
  conversations(by: Caller): Promise<readonly Partial<Conversation>[]>;
  conversation(by: Caller, id: string): Promise<Partial<Conversation>>;
  /** The messages of a conversation, oldest first, in each way that the dialect has; pages are of two. */
  readings(by: Caller, conversationId: string): Promise<Readonly<Record<string, readonly Partial<Message>[]>>>;
  send(by: Caller, to: Recipient, text: string): Promise<Outcome<Partial<Message> & Stored>>;
  /** Counts what is unread, where no conversation shows it. */
  unread?(by: Caller, conversationId: string): Promise<number>;
  /** Reads up to a message; answers the status. */
  read?(by: Caller, message: Pick<Message, 'id' | 'conversationId'>): Promise<number>;
  /** Reacts to a message; answers the status. */
  react?(by: Caller, messageId: string, emoji: string): Promise<number>;
  setStatus?(
    by: Caller,
    conversationId: string,
    status: Conversation['status'],
  ): Promise<Outcome<Partial<Conversation>>>;
}

/** A client of the native dialect, which has everything. */
export interface NativeClient extends Required<DialectClient> {
  edit(by: Caller, messageId: string, text: string): Promise<Outcome<Edited>>;
  /** Deletes a message, and gets what remains of it. */
  remove(by: Caller, messageId: string): Promise<Outcome<Edited>>;
  /** The newest message of a conversation. */
  newest(by: Caller, conversationId: string): Promise<Stored & Pick<Message, 'text'>>;
}

type Edited = Partial<Message> & Pick<Message, 'changedAt'>;

/** How many items a page has, so that there are several. */
export const PAGE_SIZE = 3;

/**
 * Reads an answer by what its dialect says of success and of failure.
 * @param result reads the body of success
 * @param refusal reads the body of failure
 */
export const outcomeOf = <Result>(
  { status, body }: Answer,
  result: (body: unknown) => Result,
  refusal: (body: unknown) => string,
): Outcome<Result> => (status < 300 ? { status, result: result(body) } : { status, refusal: refusal(body) });

/** Follows numbered pages to their end. */
export const followNumbers = <Item>(
  page: (number: number) => Promise<{ readonly items: readonly Item[]; readonly hasMore: boolean }>,
): Promise<Item[]> =>
  follow(async (cursor = '1') => {
    const { items, hasMore } = await page(Number(cursor));
    return { items, next: hasMore ? String(Number(cursor) + 1) : undefined };
  });
