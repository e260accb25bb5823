import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Cloud, type CloudOptions, startCloud } from '../../local/cloud.ts';
import { liveFunctions, liveStack } from './live-stack.ts';
import { restApi, table, writeAssembly } from './small-stack.ts';
import { connectTo, Refused } from './socket-client.ts';
import { watchedLog } from './watched-log.ts';

const dynamodbEndpoint = process.env['DYNAMODB_ENDPOINT'];
const { log, line, lines } = watchedLog();
let assembly = '';
let cloud: Cloud;
beforeAll(async () => {
  assembly = await mkdtemp(join(tmpdir(), 'parley-live-'));
  await writeAssembly(assembly, liveStack, liveFunctions);
  cloud = await startCloud({ assembly, dynamodbEndpoint, limits: { environments: 4 }, log });
});
afterAll(async () => {
  await cloud.close();
  await rm(assembly, { recursive: true });
});

/** Opens a connection to the cloud, closed at the end of the test. */
const open = async (query = '', ...rest: [protocols?: string[], options?: { headers: Record<string, string> }]) => {
  const client = await connectTo(`${cloud.liveUrl}${query}`, ...rest);
  onTestFinished(() => client.socket.terminate());
  return client;
};
const asked = async ({ socket, next }: Awaited<ReturnType<typeof open>>, message: unknown) => {
  socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return next();
};
/** The connection's own account of a message that it sent. */
const told = async (client: Awaited<ReturnType<typeof open>>) => JSON.parse(await asked(client, { action: 'say' }));
const anId = expect.stringMatching(/^[\w-]{15}=$/);

test('a client connects, and its functions are told of it as AWS tells them', async () => {
  const client = await open('?token=good&x=1&x=2&protocol=parley', ['parley', 'other'], {
    headers: { 'User-Agent': 'test' },
  });
  const { requestContext } = await told(client);
  const { connectionId } = requestContext;

  const parts = {
    headers: { 'User-Agent': 'test', 'Sec-WebSocket-Protocol': 'parley,other', 'Sec-WebSocket-Version': '13' },
    multiValueHeaders: { 'User-Agent': ['test'] },
    queryStringParameters: { token: 'good', x: '2', protocol: 'parley' },
    multiValueQueryStringParameters: { token: ['good'], x: ['1', '2'], protocol: ['parley'] },
  };
  const context = {
    routeKey: '$connect',
    eventType: 'CONNECT',
    messageDirection: 'IN',
    stage: 'live',
    apiId: 'live',
    connectionId,
    connectedAt: expect.any(Number),
    requestTimeEpoch: expect.any(Number),
    requestTime: expect.stringMatching(/^\d\d\/\w{3}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    requestId: anId,
    extendedRequestId: anId,
    domainName: new URL(cloud.url).host,
    identity: { sourceIp: expect.stringMatching(/^(127\.0\.0\.1|::1)$/), userAgent: 'test' },
  };
  const authorizer = { principalId: 'ada', admin: 'true', age: '36' };

  const guard = JSON.parse(await line('"guard"', connectionId));
  expect(guard).toEqual({
    guard: {
      type: 'REQUEST',
      methodArn: 'arn:aws:execute-api:us-east-1:000000000000:live/live/$connect',
      stageVariables: {},
      headers: expect.objectContaining(parts.headers),
      multiValueHeaders: expect.objectContaining(parts.multiValueHeaders),
      queryStringParameters: parts.queryStringParameters,
      multiValueQueryStringParameters: parts.multiValueQueryStringParameters,
      requestContext: context,
    },
  });
  const connected = JSON.parse(await line('{"headers"', '"CONNECT"', connectionId));
  expect(connected).toMatchObject({ ...parts, isBase64Encoded: false });
  expect(connected).not.toHaveProperty('body');
  expect(connected.requestContext).toEqual({
    ...context,
    // What AWS adds itself is no text.
    authorizer: { ...authorizer, integrationLatency: expect.any(Number) },
  });
  expect(requestContext).toEqual({
    ...context,
    routeKey: 'say',
    eventType: 'MESSAGE',
    messageId: anId,
    connectedAt: connected.requestContext.connectedAt,
    authorizer,
  });

  client.socket.close(4001, 'enough');
  const gone = JSON.parse(await line('"DISCONNECT"', connectionId));
  expect(gone).toEqual({
    headers: { Host: context.domainName, 'x-api-key': '', 'X-Forwarded-For': '', 'x-restapi': '' },
    multiValueHeaders: { Host: [context.domainName], 'x-api-key': [''], 'X-Forwarded-For': [''], 'x-restapi': [''] },
    requestContext: {
      ...context,
      routeKey: '$disconnect',
      eventType: 'DISCONNECT',
      disconnectStatusCode: 4001,
      disconnectReason: 'enough',
      authorizer,
    },
    isBase64Encoded: false,
  });
});

test('leaves the query out of events where there is none', async () => {
  const { requestContext } = await told(await open());
  const guard = JSON.parse(await line('"guard"', requestContext.connectionId));
  expect(guard.guard).not.toHaveProperty('queryStringParameters');
});

test('the subprotocol is the one that the function chose, or none', async () => {
  expect((await open('?protocol=other', ['parley', 'other'])).socket.protocol).toBe('other');
  expect((await open()).socket.protocol).toBe('');
  // A client that offers some insists on one.
  await expect(open('', ['parley', 'other'])).rejects.toThrow('Server sent no subprotocol');
});

test.each([
  ['whom the authorizer calls unauthorized', '?token=bad', 401, 'Unauthorized'],
  ['whom the policy denies', '?token=denied', 403, 'User is not authorized to access this resource'],
  ['when the authorizer fails', '?token=broken', 500, 'Internal server error'],
  ['when the authorizer makes no sense', '?token=odd', 500, 'Internal server error'],
  ['whom the function refuses', '?status=409', 409, 'Forbidden'],
  ['when the function fails', '?how=throw', 502, 'Internal server error'],
  ['when the function makes no sense', '?how=odd', 502, 'Internal server error'],
  ['at another path', '/more', 403, 'Forbidden'],
])('refuses %s', async (_, query, status, message) => {
  const refusal = await open(query).catch((error: unknown) => error);
  expect(refusal).toBeInstanceOf(Refused);
  expect(refusal).toMatchObject({ status, body: { message, connectionId: anId, requestId: anId } });
});

/** What comes back for the lines of a request. */
async function answerTo(...request: string[]): Promise<string> {
  const socket = connectTcp(Number(new URL(cloud.url).port), '127.0.0.1');
  socket.write(`${request.join('\r\n')}\r\n\r\n`);
  return text(socket);
}

test('refuses an upgrade that WebSocket does not know, and asks nobody', async () => {
  const upgrade = ['Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket'];
  expect(await answerTo('GET /live?who=unknown HTTP/1.1', ...upgrade, 'Sec-WebSocket-Version: 13')).toMatch(
    /^HTTP\/1.1 400 Bad/,
  );
  // Whoever is asked about later is asked about.
  await open('?who=known');
  await line('"guard"', '"known"');
  expect(lines.join()).not.toContain('unknown');
});

test('a request that offers another protocol is answered like any', async () => {
  const upgrade = ['Host: localhost', 'Connection: Upgrade, HTTP2-Settings', 'Upgrade: h2c', 'HTTP2-Settings: x'];
  expect(await answerTo('GET /docs HTTP/1.1', ...upgrade, 'Connection: close')).toMatch(/^HTTP\/1.1 200 OK/);
});

test('a client that goes while it waits for the handshake leaves a $disconnect', async () => {
  const socket = connectTcp(Number(new URL(cloud.url).port), '127.0.0.1');
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
  const request = ['GET /live?leaver HTTP/1.1', 'Host: localhost', 'Connection: Upgrade', 'Upgrade: websocket', key];
  socket.write(`${request.join('\r\n')}\r\nSec-WebSocket-Version: 13\r\n\r\n`);
  const { guard } = JSON.parse(await line('"guard"', 'leaver'));
  socket.resetAndDestroy();
  const { requestContext } = JSON.parse(await line('"DISCONNECT"', guard.requestContext.connectionId));
  expect(requestContext.disconnectStatusCode).toBe(1006);
});

test.each([
  ['no JSON', 'hello'],
  ['no object', '["say"]'],
  ['nothing', ''],
  ['no action', '{"how":"echo"}'],
  ['an action that is no text', '{"action":{"say":1}}'],
  ['an unknown action', '{"action":"shout"}'],
  ["a connection's own route", '{"action":"$disconnect"}'],
])('a message of %s takes the default route', async (_, message) => {
  expect(await asked(await open(), message)).toBe(`default: ${message}`);
});

test('a function is told of a message, and its answer goes back', async () => {
  const message = '{"action":"say", "text":"hällo"}';
  expect(JSON.parse(await asked(await open(), message))).toMatchObject({
    requestContext: { routeKey: 'say', eventType: 'MESSAGE' },
    body: message,
    isBase64Encoded: false,
  });
});

test('an answer goes back whatever its status, and an empty one does not', async () => {
  const client = await open();
  client.socket.send(JSON.stringify({ action: 'say', how: 'nothing' }));
  expect(await asked(client, { action: 'say', how: 'status' })).toBe('as it is');
});

test('without a route response nothing goes back', async () => {
  const client = await open();
  client.socket.send(JSON.stringify({ action: 'mute' }));
  await line('"mute"', '"MESSAGE"');
  expect(await asked(client, 'then')).toBe('default: then');
});

test.each([
  ['fails', 'say', 'throw', 'Internal server error'],
  ['makes no sense', 'say', 'odd', 'Internal server error'],
  ['answers more than a message holds', 'say', 'flood', 'Internal server error'],
  ['takes too long', 'brief', 'hang', 'Endpoint request timed out'],
  ['fails, and would not have answered', 'mute', 'throw', 'Internal server error'],
])('says so when the function %s, and the connection stays', async (_, action, how, message) => {
  const client = await open();
  const { connectionId } = (await told(client)).requestContext;
  const answer = JSON.parse(await asked(client, { action, how }));
  expect(answer).toEqual({ message, connectionId, requestId: anId });
  expect(await asked(client, 'still here')).toBe('default: still here');
});

test('messages of one connection are carried out beside each other', async () => {
  const client = await open();
  client.socket.send(JSON.stringify({ action: 'say', how: 'hang' }));
  expect(await asked(client, 'at once')).toBe('default: at once');
});

const message = (bytes: number) => JSON.stringify({ action: 'x', text: 'x'.repeat(bytes - 24) });
/** Sends a message in frames of these sizes. */
const sendInFrames = ({ socket }: Awaited<ReturnType<typeof open>>, whole: string, frame: number) => {
  for (let at = 0; at < whole.length; at += frame)
    socket.send(whole.slice(at, at + frame), { fin: at + frame >= whole.length });
};

test('takes a frame of 32 KB, and a message of 128 KB in several', async () => {
  const client = await open();
  const [frame, whole] = [message(32 * 1024), message(128 * 1024)];
  expect([frame.length, whole.length]).toEqual([32 * 1024, 128 * 1024]);
  expect(await asked(client, frame)).toBe(`default: ${frame}`);
  // The answer would be too large: its function has been told of all the same.
  sendInFrames(client, whole, 32 * 1024);
  expect(JSON.parse(await client.next())).toMatchObject({ message: 'Internal server error' });
  const less = message(100 * 1024);
  sendInFrames(client, less, 10_000);
  expect(await client.next()).toBe(`default: ${less}`);
});

test.each([
  ['a frame of more than 32 KB', message(32 * 1024 + 1), 1009],
  ['a frame of 129 KB', message(129 * 1024), 1009],
  ['a binary frame', Buffer.from('{}'), 1003],
])('closes the connection at %s, and no function hears of it', async (_, data, code) => {
  const client = await open();
  const { connectionId } = (await told(client)).requestContext;
  client.socket.send(data);
  expect(await client.closed).toMatchObject({ code });
  const { requestContext } = JSON.parse(await line('"DISCONNECT"', connectionId));
  expect(requestContext).toMatchObject({ disconnectStatusCode: code });
  expect(lines.filter((line) => line.includes(connectionId) && line.includes('MESSAGE'))).toHaveLength(1);
});

test('closes the connection at a message of more than 128 KB in frames of less', async () => {
  const client = await open();
  sendInFrames(client, message(128 * 1024 + 1), 32 * 1024);
  expect(await client.closed).toEqual({ code: 1009, reason: 'Message too big' });
});

test.each([
  ['without a code', (client: Awaited<ReturnType<typeof open>>) => client.socket.close(), 1005],
  ['by breaking', (client: Awaited<ReturnType<typeof open>>) => client.socket.terminate(), 1006],
])('a client that closes %s leaves a $disconnect', async (_, close, code) => {
  const client = await open();
  const { connectionId } = (await told(client)).requestContext;
  expect(cloud.connections().get(connectionId)).toMatchObject({ method: 'GET', path: '/live' });
  close(client);
  const { requestContext } = JSON.parse(await line('"DISCONNECT"', connectionId));
  expect(requestContext).toMatchObject({ disconnectStatusCode: code });
  expect(cloud.connections().has(connectionId)).toBe(false);
});

test('one connection that misbehaves ends no other', async () => {
  const client = await open();
  const bad = await open();
  bad.socket.send(Buffer.alloc(1_000_000));
  await bad.closed;
  expect(await asked(client, 'here')).toBe('default: here');
});

/** Another cloud of the same stack. */
async function another(options: CloudOptions) {
  const other = await startCloud({ assembly, dynamodbEndpoint, ...options });
  onTestFinished(() => other.close());
  return other;
}

test('waits for a function no longer than the gateway would', async () => {
  const { liveUrl } = await another({ limits: { integrationMs: 100 } });
  const refusal = await connectTo(`${liveUrl}?how=hang`).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 504, body: { message: 'Endpoint request timed out' } });
});

test.each([
  ['over which nothing goes', { idleMs: 100 }],
  ['that has been open for long', { lifetimeMs: 100 }],
])('a connection %s is closed, and its function told', async (_, limits) => {
  const { log, line } = watchedLog();
  const { liveUrl = '' } = await another({ limits, log });
  const client = await connectTo(liveUrl);
  expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  const { requestContext } = JSON.parse(await line('"DISCONNECT"'));
  expect(requestContext).toMatchObject({ disconnectStatusCode: 1001, disconnectReason: 'Going away' });
});

test('the end of the cloud closes its connections, and their functions are told', async () => {
  const { log, line } = watchedLog();
  const other = await another({ log });
  const client = await connectTo(other.liveUrl ?? '');
  const silent = connectTcp(Number(new URL(other.url).port), '127.0.0.1');
  const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
  silent.write(`GET /live HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}\r\n\r\n`);
  // It will not answer the close frame.
  await once(silent, 'data');
  const cut = once(silent, 'close');
  silent.resume();
  await other.close();
  expect(await client.closed).toEqual({ code: 1001, reason: 'Going away' });
  await cut;
  await line('"DISCONNECT"', '"disconnectStatusCode":1001');
  await expect(connectTo(other.liveUrl ?? '')).rejects.toThrow('ECONNREFUSED');
});

test('a stack without a WebSocket API has none, and answers an upgrade like any request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'parley-rest-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeAssembly(folder, { ...restApi, ...table });
  const other = await another({ assembly: folder });
  expect(other.liveUrl).toBeUndefined();
  expect(other.connections().size).toBe(0);
  const refusal = await connectTo(`${other.url.replace('http', 'ws')}/live`).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ status: 403, body: { message: 'Missing Authentication Token' } });
});
