import type { LiveEvent } from '../../../client/live/frames.ts';

/** What a conversation is about. */
export interface Link {
  readonly type: string;
  readonly id: string;
}

/** A message as no dialect in particular says it. */
export interface Message {
  readonly id: string;
  readonly conversationId: string;
  /** Null of a system message. */
  readonly senderId: string | null;
  /** Of a system message, whom it tells of. */
  readonly subjectId: string | null;
  readonly type: 'text' | 'system';
  readonly contentType: string;
  /** Empty once deleted. */
  readonly text: string;
  readonly seq: number;
  readonly revision: number;
  /** Times in Unix milliseconds. */
  readonly createdAt: number;
  /** When its text last changed. */
  readonly changedAt: number;
  readonly deleted: boolean;
  readonly reactions: readonly { readonly userId: string; readonly emoji: string }[];
  /** Whether the one other participant has read it. */
  readonly read: boolean;
}

/** A conversation likewise. */
export interface Conversation {
  readonly id: string;
  readonly kind: 'direct' | 'group';
  readonly name: string | null;
  /** Its id is null where a dialect does not show it. */
  readonly link: { readonly type: string; readonly id: string | null } | null;
  readonly status: 'active' | 'archived';
  /** In the order of the alphabet. */
  readonly participantIds: readonly string[];
  readonly lastSeq: number;
  readonly lastMessageAt: number | null;
  readonly lastMessageText: string | null;
  /** Of each participant, by its id. */
  readonly unread: Readonly<Record<string, number>>;
}

/** What sockets hear of a conversation. */
export interface Heard {
  readonly event: LiveEvent['event'];
  readonly seq?: number | undefined;
  readonly messageId?: string | null;
  readonly revision?: number;
  readonly text?: string;
  readonly userId?: string;
}

/** What only the API knows of a message that is sent. */
export type Stored = Pick<Message, 'id' | 'createdAt'>;

/** What a conversation must look like, kept by the test: it counts, where the product subtracts. */
export class ConversationModel {
  readonly id: string;
  /** What everybody who takes part has heard, in any order. */
  readonly heard: Heard[] = [{ event: 'conversation.created', seq: undefined }];
  readonly #kind: Conversation['kind'];
  readonly #name: string | null;
  readonly #link: Conversation['link'];
  readonly #positions: Map<string, number>;
  readonly #messages: Omit<Message, 'read'>[] = [];
  #status: Conversation['status'] = 'active';

  constructor({
    id,
    kind,
    name,
    link,
    participantIds,
  }: Pick<Conversation, 'id' | 'kind' | 'name' | 'link' | 'participantIds'>) {
    this.id = id;
    this.#kind = kind;
    this.#name = name;
    this.#link = link;
    this.#positions = new Map(participantIds.map((userId) => [userId, 0]));
  }

  get messages(): readonly Message[] {
    return this.#messages.map((message) => ({ ...message, read: this.#isRead(message) }));
  }

  get conversation(): Conversation {
    const last = this.#messages.at(-1);
    const participantIds = [...this.#positions.keys()].sort();
    return {
      id: this.id,
      kind: this.#kind,
      name: this.#name,
      link: this.#link,
      status: this.#status,
      participantIds,
      lastSeq: this.#messages.length,
      lastMessageAt: last?.createdAt ?? null,
      lastMessageText: last?.text ?? null,
      unread: Object.fromEntries(participantIds.map((userId) => [userId, this.unread(userId)])),
    };
  }

  message(id: string): Message {
    const found = this.messages.find((message) => message.id === id);
    if (!found) throw new Error(`the model has no message ${id}`);
    return found;
  }

  unread(userId: string): number {
    const position = this.#position(userId);
    return this.#messages.filter(
      ({ seq, senderId, type }) => seq > position && senderId !== userId && type !== 'system',
    ).length;
  }

  send(senderId: string, text: string, contentType: string, { id, createdAt }: Stored): void {
    this.#add({ senderId, subjectId: null, type: 'text', contentType, text, id, createdAt });
    this.#positions.set(senderId, this.#messages.length);
  }

  join(subjectId: string, text: string, { id, createdAt }: Stored): void {
    this.#add({ senderId: null, subjectId, type: 'system', contentType: 'text', text, id, createdAt });
    this.#positions.set(subjectId, this.#messages.length);
  }

  edit(id: string, text: string, changedAt: number): void {
    this.#change('message.updated', id, { text, changedAt });
  }

  remove(id: string, changedAt: number): void {
    this.#change('message.deleted', id, { text: '', changedAt, deleted: true });
  }

  /** Reacting alike again changes nothing. */
  react(userId: string, id: string, emoji: string): void {
    const { reactions } = this.message(id);
    if (reactions.some((one) => one.userId === userId && one.emoji === emoji)) return;
    this.#change('reaction.added', id, { reactions: [...reactions, { userId, emoji }] });
  }

  /** Reading backwards changes nothing. */
  read(userId: string, id: string): void {
    const { seq } = this.message(id);
    if (seq <= this.#position(userId)) return;
    this.#positions.set(userId, seq);
    this.heard.push({ event: 'conversation.read', seq: undefined, userId, messageId: id });
  }

  setStatus(status: Conversation['status']): void {
    this.#status = status;
    this.heard.push({ event: 'conversation.updated', seq: undefined });
  }

  #position(userId: string): number {
    return this.#positions.get(userId) ?? 0;
  }

  #isRead({ senderId, seq }: Pick<Message, 'senderId' | 'seq'>): boolean {
    if (this.#kind !== 'direct' || senderId === null) return false;
    return [...this.#positions].every(([userId, position]) => userId === senderId || position >= seq);
  }

  #add(message: Pick<Message, 'id' | 'createdAt' | 'senderId' | 'subjectId' | 'type' | 'contentType' | 'text'>): void {
    const added = {
      ...message,
      conversationId: this.id,
      seq: this.#messages.length + 1,
      revision: 1,
      changedAt: message.createdAt,
      deleted: false,
      reactions: [],
    };
    this.#messages.push(added);
    this.heard.push(heardOf('message.created', added));
  }

  #change(event: Heard['event'], id: string, changes: Partial<Message>): void {
    const at = this.#messages.findIndex((message) => message.id === id);
    const message = this.message(id);
    const changed = { ...message, ...changes, revision: message.revision + 1 };
    this.#messages[at] = changed;
    this.heard.push(heardOf(event, changed));
  }
}

type Told = Pick<Message, 'id' | 'seq' | 'revision' | 'text'>;

const heardOf = (event: Heard['event'], { id, seq, revision, text }: Told): Heard =>
  event === 'reaction.added' ? { event, seq, messageId: id, revision } : { event, seq, messageId: id, revision, text };

/** What an event tells of, as the model says it. */
export function heardIn({ event, seq, data }: LiveEvent): Heard {
  if ('message' in data) {
    const { id, revision, text } = data.message;
    return { event, seq, messageId: id, revision, text: text ?? '' };
  }
  if ('reaction' in data) return { event, seq, messageId: data.reaction.messageId, revision: data.revision };
  if ('read' in data) return { event, seq, userId: data.read.userId, messageId: data.read.lastReadMessageId };
  return { event, seq };
}
