import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import type { Faults } from '../../local/faults.ts';
import { liveFunctions, liveStack } from './live-stack.ts';
import { writeAssembly } from './small-stack.ts';
import { connectTo } from './socket-client.ts';
import { watchedLog } from './watched-log.ts';

const { log, line, lines } = watchedLog();
const failing = new Map<string, ReturnType<NonNullable<Faults['post']>>>();
let assembly = '';
let cloud: Cloud;
beforeAll(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'parley-connections-'));
  await writeAssembly(assembly, liveStack, liveFunctions);
  cloud = await startCloud({
    assembly,
    dynamodbEndpoint: process.env['DYNAMODB_ENDPOINT'],
    log,
    faults: { post: (connectionId) => failing.get(connectionId) },
  });
  // As the functions find it.
  const client = await connectTo(cloud.liveUrl ?? '');
  client.socket.send(JSON.stringify({ action: 'say', how: 'environment' }));
  const { AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI } = JSON.parse(await client.next());
  client.socket.close();
  vi.stubEnv('AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI', AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await cloud.close();
  await rm(assembly, { recursive: true });
});

/** The SDK's client, signing as the function of that name. */
const as = (name: string) => {
  const credentials = { accessKeyId: name, secretAccessKey: 'x' };
  const client = new ApiGatewayManagementApiClient({ region: 'us-east-1', credentials, maxAttempts: 1 });
  onTestFinished(() => client.destroy());
  return client;
};
const post = (ConnectionId: string, Data: string | Uint8Array = 'hello') =>
  new PostToConnectionCommand({ ConnectionId, Data });
const refused = (name: string, status: number) =>
  expect.objectContaining({ name, $metadata: expect.objectContaining({ httpStatusCode: status }) });
const gone = refused('GoneException', 410);

/** A client of the cloud, and the id of its connection. */
async function connected() {
  const client = await connectTo(cloud.liveUrl ?? '', [], { headers: { 'User-Agent': 'test' } });
  onTestFinished(() => client.socket.terminate());
  client.socket.send(JSON.stringify({ action: 'say' }));
  const { requestContext } = JSON.parse(await client.next());
  return { ...client, id: String(requestContext.connectionId), connectedAt: Number(requestContext.connectedAt) };
}

test('what is posted reaches the client', async () => {
  const { id, next } = await connected();
  await as('Poster').send(post(id, 'hällo'));
  expect(await next()).toBe('hällo');
});

test('a function posts by its role, and that is told of it', async () => {
  const [one, other] = [await connected(), await connected()];
  one.socket.send(JSON.stringify({ action: 'say', how: 'post', to: other.id }));
  expect(await other.next()).toBe('hello');
  expect(await one.next()).toBe('posted 200');
  const may = 'execute-api:ManageConnections arn:aws:execute-api:us-east-1:000000000000:live/live/POST/@connections/*';
  expect(cloud.access().get('Say')).toEqual({ granted: [may], performed: [may] });
  expect(cloud.access().get('Nobody')).toEqual({ granted: [], performed: [] });
});

test('tells of a connection', async () => {
  const { id, connectedAt, next } = await connected();
  const get = () => as('Manager').send(new GetConnectionCommand({ ConnectionId: id }));
  const { ConnectedAt, Identity, LastActiveAt } = await get();
  expect([ConnectedAt, Identity]).toEqual([
    new Date(connectedAt),
    { SourceIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), UserAgent: 'test' },
  ]);
  await as('Manager').send(post(id));
  await next();
  expect((await get()).LastActiveAt?.getTime()).toBeGreaterThanOrEqual(LastActiveAt?.getTime() ?? Number.NaN);
});

test('a connection that is deleted is closed, its function told, and gone', async () => {
  const { id, closed } = await connected();
  await as('Manager').send(new DeleteConnectionCommand({ ConnectionId: id }));
  await expect(as('Manager').send(post(id))).rejects.toEqual(gone);
  expect(await closed).toEqual({ code: 1000, reason: 'Connection Closed Normally' });
  const { requestContext } = JSON.parse(await line('"DISCONNECT"', id));
  expect(requestContext).toMatchObject({
    disconnectStatusCode: 1000,
    disconnectReason: 'Connection Closed Normally',
  });
});

type Call = (client: ApiGatewayManagementApiClient) => Promise<unknown>;
const ConnectionId = 'AAAAAAAAAAAAAAA=';

test.each<[string, Call]>([
  ['post to', (client) => client.send(post(ConnectionId))],
  ['ask of', (client) => client.send(new GetConnectionCommand({ ConnectionId }))],
  ['delete', (client) => client.send(new DeleteConnectionCommand({ ConnectionId }))],
])('nobody can %s a connection that is not open', async (_, call) => {
  await expect(call(as('Manager'))).rejects.toEqual(gone);
});

test('a post before $connect has returned finds nobody', async () => {
  const client = await connectTo(`${cloud.liveUrl}?how=post`);
  onTestFinished(() => client.socket.terminate());
  expect(await line('early post')).toBe('early post 410');
});

test('a message of 128 KB can be posted, and no more', async () => {
  const { id, next } = await connected();
  const most = 'x'.repeat(128 * 1024);
  await as('Poster').send(post(id, most));
  expect(await next()).toBe(most);
  await expect(as('Poster').send(post(id, `${most}x`))).rejects.toEqual(refused('PayloadTooLargeException', 413));
});

test.each([
  ['Nobody', 'AccessDeniedException'],
  ['Stranger', 'UnrecognizedClientException'],
])('%s may not post', async (name, error) => {
  const { id, socket, next } = await connected();
  await expect(as(name).send(post(id))).rejects.toEqual(refused(error, 403));
  socket.send('then');
  expect(await next()).toBe('default: then');
});

test('a role allows one method without the others', async () => {
  const { id } = await connected();
  const resource = `arn:aws:execute-api:us-east-1:000000000000:live/live/DELETE/@connections/${id}`;
  await expect(as('Poster').send(new DeleteConnectionCommand({ ConnectionId: id }))).rejects.toMatchObject({
    name: 'AccessDeniedException',
    message: expect.stringContaining(`execute-api:ManageConnections on resource: ${resource}`),
  });
});

test.each([
  ['/live/@connections'],
  ['/other/@connections/x'],
  ['/live/connections/x'],
  ['/live/@connections/x/y'],
  ['/%zz'],
])('there is nothing at %s', async (path) => {
  const origin = new URL(process.env['AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI'] ?? '').origin;
  const authorization = 'AWS4-HMAC-SHA256 Credential=Manager/20260101/us-east-1/execute-api/aws4_request';
  expect((await fetch(origin + path, { method: 'POST', headers: { authorization } })).status).toBe(403);
});

test.each([
  [410, 'GoneException'],
  [429, 'LimitExceededException'],
  [500, 'InternalServerErrorException'],
] as const)('a post can be made to fail with %i', async (status, name) => {
  const { id, next } = await connected();
  failing.set(id, status);
  await expect(as('Poster').send(post(id))).rejects.toEqual(refused(name, status));
  failing.delete(id);
  await as('Poster').send(post(id, 'again'));
  expect(await next()).toBe('again');
});

test('a post can be made to hang', async () => {
  const { id } = await connected();
  failing.set(id, 'hang');
  const abort = new AbortController();
  const hanging = as('Poster').send(post(id), { abortSignal: abort.signal });
  const { id: another, next } = await connected();
  await as('Poster').send(post(another));
  expect(await next()).toBe('hello');
  abort.abort();
  await expect(hanging).rejects.toMatchObject({ name: 'AbortError' });
});

test('a connection can be lost with posts refused, and no function hears of it', async () => {
  const { id, closed } = await connected();
  cloud.drop(id, 'gone');
  await expect(as('Poster').send(post(id))).rejects.toEqual(gone);
  expect(await closed).toMatchObject({ code: 1006 });
  expect(lines.filter((line) => line.includes(id) && line.includes('"DISCONNECT"'))).toEqual([]);
  expect(() => cloud.drop(id, 'gone')).toThrow(`unable to drop ${id}`);
});

test('a connection can be lost unnoticed: posts to it go nowhere', async () => {
  const { id, closed } = await connected();
  cloud.drop(id, 'unnoticed');
  expect(await closed).toMatchObject({ code: 1006 });
  await as('Poster').send(post(id));
  expect(cloud.connections().has(id)).toBe(true);
});
