import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { limits } from '../../core/contract/limits.ts';
import { TaggedConversation } from '../../core/contract/v1/conversation.ts';
import { Message as Message1 } from '../../core/contract/v1/message.ts';
import { PageMeta } from '../../core/contract/v1/values.ts';
import { Conversation as Conversation2 } from '../../core/contract/v2/conversation.ts';
import { Message as Message2 } from '../../core/contract/v2/message.ts';
import * as v1Conversations from '../../core/dialects/v1/list-conversations.ts';
import * as v1Messages from '../../core/dialects/v1/list-messages.ts';
import * as v2Conversation from '../../core/dialects/v2/get-conversation.ts';
import * as v2Conversations from '../../core/dialects/v2/list-conversations.ts';
import * as v2Messages from '../../core/dialects/v2/list-messages.ts';
import { messageBody } from '../../core/dialects/v2/message.ts';
import { messageKey } from '../../core/store/keys.ts';
import {
  bytesCarried,
  createTranscript,
  described,
  describedConversations,
  introduce,
  request,
  sendTo,
  sentFrom,
  transcript,
  transcripts,
  written,
} from '../support/dialects.ts';
import { allMessages, create, send } from '../support/flow.ts';
import { withPast } from '../support/past.ts';
import { serviceOf, userOf } from '../support/people.ts';
import { RecordingPublisher } from '../support/publisher.ts';
import { depsOf, set, useTables } from '../support/table.ts';

const openTable = useTables();

const MOST = 4 * 1024 * 1024;

const Page1 = z.object({ data: z.array(Message1), conversation: TaggedConversation, meta: PageMeta });
const List1 = z.object({ data: z.array(TaggedConversation), meta: PageMeta });

const emoji = '\u{1F600}'.repeat(limits.text);
const quotes = '"'.repeat(limits.text);
const controls = '\u0001'.repeat(limits.text);

/** A direct conversation of two who are known. */
async function world() {
  const deps = { ...depsOf(await openTable()), publisher: new RecordingPublisher() };
  const [ann, bob] = [userOf('acme'), userOf('acme')];
  await introduce(deps, ann, 'ann');
  await introduce(deps, bob, 'bob');
  const { id } = (await createTranscript(deps, ann, [bob.subject])).conversation;
  return { deps, ann, bob, id };
}

/** What v2 answers to who asks for the conversation, and for its messages. */
async function shown({ deps, ann, id }: Awaited<ReturnType<typeof world>>) {
  const whole = v2Conversation.getConversation.encode(await transcript(deps, ann, id), request);
  const alone = v2Messages.listMessages.encode(await written(deps, ann, id), request);
  return {
    whole: Conversation2.parse(whole.body),
    alone: { messages: z.array(Message2).parse(alone.body), headers: alone.headers },
  };
}

test.each([
  ['of four bytes', emoji, 220],
  ['that are quotes', quotes, 300],
  ['that are control characters', controls, 150],
])('of messages of characters %s v2 shows the newest for which there is room', async (_, text, count) => {
  const here = await world();
  await withPast(here.deps, here.id, 'acme', here.ann.subject, count, text);
  await expectNewest(here, count);
});

test('of short messages too v2 shows the newest for which there is room', async () => {
  const here = await world();
  await withPast(here.deps, here.id, 'acme', here.ann.subject, 9_500);
  await expectNewest(here, 9_500);
});

/** Shows that of more messages than there is room for the newest are answered, as many as there is room for. */
async function expectNewest(here: Awaited<ReturnType<typeof world>>, count: number) {
  const all = (await allMessages(here.deps, here.ann, here.id)).map(messageBody);
  expect(all).toHaveLength(count);
  const { whole, alone } = await shown(here);

  expect(whole.messages_truncated).toBe(true);
  expect(bytesCarried(whole)).toBeLessThan(MOST);
  expect(whole.messages).toEqual(all.slice(-whole.messages.length));
  // Less than what stands between each two of them is left.
  const older = all.slice(-whole.messages.length - 1);
  expect(older).toHaveLength(whole.messages.length + 1);
  expect(bytesCarried({ ...whole, messages: older }) + older.length).toBeGreaterThan(MOST);

  expect(alone.headers).toEqual({ 'x-messages-truncated': 'true' });
  expect(bytesCarried(alone.messages)).toBeLessThan(MOST);
  expect(alone.messages).toEqual(all.slice(-alone.messages.length));
  const next = all.slice(-alone.messages.length - 1);
  expect(next).toHaveLength(alone.messages.length + 1);
  expect(bytesCarried(next) + next.length).toBeGreaterThan(MOST);
}

test('a conversation just below the bound is whole, and one message more is too much', async () => {
  const here = await world();
  const { deps, ann, id } = here;
  await withPast(deps, id, 'acme', ann.subject, 206, emoji);
  // Fills what is left, but for some bytes.
  for (;;) {
    const { whole } = await shown(here);
    const room = MOST - bytesCarried(whole) - 1_000;
    if (room < 1) break;
    await send(deps, ann, id, 'x'.repeat(Math.min(limits.text, room)));
  }
  const { whole, alone } = await shown(here);
  const all = (await allMessages(deps, ann, id)).map(messageBody);
  expect(MOST - bytesCarried(whole)).toBeGreaterThan(0);
  expect(MOST - bytesCarried(whole)).toBeLessThan(1_000);
  expect(whole).toMatchObject({ messages: all, messages_truncated: false });
  expect(alone).toEqual({ messages: all, headers: undefined });

  await send(deps, ann, id, 'x'.repeat(2_000));
  const after = await shown(here);
  expect(after.whole.messages_truncated).toBe(true);
  expect(after.whole.messages.at(-1)?.body).toHaveLength(2_000);
  expect(after.alone.headers).toEqual({ 'x-messages-truncated': 'true' });
});

test.each([
  ['four bytes', emoji, 3],
  ['control characters', controls, 2],
])('a v2 list of 100 conversations of long messages of %s shows the newest of each', async (_, text, count) => {
  const { deps, ann } = await world();
  const newest = new Map<string, string>();
  for (let at = 0; at < 100; at += 10) {
    const made = await Promise.all(Array.from({ length: 10 }, () => createTranscript(deps, ann, [randomUUID()])));
    await Promise.all(
      made.map(async ({ conversation: { id } }) => {
        for (let sent = 0; sent < count; sent += 1) newest.set(id, (await send(deps, ann, id, text)).id);
      }),
    );
  }
  const page = await transcripts(deps, ann, { page: { number: 1, size: 100 } });
  const { body } = v2Conversations.listConversations.encode(page, request);
  const listed = z.array(Conversation2).parse(body);
  expect(listed).toHaveLength(100);
  expect(bytesCarried(listed)).toBeLessThan(MOST);
  for (const { id, messages, messages_truncated } of listed) {
    expect(messages.at(-1)?.id).toBe(newest.get(id));
    expect(messages_truncated).toBe(messages.length < count);
  }
  expect(listed.some(({ messages_truncated }) => messages_truncated)).toBe(true);
  // Short ones beside them are as they were.
  const short = (await createTranscript(deps, ann, [randomUUID()])).conversation.id;
  for (let sent = 0; sent < 21; sent += 1) await send(deps, ann, short, `short ${sent}`);
  const again = await transcripts(deps, ann, { page: { number: 1, size: 100 } });
  const [first] = z.array(Conversation2).parse(v2Conversations.listConversations.encode(again, request).body);
  expect(first).toMatchObject({ id: short, messages_truncated: true });
  expect(first?.messages.at(-1)?.body).toBe('short 20');
});

test('a page of v2 holds the longest messages whole', async () => {
  const { deps, ann, id } = await world();
  await withPast(deps, id, 'acme', ann.subject, 100, controls);
  const page = await written(deps, ann, id, { number: 1, size: 100 });
  const { body, headers } = v2Messages.listMessages.encode(page, request);
  const messages = z.array(Message2).parse(body);
  expect(messages.map(({ body }) => body)).toEqual(Array.from({ length: 100 }, () => controls));
  expect(headers).toBeUndefined();
  expect(bytesCarried(messages)).toBeLessThan(MOST);
});

/** A page of messages as v1 shows it, what it weighs, and whether all of each is there. */
async function platformPage({ deps, ann, id }: Awaited<ReturnType<typeof world>>, size = 100) {
  const { body, headers } = v1Messages.listMessages.encode(await described(deps, ann, id, { size }), request);
  return { ...Page1.parse(body), bytes: bytesCarried(body), isTruncated: headers?.['x-messages-truncated'] === 'true' };
}

const texts = Array.from({ length: 100 }, (_, at) => `${at} ${'word '.repeat(20)}`);

/** Has a hundred texts sent, each with what a platform sends along. */
async function sendAll(
  { deps, ann, bob, id }: Awaited<ReturnType<typeof world>>,
  words: readonly string[],
  along: Parameters<typeof sentFrom>[1] = {},
) {
  for (const text of words) await sendTo(deps, ann, id, bob.subject, text, { context: sentFrom('web', along) });
}

test('a v1 page of 100 messages with 1,000 reactions each shows all texts', async () => {
  const here = await world();
  await sendAll(here, texts, { attachments: [{ url: 'https://files.example/1' }] });
  const reactions = Object.fromEntries(
    Array.from({ length: limits.reactions }, (_, at) => [`${randomUUID()}#\u{1F600}`, 1_700_000_000_000 + at]),
  );
  const all = await allMessages(here.deps, here.ann, here.id);
  for (const { id } of all) await set(here.deps.table, messageKey(id), 'reactions', reactions);

  const { data, bytes, isTruncated } = await platformPage(here);
  expect(isTruncated).toBe(true);
  expect(bytes).toBeLessThan(MOST);
  expect(data.map(({ context }) => context.text)).toEqual(texts);
  // What there is room for stays.
  expect(data.every(({ attachments }) => attachments.length === 1)).toBe(true);
  expect((await platformPage(here, 1)).data[0]?.reactions).toHaveLength(limits.reactions);
});

test.each([
  ['attachments', { attachments: ['"'.repeat(limits.attachmentsBytes / 2 - 10)] }],
  ['metadata', { metadata: { note: '\u0001'.repeat(limits.metadataBytes / 6 - 10), more: '"'.repeat(10) } }],
  [
    'both',
    {
      attachments: ['"'.repeat(limits.attachmentsBytes / 2 - 10)],
      metadata: { note: '"'.repeat(limits.metadataBytes / 2 - 10) },
    },
  ],
])('a v1 page of 100 of the longest messages with the largest %s shows all texts', async (_, along) => {
  const here = await world();
  const longest = texts.map((text) => text + '"'.repeat(limits.text - text.length));
  await sendAll(here, longest, along);
  const page = await platformPage(here);
  expect(page.bytes).toBeLessThan(MOST);
  // Each was sent with some metadata.
  expect(page.isTruncated).toBe(page.data.some(({ metadata }) => Object.keys(metadata).length === 0));
  expect(page.data.map(({ context }) => context.text)).toEqual(longest);
  expect(page.meta).toEqual({ current_page: 1, per_page: 100, has_more: false });
  // A page that is small enough has everything.
  const { data, isTruncated } = await platformPage(here, 10);
  expect(isTruncated).toBe(false);
  for (const { attachments, metadata } of data) {
    expect({ attachments, metadata }).toEqual({ attachments: [], metadata: { reference: 7 }, ...along });
  }
});

test('a v1 page of 100 messages of which each part is as large as it may be shows all texts', async () => {
  const here = await world();
  const part = '\u0001'.repeat(limits.device);
  const device = {
    type: 'web',
    os: part,
    osVersion: part,
    appVersion: part,
    model: part,
    browser: part,
    browserVersion: part,
  } as const;
  const longest = texts.map((text) => text + '\u0001'.repeat(limits.text - text.length));
  await sendAll(here, longest, { device, attachments: ['"'.repeat(limits.attachmentsBytes / 2 - 10)] });
  const page = await platformPage(here);
  expect(page.data.map(({ context }) => context.text)).toEqual(longest);
  // What a function may answer.
  expect(page.bytes).toBeLessThan(6 * 1024 * 1024);
});

test('a v1 list shows all of its groups, and everybody in as many of them as 2,000 people are in, the smallest first', async () => {
  const { deps, ann } = await world();
  const others = Array.from({ length: limits.roster - 1 }, () => userOf('acme'));
  for (const other of others) await introduce(deps, other, `Somebody with a name of some length, ${other.subject}`);
  const groups = async (count: number, size: number) => {
    const participantIds = [ann, ...others.slice(0, size - 1)].map(({ subject }) => subject);
    for (let at = 0; at < count; at += 1) await create(deps, serviceOf('acme'), { participantIds });
  };
  await groups(20, limits.roster);
  await groups(2, 150);

  const sizesIn = async (size: number) => {
    const page = await describedConversations(deps, ann, { size });
    const list = List1.parse(v1Conversations.listConversations.encode(page, request).body);
    expect(bytesCarried(list)).toBeLessThan(MOST);
    expect(list.data.every(({ participants }) => participants.some(({ uuid }) => uuid === ann.subject))).toBe(true);
    return {
      sizes: list.data.map(({ participants }) => participants.length).toSorted((a, b) => b - a),
      meta: list.meta,
    };
  };
  // With the direct conversation that there is.
  const all = await sizesIn(100);
  expect(all.meta.has_more).toBe(false);
  expect(all.sizes).toEqual([...Array(8).fill(limits.roster), 150, 150, 2, ...Array(12).fill(1)]);
  // Where they are fewer, everybody is shown.
  const few = await sizesIn(10);
  expect(few.meta.has_more).toBe(true);
  expect(few.sizes).toEqual([...Array(8).fill(limits.roster), 150, 150]);
});
