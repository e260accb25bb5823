import { randomUUID } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { subprotocol, tokenSubprotocol } from '../../core/contract/socket.ts';
import { connectTo, Refused } from '../local/socket-client.ts';
import { holdsToken, someone, useCloud } from '../support/cloud.ts';
import { useSockets } from '../support/live-socket.ts';

const testCloud = useCloud();
const { cloud, rows, logs, call } = testCloud;
const { open, settle } = useSockets(testCloud);

/** What a client sends when it asks for a socket. */
interface Asked {
  readonly protocols?: readonly string[];
  readonly query?: string;
  readonly authorization?: string;
}

const connect = async ({ protocols = [], query = '', authorization }: Asked) => {
  const options = authorization === undefined ? {} : { headers: { authorization } };
  const client = await connectTo(`${cloud().liveUrl}${query}`, [...protocols], options);
  onTestFinished(() => client.socket.terminate());
  return client;
};

const inProtocols = (token: string) => ({ protocols: [subprotocol, tokenSubprotocol + token] });
const inHeader = (token: string) => ({ authorization: `Bearer ${token}` });
const inQuery = (token: string) => ({ query: `?token=${token}` });

test.each<[string, (token: string) => Asked, string]>([
  ['among the subprotocols, of which ours is selected', inProtocols, subprotocol],
  [
    'as the first of the subprotocols',
    (token) => ({ protocols: [`${tokenSubprotocol}${token}`, 'other', subprotocol] }),
    subprotocol,
  ],
  ['in a header', inHeader, ''],
  ['in a header, with ours offered', (token) => ({ ...inHeader(token), protocols: [subprotocol] }), subprotocol],
  ['in the query', inQuery, ''],
])('a token comes %s', async (_, how, selected) => {
  const user = someone(randomUUID());
  const client = await connect(how(await cloud().token({ ...user, name: 'Ann' })));
  expect(client.socket.protocol).toBe(selected);
  const welcome = JSON.parse(await client.next());
  expect(welcome).toMatchObject({ event: 'session.welcome', data: { user: { id: user.sub, name: 'Ann' } } });
  expect(welcome.data).toMatchObject({ activeUsers: [{ id: user.sub }], conversations: [] });
});

type Asking = (token: (claims?: object, expiresIn?: number) => Promise<string>) => Promise<Asked>;

const refused: Readonly<Record<string, Asking>> = {
  'no token': async () => ({}),
  'no token among the subprotocols': async () => ({ protocols: [subprotocol] }),
  'an empty token': async () => ({ query: '?token=' }),
  'what is no token': async () => inQuery('nonsense'),
  'another scheme': async (token) => ({ authorization: `Basic ${await token()}` }),
  'a token as the only subprotocol': async (token) => ({ protocols: [tokenSubprotocol + (await token())] }),
  'the token in two ways': async (token) => {
    const one = await token();
    return { ...inProtocols(one), ...inQuery(one) };
  },
  'the token in all three ways': async (token) => {
    const one = await token();
    return { ...inProtocols(one), ...inHeader(one), ...inQuery(one) };
  },
  'two tokens among the subprotocols': async (token) => ({
    protocols: [subprotocol, tokenSubprotocol + (await token()), tokenSubprotocol + (await token({ n: 2 }))],
  }),
  'two tokens in the query': async (token) => ({ query: `?token=${await token()}&token=${await token({ n: 2 })}` }),
  'a good token beside a bad one': async (token) => ({ ...inHeader(await token()), ...inQuery('nonsense') }),
  'an expired token': async (token) => inProtocols(await token({}, -1)),
  'a token of another issuer': async (token) => inHeader(await token({ iss: 'https://evil.example' })),
  'a token for another audience': async (token) => inQuery(await token({ aud: 'somebody-else' })),
  'a token of nobody': async (token) => inProtocols(await token({ sub: 'ann' })),
  'a token that was changed': async (token) => {
    const [header, , signature] = (await token()).split('.');
    const claims = { iss: `${cloud().url}/_local`, aud: 'parley-local', sub: randomUUID(), exp: 4_102_444_800 };
    return inHeader(`${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${signature}`);
  },
};

test.each(Object.entries(refused))('%s is refused, and nothing written', async (_, asking) => {
  const claims = { sub: randomUUID(), org_id: randomUUID(), name: 'Mallory' };
  const asked = await asking((more = {}, expiresIn) => cloud().token({ ...claims, ...more }, expiresIn));
  const refusal = await connect(asked).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refused);
  expect(refusal).toMatchObject({ status: 401 });
  const written = JSON.stringify(await rows());
  for (const claim of Object.values(claims)) expect(written).not.toContain(claim);
});

test('a service’s socket is answered, hears of nothing, and is nobody’s presence', async () => {
  const organization = randomUUID();
  const ann = await open(someone(organization));
  // Its subject may be the id of a user: it is none all the same.
  const service = await open({ ...someone(organization), roles: ['SERVICE'] });
  const named = await open({ sub: 'backend', org_id: organization, roles: ['SERVICE'] });
  await settle(ann, service, named);
  ann.heard.length = 0;

  const body = { kind: 'global' as const, name: 'News' };
  const { conversation } = await service.request('createConversation', body);
  const userId = ann.caller.sub;
  await service.request('sendMessage', { conversationId: conversation.id, text: 'x', userId });
  await call(ann.caller, `POST /conversations/${conversation.id}/messages`, { body: { text: 'x' } });
  const { users } = await named.request('getActiveUsers', {});
  expect(users.map(({ id }) => id)).toEqual([ann.caller.sub]);
  expect(await service.ask('sendMessage', { conversationId: conversation.id, text: 'x' })).toMatchObject({
    error: { code: 'validation_failed', details: [{ path: 'userId' }] },
  });

  await service.close();
  await named.close();
  const another = await open(someone(organization));
  await settle(ann, another);
  expect([...service.heard, ...named.heard]).toEqual([]);
  const told = ['conversation.created', 'message.created', 'message.created', 'user.connected'];
  expect(ann.heard.map(({ event }) => event).sort()).toEqual(told);
});

test('of tokens nothing is kept or logged, whichever way they came', async () => {
  const kept = (await rows()).map((row) => JSON.stringify(row));
  expect([...logs, ...kept].filter(holdsToken)).toEqual([]);
  // An authorizer fails to refuse, and Lambda logs that.
  const errors = logs.filter((line) => line.includes('"ERROR"'));
  expect(errors).toHaveLength(Object.keys(refused).length);
  for (const error of errors) expect(JSON.parse(error).stack).toMatch(/^Error: Unauthorized\n/);
});
