import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { type Front, openFront } from '../../local/front.ts';
import { type HttpRequest, json } from '../../local/http.ts';

let front: Front | undefined;
afterEach(() => front?.close());

const opened = async (): Promise<Front> => {
  front = await openFront(0);
  return front;
};
const portOf = ({ origin }: Front) => Number(new URL(origin).port);

/** What comes back for `bytes` sent as they are, until the other side closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.end(bytes);
  return text(socket);
}

test('asks for patience until there is somebody to answer', async () => {
  const { origin, serve } = await opened();
  const early = await fetch(origin);
  expect([early.status, early.headers.get('retry-after')]).toEqual([503, '1']);
  serve(async () => json(200, 'here'));
  expect(await (await fetch(origin)).json()).toBe('here');
});

test('answers at both loopback addresses, and at no other', async () => {
  const { serve, ...rest } = await opened();
  serve(async ({ sourceIp }) => json(200, sourceIp));
  const port = portOf({ serve, ...rest });
  expect(await (await fetch(`http://127.0.0.1:${port}`)).json()).toBe('127.0.0.1');
  const ipv6 = await fetch(`http://[::1]:${port}`).then(
    (answer) => answer.json(),
    () => 'this machine has no IPv6',
  );
  expect(['::1', 'this machine has no IPv6']).toContain(ipv6);
  await expect(fetch(`http://127.0.0.2:${port}`)).rejects.toThrow();
});

test('says which port is taken', async () => {
  const port = portOf(await opened());
  await expect(openFront(port)).rejects.toThrow(`port ${port}`);
});

test('hands on a request as it came', async () => {
  const { origin, serve } = await opened();
  let seen: HttpRequest | undefined;
  serve(async (request) => {
    seen = request;
    return json(200, null);
  });
  await fetch(`${origin}/a%2Fb/%E4?x=1&y=%20?z`, { method: 'PUT', body: 'é', headers: { 'X-Mixed': 'Case' } });
  expect(seen).toMatchObject({ method: 'PUT', path: '/a%2Fb/%E4', query: 'x=1&y=%20?z', tooLarge: false });
  expect(seen?.body.toString()).toBe('é');
});

test('takes in ten megabytes and no more', async () => {
  const { origin, serve } = await opened();
  serve(async ({ body, tooLarge }) => json(200, { bytes: body.length, tooLarge }));
  const most = 10 * 1024 * 1024;
  const answerTo = async (bytes: number) =>
    (await fetch(origin, { method: 'POST', body: Buffer.alloc(bytes, 'x') })).json();
  expect(await answerTo(most)).toEqual({ bytes: most, tooLarge: false });
  expect(await answerTo(most + 1)).toEqual({ bytes: 0, tooLarge: true });
});

test('answers requests that came without waiting for each other, in their order', async () => {
  const { serve, ...rest } = await opened();
  serve(async ({ path }) => json(200, path));
  const one = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${more}\r\n`;
  const answers = await raw(portOf({ serve, ...rest }), one('/1') + one('/2') + one('/3', 'Connection: close\r\n'));
  expect(answers.match(/"\/\d"/g)).toEqual(['"/1"', '"/2"', '"/3"']);
});

test.each([
  ['a request that ends early', 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf'],
  ['no HTTP at all', 'hello?\r\n\r\n'],
  ['broken percent-encoding', 'GET /%zz%/%e0 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n'],
  ['no host', 'GET / HTTP/1.1\r\nConnection: close\r\n\r\n'],
])('survives %s', async (_, bytes) => {
  const open = await opened();
  open.serve(async ({ path }) => json(200, path));
  await raw(portOf(open), bytes);
  expect((await fetch(open.origin)).status).toBe(200);
});

test('survives a caller that leaves before the answer', async () => {
  const open = await opened();
  const reached = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  open.serve(async ({ path }) => {
    if (path === '/slow') {
      reached.resolve();
      await left.promise;
    }
    return json(200, 'x'.repeat(1_000_000));
  });
  const socket = connect(portOf(open), '127.0.0.1');
  socket.write('GET /slow HTTP/1.1\r\nHost: localhost\r\n\r\n');
  await reached.promise;
  socket.destroy();
  await once(socket, 'close');
  left.resolve();
  expect((await fetch(open.origin)).status).toBe(200);
});

test('a status without a body has none', async () => {
  const { origin, serve } = await opened();
  serve(async () => ({ status: 204, headers: {}, body: '' }));
  const answer = await fetch(origin);
  expect([answer.status, answer.headers.get('content-length')]).toEqual([204, null]);
});
