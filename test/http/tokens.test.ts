import { randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { expect, test } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { conversationIn, useCloud } from '../support/cloud.ts';

const { call, cloud, items } = useCloud();

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const sub = randomUUID();
const fresh = () => Math.floor(Date.now() / 1000) + 600;

/** Tokens that must not be believed, and why. */
const bad: Record<string, () => Promise<string> | string> = {
  'is missing': () => '',
  'is no token': () => 'Bearer nonsense',
  'is of another scheme': async () => `Basic ${await cloud().token({ sub })}`,
  'has expired': async () => `Bearer ${await cloud().token({ sub }, -10)}`,
  'never expires': async () => `Bearer ${await cloud().token({ sub, exp: undefined })}`,
  'is not valid yet': async () => `Bearer ${await cloud().token({ sub, nbf: fresh() })}`,
  'is of another issuer': async () => `Bearer ${await cloud().token({ sub, iss: 'https://evil.example' })}`,
  'is for another audience': async () => `Bearer ${await cloud().token({ sub, aud: 'somebody-else' })}`,
  'is unsigned (alg none)': async () => {
    const [, payload] = (await cloud().token({ sub })).split('.');
    return `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${payload}.`;
  },
  'is signed by a public key as a secret (HS256)': async () => {
    const [header, payload, signature] = (await cloud().token({ sub })).split('.');
    const { kid } = JSON.parse(Buffer.from(header ?? '', 'base64url').toString());
    return `Bearer ${part({ alg: 'HS256', kid })}.${payload}.${signature}`;
  },
  'was changed after it was signed': async () => {
    const [header, , signature] = (await cloud().token({ sub })).split('.');
    const { iss, aud } = { iss: `${cloud().url}/_local`, aud: 'parley-local' };
    return `Bearer ${header}.${part({ iss, aud, sub: randomUUID(), exp: fresh() })}.${signature}`;
  },
  'names no user': async () => `Bearer ${await cloud().token({ sub: 'ann' })}`,
  'has no subject': async () => `Bearer ${await cloud().token({})}`,
  'has an organization that is no name': async () => `Bearer ${await cloud().token({ sub, org_id: 'a#b' })}`,
  'has an empty organization': async () => `Bearer ${await cloud().token({ sub, org_id: '' })}`,
  'has roles that are no words': async () => `Bearer ${await cloud().token({ sub: 'x', roles: { SERVICE: true } })}`,
  'has a role that only looks like one': async () =>
    `Bearer ${await cloud().token({ sub: 'x', roles: ['service', ['SERVICE']] })}`,
  'has an organization of the wrong type': async () => `Bearer ${await cloud().token({ sub, org_id: 7 })}`,
};

test('of two tokens none is believed, however their headers are written, and neither is remembered', async () => {
  const [mine, yours] = [await cloud().token({ sub }), await cloud().token({ sub: randomUUID() })];
  const { hostname, port } = new URL(cloud().url);
  const raw = (...headers: string[]) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port) });
      let answer = '';
      socket.on('data', (chunk) => {
        answer += chunk;
      });
      socket.on('close', () => resolve(answer.split('\r\n')[0] ?? '')).on('error', reject);
      const lines = ['GET /conversations HTTP/1.1', `Host: localhost:${port}`, 'Connection: close', ...headers];
      socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    });
  const pairs = [
    [`Authorization: Bearer ${mine}`, `authorization: Bearer ${yours}`],
    [`authorization: Bearer ${mine}`, `AUTHORIZATION: Bearer ${yours}`],
    [`Authorization: Bearer ${mine}`, `Authorization: Bearer ${yours}`],
    [`Authorization: Bearer ${mine}`, 'authorization: junk'],
  ];
  for (const pair of pairs) expect(await raw(...pair)).toMatch(/ 401 /);
  expect(await raw('authorization: junk')).toMatch(/ 401 /);
  expect(await raw(`authorization: Bearer ${yours}`)).toMatch(/ 200 /);
});

const guarded = routes.filter((route) => !route.public);

test.each(Object.keys(bad))('a token that %s is refused by every route', async (why) => {
  const authorization = (await bad[why]?.()) ?? '';
  const before = await items();
  for (const { method, path } of guarded) {
    const answer = await call(undefined, `${method} ${path.replace(/\{\w+\}/g, randomUUID()) as `/${string}`}`, {
      headers: authorization === '' ? {} : { authorization },
      ...(method === 'GET' ? {} : { body: { type: 'group', participantIds: [sub], text: 'x' } }),
    });
    expect(answer).toMatchObject({
      status: 401,
      body: { error: 'unauthorized', message: 'Unauthenticated.', requestId: expect.any(String) },
    });
  }
  expect(await items()).toBe(before);
});

test('a token without an organization belongs to `default`, and UUIDs are the same in either case', async () => {
  const ann = { sub: randomUUID().toUpperCase(), org_id: randomUUID().toUpperCase() };
  const body = { type: 'group', participantIds: [sub] };
  const created = conversationIn(await call(ann, 'POST /conversations', { body }));
  expect(created.ownerId).toBe(ann.sub.toLowerCase());
  const same = { sub: ann.sub.toLowerCase(), org_id: ann.org_id.toLowerCase() };
  expect((await call(same, `GET /conversations/${created.id}`)).status).toBe(200);
  expect((await call({ sub: ann.sub }, `GET /conversations/${created.id}`)).status).toBe(404);

  const ownerless = conversationIn(await call({ sub: ann.sub }, 'POST /conversations', { body }));
  const inDefault = { sub: ann.sub, org_id: 'default' };
  expect((await call(inDefault, `GET /conversations/${ownerless.id}`)).status).toBe(200);
});

test.each([
  ['roles as an array', { roles: ['SERVICE', 'other'] }],
  ['roles as words', { roles: 'other SERVICE' }],
  ['Cognito groups', { 'cognito:groups': ['SERVICE'] }],
])('a service is known by %s, and may be called anything', async (_, claims) => {
  const headers = {
    authorization: `Bearer ${await cloud().token({ sub: 'billing backend', org_id: 'acme', ...claims })}`,
  };
  const answer = await call(undefined, 'POST /conversations', {
    headers,
    body: { type: 'direct', participantIds: [randomUUID(), randomUUID()] },
  });
  expect(answer.status).toBe(201);
  expect((await call(undefined, 'GET /conversations', { headers })).body).toMatchObject({
    error: 'validation_failed',
    details: [{ path: 'userId' }],
  });
});
