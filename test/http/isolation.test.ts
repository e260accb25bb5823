import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Route } from '../../core/contract/route.ts';
import { routes } from '../../core/contract/routes.ts';
import { type Answer, type Caller, conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';
import { sampleOf } from '../support/sample.ts';

const { call, items } = useCloud();

const [acme, other] = [randomUUID(), randomUUID()];
const person = () => ({ ...someone(acme), name: `name ${randomUUID()}`, email: `${randomUUID()}@example.com` });
const [ann, bob] = [person(), person()];
const service = { sub: 'backend', org_id: acme, roles: ['SERVICE'] };
const publicKey = randomUUID();
const secrets: string[] = [];
const ids = { conversation: '', message: '' };
const emoji = `/${randomUUID()}`;
const key = 'the same key';

/** Everything that one organization has; whatever else the API keeps is to be added here. */
beforeAll(async () => {
  const name = `name ${randomUUID()}`;
  const text = `text ${randomUUID()}`;
  const headers = { 'idempotency-key': key };
  const link = { type: 'order', id: randomUUID() };
  const group = { type: 'group', name, link, participantIds: [bob.sub] };
  const conversation = conversationIn(await call(ann, 'POST /conversations', { body: group, headers }));
  const pair = { type: 'direct', participantIds: [bob.sub] };
  const direct = conversationIn(await call(ann, 'POST /conversations', { body: pair }));
  const path = `POST /conversations/${conversation.id}/messages` as const;
  const message = messageIn(await call(ann, path, { body: { text, clientMessageId: key }, headers }));
  Object.assign(ids, { conversation: conversation.id, message: message.id });
  // Whoever is seen has a profile.
  await call(bob, 'GET /users');
  secrets.push(...[ann, bob].flatMap((user) => [user.name, user.email]));
  const platform = `platform ${randomUUID()}`;
  await call(service, `PUT /platforms/${publicKey}`, { body: { name: platform } });
  secrets.push(platform);
  await call(ann, `POST /messages/${message.id}/reactions`, { body: { emoji } });
  await call(ann, `POST /messages/${message.id}/bookmarks`);
  secrets.push(conversation.id, direct.id, message.id, name, text, link.id, emoji);
});

/** The path of a route, filled in with what belongs to the one organization. */
function pathOf({ path }: Route): `/${string}` {
  const values: Record<string, string> = {
    '/conversations/{id}': ids.conversation,
    '/messages/{id}': ids.message,
    '/{userId}': bob.sub,
    '/platforms/{publicKey}': publicKey,
    '/{emoji}': encodeURIComponent(emoji),
  };
  let filled: string = path;
  for (const [place, value] of Object.entries(values)) {
    filled = filled.replace(place, place.replace(/\{\w+\}/, value));
  }
  if (filled.includes('{')) throw new Error(`this test does not know how to fill in ${path}; teach it`);
  return filled as `/${string}`;
}

/** Calls a route with a request that it accepts, about what belongs to the one organization. */
function drive(route: Route, caller: Caller): Promise<Answer> {
  const { query, headers, body } = route.request;
  const isService = caller.roles?.includes('SERVICE') ?? false;
  // Platforms are for a service that acts as itself.
  const acting = isService && !isOfServices(route) ? { userId: ann.sub, senderUserId: ann.sub } : {};
  const known = {
    ...acting,
    participantIds: [bob.sub],
    uuid: ids.message,
    text: 'probe',
    emoji: '+1',
    clientMessageId: key,
  };
  const search = query && new URLSearchParams(sampleOf(query, acting) as Record<string, string>);
  return call(caller, `${route.method} ${pathOf(route)}${search?.size ? (`?${search}` as const) : ''}`, {
    ...(headers ? { headers: sampleOf(headers, { 'idempotency-key': key }) as Record<string, string> } : {}),
    ...(body ? { body: sampleOf(body, known) } : {}),
  });
}

const guarded = routes.filter((route) => !route.public);
const isOfServices = ({ path }: Route): boolean => path.startsWith('/platforms/');

/** Somebody of the one organization to whom a route answers. */
function allowed(route: Route): Caller {
  if (isOfServices(route)) return service;
  return route.operation === 'put-profile' ? bob : ann;
}

/** How a route answers who names something of another organization: it is not there, unless nothing was looked for. */
function refusalOf(route: Route, { roles = [] }: Caller): number {
  if (isOfServices(route) && !roles.includes('SERVICE')) return 403;
  // A key that is taken cannot be had; what of a profile others put is their own organization's.
  return { 'put-platform': 409, 'put-profile': 403 }[route.operation] ?? 404;
}

describe.each([
  ['a user of another organization', someone(other)],
  ['the same user in another organization', someone(other, ann.sub)],
  ['the same user without an organization', { sub: ann.sub }],
  ['a service of another organization', { sub: 'backend', org_id: other, roles: ['SERVICE'] }],
  ['a super admin of another organization', { ...someone(other), roles: ['SUPER_ADMIN'] }],
] satisfies [string, Caller][])('%s', (_, foreigner) => {
  test.each(guarded.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'gets nothing by %s',
    async (_, route) => {
      const view = () =>
        Promise.all(
          guarded
            .filter(({ method }) => method === 'GET')
            .map((read) => drive(read, allowed(read)).then(({ body }) => body)),
        );
      // Being seen makes a profile: of the foreigner, in its own organization.
      await call(foreigner, 'GET /users');
      const before = { view: await view(), items: await items() };
      const answer = await drive(route, foreigner);
      const shown = JSON.stringify([answer.body, [...answer.headers]]);
      for (const secret of secrets) expect(shown).not.toContain(secret);
      // What names something of another organization finds nothing; the rest is the caller's own.
      if (route.path.includes('{')) expect(answer.status).toBe(refusalOf(route, foreigner));
      else expect(answer.status).toBeLessThan(300);
      if (answer.status >= 400) expect(await items()).toBe(before.items);
      expect(await view()).toEqual(before.view);
    },
  );
});

test('the probes are good requests: whom it belongs to gets an answer from every route', async () => {
  // Removals come last, and in reverse: the whole after its parts.
  const [removals, others] = [true, false].map((is) => guarded.filter(({ method }) => (method === 'DELETE') === is));
  for (const route of [...(others ?? []), ...(removals ?? []).reverse()]) {
    const { status, body } = await drive(route, allowed(route));
    // Where the probe repeats a key with other words it is refused for that alone.
    if (status === 409) expect(body).toMatchObject({ message: expect.stringContaining('key') });
    else expect(status, `${route.method} ${route.path}: ${JSON.stringify(body)}`).toBeLessThan(300);
  }
});
