import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Dialect, Route } from '../../core/contract/route.ts';
import { routes } from '../../core/contract/routes.ts';
import { Message as V1Message } from '../../core/contract/v1/message.ts';
import { Conversation as V2Conversation } from '../../core/contract/v2/conversation.ts';
import { type Answer, type Caller, conversationIn, messageIn, someone, type TestCloud } from './cloud.ts';
import { sampleOf } from './sample.ts';

/** Every route that asks for a token. */
export const guarded = routes.filter((route) => !route.public);

/** The routes of a dialect that ask for a token. */
export const guardedIn = (dialect: Dialect): readonly Route[] => guarded.filter((route) => route.dialect === dialect);

/** One organization with something of everything that the API keeps, so that every route finds what it is about. */
export interface World {
  readonly organization: string;
  /** Owns the group; wrote its message, reacted to it and bookmarked it. */
  readonly ann: Caller;
  readonly bob: Caller;
  readonly carol: Caller;
  /** Was in the group, and is not. */
  readonly removed: Caller;
  readonly service: Caller;
  /** The group, which is what the routes are about, but for those of v1. */
  readonly conversationId: string;
  readonly messageId: string;
  /** Owns the global conversation, in which Ann has written, reacted and bookmarked as in the group. */
  readonly sue: Caller;
  readonly global: Place;
  /** The replies to the group's message: Bob has replied, reacted to that and bookmarked it. */
  readonly replies: Place;
  /** Ann's with Bob, in which she has sent him a message by the platform; what the routes of v1 are about. */
  readonly direct: Place;
  readonly emoji: string;
  /** Of the organization's platform. */
  readonly publicKey: string;
  /** What nobody else may be shown. */
  readonly secrets: readonly string[];
}

/** Where the routes about one conversation, or one message, find what they are about. */
export type Place = Pick<World, 'conversationId' | 'messageId'>;

/** A key that the world has used in a dialect, for requests with other contents than those of the probes. */
export const usedKey = (dialect: Dialect): string => `the same key in ${dialect}`;

const V1Sent = z.object({ data: V1Message });

/** Makes a platform of a caller's organization known. */
export const registerPlatform = (
  { call }: Pick<TestCloud, 'call'>,
  service: Caller,
  publicKey: string,
  name: unknown,
) => call(service, `PUT /platforms/${publicKey}`, { body: { name } });

/** Makes such an organization. Whatever else the API keeps is to be added here. */
export async function createWorld({ call, reply }: TestCloud): Promise<World> {
  const organization = randomUUID();
  const person = () => ({
    ...someone(organization),
    name: `name ${randomUUID()}`,
    email: `${randomUUID()}@example.com`,
  });
  const [ann, bob, carol, removed] = [person(), person(), person(), person()];
  const sue = { ...person(), roles: ['SUPER_ADMIN'] };
  const service = { sub: 'backend', org_id: organization, roles: ['SERVICE'] };
  const [name, text, platform, note] = ['name', 'text', 'platform', 'note'].map((what) => `${what} ${randomUUID()}`);
  const link = { type: 'order', id: randomUUID() };
  const [emoji, publicKey] = [`/${randomUUID()}`, randomUUID()];

  await registerPlatform({ call }, service, publicKey, platform);

  const headers = { 'idempotency-key': usedKey('native') };
  const group = { type: 'group', name, link, participantIds: [bob, carol, removed].map(({ sub }) => sub) };
  const { id } = conversationIn(await call(ann, 'POST /conversations', { body: group, headers }));
  const sent = { body: { text, clientMessageId: usedKey('native') }, headers };
  const message = messageIn(await call(ann, `POST /conversations/${id}/messages`, sent));
  await call(ann, `DELETE /conversations/${id}/participants/${removed.sub}`);
  const news = { kind: 'global', name, link };
  const global = conversationIn(await call(sue, 'POST /conversations', { body: news, headers }));
  const told = messageIn(await call(ann, `POST /conversations/${global.id}/messages`, { body: { text } }));
  const replied = await reply(bob, message, `${text}`);
  const direct = await createDirect({ call }, { ann, bob, publicKey, entityId: link.id, text, note });
  for (const [user, id] of [
    [ann, message.id],
    [ann, told.id],
    [ann, direct.messageId],
    [bob, replied.message.id],
  ] as const) {
    await call(user, `POST /messages/${id}/reactions`, { body: { emoji } });
    await call(user, `POST /messages/${id}/bookmarks`);
  }
  // Whoever is seen has a profile.
  for (const user of [bob, carol, removed]) await call(user, 'GET /users');
  const people = [ann, bob, carol, removed, sue].flatMap((user) => [user.name, user.email]);
  const places = {
    global: { conversationId: global.id, messageId: told.id },
    replies: { conversationId: replied.conversation.id, messageId: replied.message.id },
    direct,
  };
  const ids = [id, message.id, ...Object.values(places).flatMap((place) => [place.conversationId, place.messageId])];
  const secrets = [...ids, name, text, note, link.id, emoji, platform, ...people].map(String);
  return {
    ...{ organization, ann, bob, carol, removed, sue, service, emoji, publicKey, secrets },
    conversationId: id,
    messageId: message.id,
    ...places,
  };
}

/** A direct conversation by v2, about something, and a message in it by v1, with all that may be sent along. */
async function createDirect(
  { call }: Pick<TestCloud, 'call'>,
  {
    ann,
    bob,
    publicKey,
    entityId,
    text,
    note,
  }: Pick<World, 'ann' | 'bob' | 'publicKey'> & { entityId: string; text: unknown; note: unknown },
): Promise<Place> {
  const pair = { participant_user_ids: [bob.sub], entity_type: 'order', entity_id: entityId };
  const v2 = { 'idempotency-key': usedKey('v2') };
  const made = await call(ann, 'POST /api/v2/conversations', { body: pair, headers: v2 });
  const { id } = V2Conversation.parse(made.body);
  const body = {
    ...{ conversation_uuid: id, receiver_uuid: bob.sub, context_text: text, context_type: 'file' },
    ...{ attachments: [{ note }], metadata: { note }, device: { type: 'web', os: note } },
  };
  const v1 = { 'idempotency-key': usedKey('v1'), 'x-public-key': publicKey };
  const sent = await call(ann, 'POST /api/v1/chat/messages', { body, headers: v1 });
  return { conversationId: id, messageId: V1Sent.parse(sent.body).data.message_id };
}

/** The path of a route, filled in with what is in the world. */
function pathOf({ path }: Route, world: World, { conversationId, messageId }: Place): `/${string}` {
  const values: Record<string, string> = {
    '/conversations/{id}': conversationId,
    '/conversations/{conversation_id}': conversationId,
    '/conversations/{uuid}': conversationId,
    '/messages/{id}': messageId,
    '/messages/{messageId}': messageId,
    '/participants/{userId}': world.carol.sub,
    '/users/{userId}': world.bob.sub,
    '/platforms/{publicKey}': world.publicKey,
    '/{emoji}': encodeURIComponent(world.emoji),
  };
  let filled: string = path;
  for (const [place, value] of Object.entries(values)) {
    filled = filled.replace(place, place.replace(/\{\w+\}/, value));
  }
  if (filled.includes('{')) throw new Error(`the probes do not know how to fill in ${path}; teach them`);
  return filled as `/${string}`;
}

/** What each dialect calls what is in the world, for bodies. */
const known: Readonly<
  Record<Dialect, (world: World, place: Place, author: string, key: string) => Readonly<Record<string, unknown>>>
> = {
  native: ({ bob }, { messageId }, _, key) => ({
    type: 'group',
    participantIds: [bob.sub],
    uuid: messageId,
    text: 'probe',
    name: 'probe',
    emoji: '+1',
    clientMessageId: key,
  }),
  v2: ({ bob }) => ({ participant_user_ids: [bob.sub], subject: 'probe', body: 'probe' }),
  v1: ({ ann, bob, carol }, { conversationId }, author) => ({
    participant_uuid: carol.sub,
    conversation_uuid: conversationId,
    receiver_uuid: author === bob.sub ? ann.sub : bob.sub,
    context_text: 'probe',
    emoji: '+1',
  }),
};

const Texts = z.record(z.string(), z.string());

/** What a request of the probes may have otherwise. */
export interface Driven {
  /** Whom it names as the acting user; nobody without it. */
  readonly actingFor?: Caller | undefined;
  /** Under which key it is sent; one never used, without it. */
  readonly key?: string;
  /** Which platform it is of, in v1; the world's without it. */
  readonly publicKey?: string;
  /** What it is about; without it the group, and in v1 the direct conversation. */
  readonly place?: Place;
}

/** Calls a route with a request that it accepts, about what is in the world. */
export function drive(
  { call }: TestCloud,
  world: World,
  route: Route,
  caller: Caller,
  driven: Driven = {},
): Promise<Answer> {
  const { dialect, method, request } = route;
  const { actingFor, key = randomUUID(), publicKey = world.publicKey } = driven;
  const { place = dialect === 'v1' ? world.direct : world } = driven;
  const acting = actingFor ? { userId: actingFor.sub } : {};
  const search = request.query && new URLSearchParams(Texts.parse(sampleOf(request.query, acting)));
  const author = (actingFor ?? caller).sub;
  return call(caller, `${method} ${pathOf(route, world, place)}${search?.size ? (`?${search}` as const) : ''}`, {
    headers: {
      ...(dialect === 'v1' ? { 'x-public-key': publicKey } : {}),
      ...(request.headers ? Texts.parse(sampleOf(request.headers, { 'idempotency-key': key })) : {}),
    },
    ...(request.body ? { body: sampleOf(request.body, known[dialect](world, place, author, key)) } : {}),
  });
}
