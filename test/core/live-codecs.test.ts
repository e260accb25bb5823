import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limits } from '../../core/contract/limits.ts';
import { messageCreated, typing as typingEvent } from '../../core/contract/live/events.ts';
import { AckFrame, ErrorFrame, EventFrame } from '../../core/contract/live/frame.ts';
import { LiveMessage } from '../../core/contract/live/values.ts';
import { actions } from '../../core/contract/socket.ts';
import { utf8Bytes } from '../../core/contract/text.ts';
import type { ActionCodec } from '../../core/dialects/live/codec.ts';
import { createConversation } from '../../core/dialects/live/create-conversation.ts';
import { eventFrame } from '../../core/dialects/live/event.ts';
import { ackFrame, errorFrame, readFrame } from '../../core/dialects/live/frame.ts';
import { getActiveUsers } from '../../core/dialects/live/get-active-users.ts';
import { getConversationParticipants } from '../../core/dialects/live/get-conversation-participants.ts';
import { getMessagesBefore } from '../../core/dialects/live/get-messages-before.ts';
import { getMessagesSince } from '../../core/dialects/live/get-messages-since.ts';
import { inviteToConversation } from '../../core/dialects/live/invite-to-conversation.ts';
import { leaveConversation } from '../../core/dialects/live/leave-conversation.ts';
import { listConversations } from '../../core/dialects/live/list-conversations.ts';
import { markRead } from '../../core/dialects/live/mark-read.ts';
import { liveMessageBody } from '../../core/dialects/live/message.ts';
import { ping } from '../../core/dialects/live/ping.ts';
import { removeConversation } from '../../core/dialects/live/remove-conversation.ts';
import { replyToMessage } from '../../core/dialects/live/reply-to-message.ts';
import { inFrames } from '../../core/dialects/live/room.ts';
import { sendMessage } from '../../core/dialects/live/send-message.ts';
import { typing } from '../../core/dialects/live/typing.ts';
import { newConversation } from '../../core/domain/conversation.ts';
import { Failure, invalid } from '../../core/domain/errors.ts';
import { type Message, nextMessage } from '../../core/domain/message.ts';
import { newReaction } from '../../core/domain/reaction.ts';

/** Whatever an operation takes and gives, of which codecs are read here. */
type AnyCodec = Pick<ActionCodec<unknown, never>, 'action' | 'decode' | 'names'>;

const codecs: readonly AnyCodec[] = [
  listConversations,
  createConversation,
  inviteToConversation,
  leaveConversation,
  removeConversation,
  sendMessage,
  replyToMessage,
  getMessagesSince,
  getMessagesBefore,
  getConversationParticipants,
  getActiveUsers,
  markRead,
  typing,
  ping,
];

const ID = '11111111-2222-4333-8444-555555555555';
const USER = 'aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee';
const MESSAGE = '018bcfe5-6800-8001-8444-555555555555';

test('there is a codec for each action', () => {
  expect(codecs.map(({ action }) => action)).toEqual(actions);
});

test.each<[AnyCodec, object, object]>([
  [ping, {}, { actingUserId: undefined }],
  [listConversations, { cursor: 'c', userId: USER }, { cursor: 'c', limit: 50, actingUserId: USER }],
  [getActiveUsers, {}, { cursor: undefined, limit: 50, actingUserId: undefined }],
  [
    createConversation,
    { type: 'group', participantIds: [USER.toUpperCase()], name: 'N', link: { type: 't', id: 'i' } },
    {
      kind: 'group',
      participantIds: [USER],
      name: 'N',
      link: { type: 't', id: 'i' },
      actingUserId: undefined,
      idempotencyKey: undefined,
    },
  ],
  [
    inviteToConversation,
    { conversationId: ID, userIds: [USER] },
    { conversationId: ID, userIds: [USER], role: 'member', actingUserId: undefined },
  ],
  [leaveConversation, { conversationId: ID, userId: USER }, { conversationId: ID, actingUserId: USER }],
  [removeConversation, { conversationId: ID }, { id: ID, actingUserId: undefined }],
  [
    sendMessage,
    { conversationId: ID, text: ' t ', clientMessageId: 'c', replyToMessageId: MESSAGE, userId: USER },
    {
      conversationId: ID,
      text: ' t ',
      clientMessageId: 'c',
      replyToMessageId: MESSAGE,
      actingUserId: USER,
      idempotencyKey: undefined,
    },
  ],
  [
    sendMessage,
    { conversationId: ID, text: 't', clientMessageId: null, replyToMessageId: null },
    {
      conversationId: ID,
      text: 't',
      clientMessageId: null,
      replyToMessageId: null,
      actingUserId: undefined,
      idempotencyKey: undefined,
    },
  ],
  [
    replyToMessage,
    { conversationId: ID, messageId: MESSAGE, text: 't' },
    { conversationId: ID, messageId: MESSAGE, text: 't', clientMessageId: null, actingUserId: undefined },
  ],
  [
    getMessagesSince,
    { conversationId: ID, since: MESSAGE },
    {
      conversationId: ID,
      after: { messageId: MESSAGE },
      before: undefined,
      limit: 50,
      cursor: undefined,
      actingUserId: undefined,
    },
  ],
  [
    getMessagesBefore,
    { conversationId: ID, before: '2026-01-01T00:00:00Z', limit: 100, userId: USER },
    {
      conversationId: ID,
      before: { time: 1_767_225_600_000 },
      after: undefined,
      limit: 100,
      cursor: undefined,
      actingUserId: USER,
    },
  ],
  [
    getConversationParticipants,
    { conversationId: ID },
    { conversationId: ID, limit: 50, cursor: undefined, actingUserId: undefined },
  ],
  [
    markRead,
    { conversationId: ID, messageId: MESSAGE },
    { conversationId: ID, lastReadMessageId: MESSAGE, actingUserId: undefined },
  ],
  [typing, { conversationId: ID, typing: true }, { conversationId: ID, typing: true, actingUserId: undefined }],
])('the data of $action.name become the input of its operation', ({ decode }, data, input) => {
  expect(decode(data)).toEqual(input);
  expect(decode({ ...data, unknown: 1 })).toEqual(input);
});

describe('the data of an action', () => {
  test('may be absent where nothing is required', () => {
    for (const codec of [ping, listConversations, getActiveUsers]) expect(codec.decode(undefined)).toBeDefined();
    expect(() => markRead.decode(undefined)).toThrow(Failure);
  });

  test.each<[AnyCodec, unknown, string[]]>([
    [ping, { userId: 'ann' }, ['userId']],
    [ping, 'now', ['data']],
    [markRead, {}, ['conversationId', 'messageId']],
    [sendMessage, { conversationId: 7, text: ' ', userId: 1 }, ['userId', 'conversationId', 'text']],
    [inviteToConversation, { conversationId: ID, userIds: [USER, 'x'], role: 'owner' }, ['userIds.1', 'role']],
    [inviteToConversation, { conversationId: ID, userIds: [] }, ['userIds']],
    [inviteToConversation, { conversationId: ID, userIds: [USER, USER] }, ['userIds']],
    [getMessagesSince, { conversationId: ID, since: 'yesterday', limit: '5' }, ['since', 'limit']],
    [getMessagesSince, { conversationId: ID, since: MESSAGE, limit: 101 }, ['limit']],
    [getMessagesBefore, { conversationId: ID, before: MESSAGE, limit: 0.5 }, ['limit']],
    [typing, { conversationId: ID, typing: 'yes' }, ['typing']],
    [createConversation, { type: 'group', participantIds: ['x'], userId: 'y' }, ['participantIds.0', 'userId']],
    [listConversations, { cursor: 'c'.repeat(2_001) }, ['cursor']],
  ])('of $action.name are refused with all faults: %j', ({ decode }, data, paths) => {
    let failure: unknown;
    try {
      decode(data);
    } catch (error) {
      failure = error;
    }
    expect(failure).toMatchObject({ code: 'validation_failed' });
    expect((failure as Failure).faults.map(({ path }) => path)).toEqual(paths);
  });

  test('of any kind lead to an input, or to faults', () => {
    const value = fc.oneof(
      fc.constantFrom(ID, USER, MESSAGE, '2026-01-01T00:00:00Z', 'group', 'direct', true, null, 1),
      fc.array(fc.constantFrom(USER, ID, 1, null)),
      fc.anything({ withNullPrototype: true, withBigInt: false }),
    );
    const names = [...new Set(codecs.flatMap(({ action }) => Object.keys(propertiesOf(action.data))))];
    const data = fc.oneof(fc.anything(), fc.dictionary(fc.constantFrom(...names, '__proto__', 'constructor'), value));
    fc.assert(
      fc.property(fc.constantFrom(...codecs), data, ({ decode }, given) => {
        try {
          decode(given);
        } catch (error) {
          expect(error).toBeInstanceOf(Failure);
          expect(error).toMatchObject({ code: 'validation_failed' });
          expect((error as Failure).faults.length).toBeGreaterThan(0);
        }
      }),
      { numRuns: 3_000 },
    );
  });
});

const propertiesOf = (schema: z.ZodMiniType): object => {
  const { properties = {}, allOf = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.assign({}, properties, ...allOf.map((part) => (typeof part === 'object' ? part.properties : {})));
};

test('where operations call a thing otherwise, faults name it as the action does', () => {
  const pathsOf = (codec: AnyCodec, path: string) =>
    ErrorFrame.parse(JSON.parse(errorFrame('1', invalid({ path, message: 'is wrong' }), codec.names))).error.details;
  expect(pathsOf(markRead, 'lastReadMessageId')).toEqual([{ path: 'messageId', message: 'is wrong' }]);
  expect(pathsOf(getMessagesSince, 'after')).toEqual([{ path: 'since', message: 'is wrong' }]);
  expect(pathsOf(getMessagesBefore, 'before')).toEqual([{ path: 'before', message: 'is wrong' }]);
  for (const codec of [sendMessage, replyToMessage]) {
    expect(pathsOf(codec, 'senderUserId')).toEqual([{ path: 'userId', message: 'is wrong' }]);
  }
});

describe('a frame', () => {
  test('of any text is read, or refused', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), (text) => {
        const frame = readFrame(text);
        if (frame.failure) expect(frame.failure).toBeInstanceOf(Failure);
        else expect(frame).toMatchObject({ action: expect.any(String), id: expect.any(String) });
      }),
    );
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`;
    expect(readFrame(`{"action":"a","id":"1","data":${deep}}`)).toMatchObject({ action: 'a', id: '1' });
    expect(readFrame(deep)).toMatchObject({ id: null, failure: { code: 'validation_failed' } });
  });

  test('of ours is never too large', () => {
    const fits = 'x'.repeat(limits.frameBytes - utf8Bytes(ackFrame('1', '')));
    expect(utf8Bytes(ackFrame('1', fits))).toBe(limits.frameBytes);
    expect(() => ackFrame('1', `${fits}x`)).toThrow(/too large/);
    expect(() => ackFrame('1', fits.replace(/x$/, '\u00e9'))).toThrow(/too large/);
  });
});

const now = 1_700_000_000_000;
const members = Array.from({ length: 200 }, () => randomUUID());
const { conversation, participants } = newConversation(
  { organization: 'acme', kind: 'group', name: null, link: null },
  members[0] ?? null,
  members,
  now,
);
const messageOf = (text: string, reactions = 0): Message => {
  const draft = { senderId: USER, text, replyToMessageId: null, clientMessageId: 'c'.repeat(255) };
  const message = nextMessage(conversation, draft, now);
  return {
    ...message,
    reactions: Array.from({ length: reactions }, (_, at) => newReaction(message.id, randomUUID(), '"'.repeat(64), at)),
  };
};
/** The largest there are: each character of the text takes six bytes. */
const huge = messageOf('\u0001'.repeat(limits.text), limits.reactions);

describe('a message', () => {
  test('that would not fit has the oldest of its reactions, and says so', () => {
    const body = liveMessageBody(huge);
    expect(LiveMessage.parse(body)).toEqual(body);
    expect(body.reactionsTruncated).toBe(true);
    expect(body.reactions.map(({ id }) => id)).toEqual(
      huge.reactions.slice(0, body.reactions.length).map(({ id }) => id),
    );
    const frame = eventFrame(messageCreated, { conversationId: ID, seq: 1, at: now, data: { message: body } });
    expect(utf8Bytes(frame)).toBeLessThanOrEqual(limits.frameBytes);
    // Three hundred bytes each, in what the text leaves.
    expect(utf8Bytes(frame)).toBeGreaterThan(limits.frameBytes - 4_000);
  });

  test('that fits is whole', () => {
    const body = liveMessageBody(messageOf('hello', 100));
    expect(body.reactions).toHaveLength(100);
    expect(body).not.toHaveProperty('reactionsTruncated');
  });
});

describe('an ack', () => {
  const sizeOf = (data: unknown): number => utf8Bytes(ackFrame('\u0001'.repeat(128), data));

  test('of messages ends before it is too large, and says that there are more', () => {
    const messages = Array.from({ length: 100 }, () => messageOf('\u20ac'.repeat(limits.text)));
    const ack = getMessagesSince.encode({ messages, next: undefined }) as { messages: object[]; hasMore: boolean };
    expect(ack.messages.length).toBeGreaterThan(5);
    expect(ack.hasMore).toBe(true);
    expect(sizeOf(ack)).toBeLessThanOrEqual(limits.frameBytes);
    expect(getMessagesBefore.encode({ messages: messages.slice(0, 3), next: undefined })).toMatchObject({
      messages: { length: 3 },
      hasMore: false,
    });
    expect(getMessagesBefore.encode({ messages: messages.slice(0, 3), next: 'c' })).toMatchObject({ hasMore: true });
    const one = getMessagesSince.encode({ messages: [huge, huge], next: undefined });
    expect(one).toMatchObject({ messages: [{ reactionsTruncated: true }], hasMore: true });
    expect(sizeOf(one)).toBeLessThanOrEqual(limits.frameBytes);
  });

  test('of a reply has both, the message with as many reactions as the conversation leaves room for', () => {
    const reply = { message: huge, conversation: { ...conversation, participants } };
    const ack = replyToMessage.encode(reply);
    expect(ack).toMatchObject({
      conversation: { participants: { length: 200 } },
      message: { reactionsTruncated: true },
    });
    expect(sizeOf(ack)).toBeLessThanOrEqual(limits.frameBytes);
    expect(sizeOf(sendMessage.encode({ message: huge }))).toBeLessThanOrEqual(limits.frameBytes);
    expect(sizeOf(createConversation.encode({ conversation: reply.conversation, created: true }))).toBeLessThan(60_000);
  });

  test('is held against what its action says', () => {
    const wrong = { ...huge, id: 'none' };
    expect(() => sendMessage.encode({ message: wrong })).toThrow();
    expect(ping.encode(now)).toEqual({ now: '2023-11-14T22:13:20.000Z' });
    expect(AckFrame.parse(JSON.parse(ackFrame('7', ping.encode(now))))).toMatchObject({ id: '7' });
  });
});

test('an event is held against what the contract says of it', () => {
  const frame = eventFrame(typingEvent, { conversationId: ID, at: now, data: { userId: USER, typing: true } });
  expect(EventFrame.parse(JSON.parse(frame))).toEqual({
    type: 'event',
    event: 'typing',
    conversationId: ID,
    at: '2023-11-14T22:13:20.000Z',
    data: { userId: USER, typing: true },
  });
  expect(() => eventFrame(typingEvent, { at: now, data: { userId: 'x', typing: true } })).toThrow();
});

test('what does not fit into one frame is spread over several, in its order', () => {
  expect(inFrames([])).toEqual([]);
  const bodies = Array.from({ length: 100 }, (_, at) => ({ at, text: 'x'.repeat(5_000) }));
  const lists = inFrames(bodies);
  expect(lists.flat()).toEqual(bodies);
  expect(lists).toHaveLength(5);
  for (const list of lists) expect(utf8Bytes(JSON.stringify(list))).toBeLessThan(limits.frameBytes - 1_000);
});
