import { expect } from 'vitest';
import type { Caller } from '../cloud.ts';
import type { LiveSocket } from '../live-socket.ts';
import type { DialectClient, NativeClient, Outcome } from './client.ts';
import { type Conversation, ConversationModel, type Heard, heardIn, type Link, type Message } from './model.ts';

/** The two of a direct conversation. */
export interface Pair {
  readonly ann: Caller;
  readonly bob: Caller;
}

/**
 * A direct conversation beside the model of it. Whatever is done is done to both, and answered as the model has it; what a dialect
 * has no request for is done in the native one.
 */
export interface Stage {
  readonly model: ConversationModel;
  /** Sends to the other one; while the conversation is archived, expects to be refused. */
  send(client: DialectClient, by: Caller, text: string): Promise<void>;
  read(client: DialectClient, by: Caller, message: Pick<Message, 'id' | 'conversationId'>): Promise<void>;
  react(client: DialectClient, by: Caller, messageId: string, emoji: string): Promise<void>;
  edit(by: Caller, messageId: string, text: string): Promise<void>;
  remove(by: Caller, messageId: string): Promise<void>;
  setStatus(client: DialectClient, by: Caller, status: Conversation['status']): Promise<void>;
}

/** What a stage is set up with. */
export interface Setting extends Pair {
  readonly native: NativeClient;
  /** By whose dialect Ann creates the conversation. */
  readonly client: DialectClient;
  readonly link: Link | null;
  /** Resolves once all has been told that was done: an event says how things are by then. */
  told(): Promise<void>;
}

/** Creates a direct conversation of Ann with Bob. */
export async function setStage({ native, client, ann, bob, link, told }: Setting): Promise<Stage> {
  const created = await client.create(ann, bob, link);
  const { id = '' } = resultOf(created);
  const model = new ConversationModel({ id, kind: 'direct', name: null, link, participantIds: [ann.sub, bob.sub] });
  expect(created).toEqual({ status: 201, result: client.shows.conversation(model.conversation) });
  await told();

  return {
    model,
    async send(client, by, text) {
      const receiverId = by.sub === ann.sub ? bob.sub : ann.sub;
      const outcome = await client.send(by, { conversationId: id, receiverId }, text);
      if (model.conversation.status === 'archived') {
        expect(outcome).toEqual({ status: client.archivedStatus, refusal: expect.stringMatching(/archived/i) });
        return;
      }
      const sent = resultOf(outcome);
      model.send(by.sub, text, client.contentType, sent);
      expect(outcome).toEqual({ status: 201, result: client.shows.message(model.message(sent.id)) });
      await told();
    },
    async read({ read = native.read }, by, message) {
      expect(await read(by, message)).toBe(200);
      model.read(by.sub, message.id);
      await told();
    },
    async react({ react = native.react }, by, messageId, emoji) {
      expect(await react(by, messageId, emoji)).toBeOneOf([200, 201]);
      model.react(by.sub, messageId, emoji);
      await told();
    },
    async edit(by, messageId, text) {
      const outcome = await native.edit(by, messageId, text);
      model.edit(messageId, text, resultOf(outcome).changedAt);
      expect(outcome).toEqual({ status: 200, result: native.shows.message(model.message(messageId)) });
      await told();
    },
    async remove(by, messageId) {
      const outcome = await native.remove(by, messageId);
      model.remove(messageId, resultOf(outcome).changedAt);
      expect(outcome).toEqual({ status: 204, result: native.shows.message(model.message(messageId)) });
      await told();
    },
    async setStatus(client, by, status) {
      const { setStatus, shows } = canSetStatus(client) ? client : native;
      const outcome = await setStatus(by, id, status);
      model.setStatus(status);
      expect(outcome).toEqual({ status: 200, result: shows.conversation(model.conversation) });
      await told();
    },
  };
}

const canSetStatus = (client: DialectClient): client is DialectClient & Pick<NativeClient, 'setStatus'> =>
  client.setStatus !== undefined;

/** What was asked for, where it was given. */
export function resultOf<Result>(outcome: Outcome<Result>): Result {
  if ('refusal' in outcome) throw new Error(`refused by ${outcome.status}: ${outcome.refusal}`);
  return outcome.result;
}

/** Expects that a dialect shows somebody a conversation, the only one there is, as the model has it. */
export async function expectShown(client: DialectClient, by: Caller, model: ConversationModel): Promise<void> {
  const { shows, unread } = client;
  const conversation = shows.conversation(model.conversation);
  const messages = model.messages.map(shows.message);
  expect(await client.conversations(by)).toEqual([conversation]);
  expect(await client.conversation(by, model.id)).toEqual(conversation);
  const readings = await client.readings(by, model.id);
  expect(readings).toEqual(Object.fromEntries(Object.keys(readings).map((way) => [way, messages])));
  if (unread) expect(await unread(by, model.id)).toBe(model.unread(by.sub));
}

/** Expects that a socket has heard all there was to hear of a conversation, each thing once. */
export function expectHeard({ heard }: LiveSocket, model: ConversationModel): void {
  const ofConversation = heard.filter(({ conversationId }) => conversationId === model.id);
  expect(sorted(ofConversation.map(heardIn))).toEqual(sorted(model.heard));
}

/** Frames may overtake each other. */
const sorted = (heard: readonly Heard[]) => heard.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
const keyOf = ({ event, seq, revision, userId, messageId }: Heard) =>
  JSON.stringify([event, seq, revision, userId, messageId]);
