import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { Profile } from '../../core/contract/native/profile.ts';
import { type Answer, type Caller, someone, useCloud } from '../support/cloud.ts';
import { invalid, isoTime } from '../support/shapes.ts';

const { call, cloud, attempt } = useCloud();

const serviceOf = (org_id: string): Caller => ({ sub: 'backend', org_id, roles: ['SERVICE'] });
const profiles = ({ body }: Answer) => z.array(Profile).parse(body);
const nothing = { name: null, email: null, avatarUrl: null };

describe('a profile', () => {
  test('is what the token tells, then what its user puts, until the token tells something else', async () => {
    const acme = randomUUID();
    const ann = { ...someone(acme), name: 'Ann', email: 'ann@example.com', picture: 'https://example.com/ann.png' };
    const bob = someone(acme);
    const path = `/users/${ann.sub}` as const;
    expect(await call(bob, `GET ${path}`)).toMatchObject({
      status: 404,
      body: { error: 'not_found', message: 'User not found' },
    });

    const seen = await call(ann, `GET ${path}`);
    const { sub: id, name, email, picture: avatarUrl } = ann;
    expect(seen).toMatchObject({ status: 200, body: { id, name, email, avatarUrl, createdAt: isoTime } });
    expect(Object.keys(Profile.parse(seen.body))).toEqual(Object.keys(seen.body ?? {}));
    expect((await call(bob, `GET ${path.toUpperCase().replace('USERS', 'users') as `/${string}`}`)).body).toEqual(
      seen.body,
    );

    const put = await call(ann, `PUT ${path}`, { body: { name: 'Annie', email: null, unknown: 1 } });
    const { createdAt } = Profile.parse(seen.body);
    expect(put).toMatchObject({ status: 200, body: { ...nothing, id, name: 'Annie', createdAt } });
    // Each call has a token of its own.
    expect((await call(ann, `GET ${path}`)).body).toEqual(put.body);
    const married = { ...ann, name: 'Ann Lee' };
    expect((await call(married, `GET ${path}`)).body).toEqual({ id, name: 'Ann Lee', email, avatarUrl, createdAt });
  });

  test('does not change back by an older token of another device', async () => {
    const ann = someone(randomUUID());
    const path = `/users/${ann.sub}` as const;
    const now = Math.floor(Date.now() / 1000);
    const get = async (name: string, iat: number) => {
      const headers = { authorization: `Bearer ${await cloud().token({ ...ann, name, iat })}` };
      return Profile.parse((await call(undefined, `GET ${path}`, { headers })).body).name;
    };
    expect(await get('Old', now - 100)).toBe('Old');
    expect(await get('New', now - 50)).toBe('New');
    expect(await get('Old', now - 99)).toBe('New');
    expect(await get('Old', now - 10)).toBe('Old');
  });

  test('never fails a token, whatever that tells', async () => {
    const odd = [
      { name: 7, email: ['a@b'], picture: { url: 'x' }, iat: undefined },
      { name: ' ', email: '\u0000', picture: 'javascript:alert(1)' },
      { name: 'half \ud83d', email: 'x'.repeat(400), picture: `https://example.com/${'x'.repeat(2_100)}` },
    ];
    for (const claims of odd) {
      const { sub, org_id } = someone(randomUUID());
      const headers = { authorization: `Bearer ${await cloud().token({ sub, org_id, ...claims })}` };
      expect(await call(undefined, `GET /users/${sub}`, { headers })).toMatchObject({
        status: 200,
        body: { ...nothing, id: sub },
      });
    }
    const ann = { ...someone(randomUUID()), name: '\u{1F600}'.repeat(300) };
    expect((await call(ann, `GET /users/${ann.sub}`)).body).toMatchObject({ name: '\u{1F600}'.repeat(255) });
  });

  test('is put by a service too, also of somebody who never signed in; by other users never', async () => {
    const acme = randomUUID();
    const [ann, bob, service] = [someone(acme), someone(acme), serviceOf(acme)];
    const path = `/users/${bob.sub}` as const;
    const bobs = await call(service, `PUT ${path}`, { body: { name: 'Bob' } });
    expect(bobs).toMatchObject({ status: 200, body: { ...nothing, id: bob.sub, name: 'Bob' } });
    expect((await call(bob, `GET ${path}`)).body).toEqual(bobs.body);
    const refused = { status: 403, body: { error: 'forbidden' } };
    const body = { name: 'Robert' };
    expect(await call(ann, `PUT ${path}`, { body })).toMatchObject(refused);
    expect(await call(ann, `PUT ${path}?userId=${bob.sub}`, { body })).toMatchObject(refused);
    expect(await call(service, `PUT ${path}?userId=${ann.sub}`, { body })).toMatchObject(refused);
    expect(await call(ann, `GET ${path}?userId=${bob.sub}`)).toMatchObject(refused);
    expect((await call(ann, `GET ${path}?userId=${ann.sub}`)).body).toEqual(bobs.body);
    expect((await call(service, `PUT ${path}?userId=${bob.sub}`, { body })).body).toMatchObject(body);
  });

  test('is another one in another organization', async () => {
    const [here, there] = [someone(randomUUID()), randomUUID()];
    const elsewhere = { ...here, org_id: there };
    const path = `/users/${here.sub}` as const;
    const mine = await call(here, `PUT ${path}`, { body: { name: 'Here' } });
    expect((await call(serviceOf(there), `GET ${path}`)).status).toBe(404);
    await call(serviceOf(there), `PUT ${path}`, { body: { name: 'There' } });
    expect((await call(elsewhere, `GET ${path}`)).body).toMatchObject({ name: 'There' });
    expect((await call(here, `GET ${path}`)).body).toEqual(mine.body);
    expect(profiles(await call(serviceOf(there), 'GET /users')).map(({ name }) => name)).toEqual(['There']);
  });
});

test('the directory shows the organization’s people by pages; a service reads it, and is not in it', async () => {
  const acme = randomUUID();
  const people = Array.from({ length: 5 }, (_, at) => ({ ...someone(acme), name: `person ${at}` }));
  for (const person of people) await call(person, 'GET /conversations');
  const inOrder = people.toSorted((a, b) => (a.sub < b.sub ? -1 : 1)).map(({ sub }) => sub);
  const found: string[] = [];
  let path: string | undefined = '/users?limit=2';
  while (path) {
    const answer: Answer = await call(serviceOf(acme), `GET ${path as `/${string}`}`);
    expect(answer.status).toBe(200);
    found.push(...profiles(answer).map(({ id }) => id));
    const [, next] = /^<(\/users\?limit=2&cursor=[\w-]+)>; rel="next"$/.exec(answer.headers.get('link') ?? '') ?? [];
    path = next;
  }
  expect(found).toEqual(inOrder);
  const [ann] = people;
  expect((await call(ann, `GET /users?userId=${randomUUID()}`)).status).toBe(403);
});

describe('a platform', () => {
  test('is named by a service of its organization; its key may hold what a path may not', async () => {
    const [acme, other] = [randomUUID(), randomUUID()];
    for (const publicKey of [randomUUID(), 'pk/live ä?#%2F', `${randomUUID()}${'\u{1F600}'.repeat(92)}`]) {
      const path = `/platforms/${encodeURIComponent(publicKey)}` as const;
      const put = await call(serviceOf(acme), `PUT ${path}`, { body: { name: 'Web' } });
      expect(put).toMatchObject({ status: 200, body: { publicKey, name: 'Web', organization: acme } });
      expect((await call(serviceOf(acme), `GET ${path}`)).body).toEqual(put.body);
      expect(await call(serviceOf(other), `GET ${path}`)).toMatchObject({
        status: 404,
        body: { message: 'Platform not found' },
      });
      expect(await call(serviceOf(other), `PUT ${path}`, { body: { name: 'Mine' } })).toMatchObject({
        status: 409,
        body: { error: 'conflict' },
      });
    }
  });

  test('is nothing to a user, nor to a service that acts for one', async () => {
    const ann = someone(randomUUID());
    const [service, superAdmin] = [serviceOf(ann.org_id ?? ''), { ...ann, roles: ['SUPER_ADMIN'] }];
    for (const [caller, query] of [
      [ann, ''],
      [ann, `?userId=${ann.sub}`],
      [superAdmin, ''],
      [service, `?userId=${ann.sub}`],
    ] as const) {
      const body = { name: 'Web' };
      expect((await call(caller, `GET /platforms/key${query}`)).status).toBe(403);
      expect((await call(caller, `PUT /platforms/key${query}`, { body })).status).toBe(403);
    }
  });
});

describe('bad input', () => {
  const acme = randomUUID();
  const ann = someone(acme);
  const service = serviceOf(acme);
  // Whoever is seen has a profile.
  beforeAll(() => call(ann, 'GET /users'));

  test.each<[string, unknown, string[]]>([
    ['nothing', undefined, ['']],
    ['an array', [], ['']],
    ['a name of 256 characters', { name: 'x'.repeat(256) }, ['name']],
    ['a blank name', { name: ' \t' }, ['name']],
    ['a name that is half a character', '{"name":"\\ud83d"}', ['name']],
    ['an email that is a number', { email: 7 }, ['email']],
    ['an email without an @', { email: 'ann' }, ['email']],
    ['an email of 321 characters', { email: `${'x'.repeat(309)}@example.com` }, ['email']],
    ['an avatar that is a script', { avatarUrl: 'javascript:alert(1)' }, ['avatarUrl']],
    ['an avatar that is data', { avatarUrl: 'data:image/png;base64,AAAA' }, ['avatarUrl']],
    ['an avatar that is no URL', { avatarUrl: 'https://' }, ['avatarUrl']],
    ['an avatar of 2,049 characters', { avatarUrl: `https://a.example/${'x'.repeat(2_031)}` }, ['avatarUrl']],
    ['faults everywhere', { name: '', email: '', avatarUrl: '' }, ['name', 'email', 'avatarUrl']],
  ])('a profile of %s is refused', async (_, body, paths) => {
    expect(await attempt(ann, `PUT /users/${ann.sub}`, { body })).toMatchObject(invalid(...paths));
  });

  test('a profile may be as large as the contract allows', async () => {
    const body = {
      name: '\u{1F600}'.repeat(255),
      email: `${'ä'.repeat(308)}@example.com`,
      avatarUrl: `HTTP://a.example/${'ä'.repeat(2_031)}`,
    };
    expect(await call(ann, `PUT /users/${ann.sub}`, { body })).toMatchObject({ status: 200, body });
  });

  test('ids, public keys, limits and cursors are checked', async () => {
    for (const id of ['me', '1', '%00', `${ann.sub}x`, '..%2f']) {
      expect(await attempt(ann, `GET /users/${id}`)).toMatchObject(invalid('userId'));
      expect(await attempt(ann, `PUT /users/${id}`, { body: {} })).toMatchObject(invalid('userId'));
    }
    for (const key of ['%20', '%09key', 'key%20', 'a%00b', 'x'.repeat(129)]) {
      expect(await attempt(service, `GET /platforms/${key}`)).toMatchObject(invalid('publicKey'));
      expect(await attempt(service, `PUT /platforms/${key}`, { body: {} })).toMatchObject(invalid('publicKey', 'name'));
    }
    for (const limit of ['0', '101', 'x']) {
      expect(await attempt(ann, `GET /users?limit=${limit}`)).toMatchObject(invalid('limit'));
    }
    expect(await attempt(ann, 'GET /users?cursor=x')).toMatchObject(invalid('cursor'));
    expect(await attempt(ann, 'GET /users?userId=me')).toMatchObject(invalid('userId'));
  });
});
