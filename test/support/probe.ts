import { randomUUID } from 'node:crypto';
import type { Route } from '../../core/contract/route.ts';
import { routes } from '../../core/contract/routes.ts';
import { type Answer, type Caller, conversationIn, messageIn, someone, type TestCloud } from './cloud.ts';
import { sampleOf } from './sample.ts';

/** Every route that asks for a token. */
export const guarded = routes.filter((route) => !route.public);

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
  /** The group. */
  readonly conversationId: string;
  readonly messageId: string;
  /** Owns the global conversation, in which Ann has written, reacted and bookmarked as in the group. */
  readonly sue: Caller;
  readonly global: Place;
  /** The replies to the group's message: Bob has replied, reacted to that and bookmarked it. */
  readonly replies: Place;
  readonly emoji: string;
  readonly publicKey: string;
  /** What nobody else may be shown. */
  readonly secrets: readonly string[];
}

/** Where the routes about one conversation, or one message, find what they are about. */
type Place = Pick<World, 'conversationId' | 'messageId'>;

/** A key that the world has used, for requests with other contents than those of the probes. */
export const usedKey = 'the same key';

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
  const [name, text, platform] = ['name', 'text', 'platform'].map((what) => `${what} ${randomUUID()}`);
  const link = { type: 'order', id: randomUUID() };
  const [emoji, publicKey] = [`/${randomUUID()}`, randomUUID()];

  const headers = { 'idempotency-key': usedKey };
  const group = { type: 'group', name, link, participantIds: [bob, carol, removed].map(({ sub }) => sub) };
  const { id } = conversationIn(await call(ann, 'POST /conversations', { body: group, headers }));
  const pair = { type: 'direct', participantIds: [bob.sub] };
  const direct = conversationIn(await call(ann, 'POST /conversations', { body: pair }));
  const sent = { body: { text, clientMessageId: usedKey }, headers };
  const message = messageIn(await call(ann, `POST /conversations/${id}/messages`, sent));
  await call(ann, `DELETE /conversations/${id}/participants/${removed.sub}`);
  const news = { kind: 'global', name, link };
  const global = conversationIn(await call(sue, 'POST /conversations', { body: news, headers }));
  const told = messageIn(await call(ann, `POST /conversations/${global.id}/messages`, { body: { text } }));
  const replied = await reply(bob, message, `${text}`);
  for (const [user, id] of [
    [ann, message.id],
    [ann, told.id],
    [bob, replied.message.id],
  ] as const) {
    await call(user, `POST /messages/${id}/reactions`, { body: { emoji } });
    await call(user, `POST /messages/${id}/bookmarks`);
  }
  await call(service, `PUT /platforms/${publicKey}`, { body: { name: platform } });
  // Whoever is seen has a profile.
  for (const user of [bob, carol, removed]) await call(user, 'GET /users');
  const people = [ann, bob, carol, removed, sue].flatMap((user) => [user.name, user.email]);
  const ids = [id, direct.id, message.id, global.id, told.id, replied.conversation.id, replied.message.id];
  const secrets = [...ids, name, text, link.id, emoji, platform, ...people].map(String);
  return {
    ...{ organization, ann, bob, carol, removed, sue, service, emoji, publicKey, secrets },
    conversationId: id,
    messageId: message.id,
    global: { conversationId: global.id, messageId: told.id },
    replies: { conversationId: replied.conversation.id, messageId: replied.message.id },
  };
}

/** The path of a route, filled in with what is in the world. */
function pathOf({ path }: Route, world: World): `/${string}` {
  const values: Record<string, string> = {
    '/conversations/{id}': world.conversationId,
    '/messages/{id}': world.messageId,
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

/**
 * Calls a route with a request that it accepts, about what is in the world.
 * @param actingFor whom the request names as the acting user; nobody without it
 * @param key under which it is sent; one never used, without it
 */
export function drive(
  { call }: TestCloud,
  world: World,
  route: Route,
  caller: Caller,
  { actingFor, key = randomUUID() }: { actingFor?: Caller | undefined; key?: string } = {},
): Promise<Answer> {
  const { query, headers, body } = route.request;
  const known = {
    type: 'group',
    participantIds: [world.bob.sub],
    uuid: world.messageId,
    text: 'probe',
    name: 'probe',
    emoji: '+1',
    clientMessageId: key,
  };
  const acting = actingFor ? { userId: actingFor.sub } : {};
  const search = query && new URLSearchParams(sampleOf(query, acting) as Record<string, string>);
  return call(caller, `${route.method} ${pathOf(route, world)}${search?.size ? (`?${search}` as const) : ''}`, {
    ...(headers ? { headers: sampleOf(headers, { 'idempotency-key': key }) as Record<string, string> } : {}),
    ...(body ? { body: sampleOf(body, known) } : {}),
  });
}
