import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { addressOf, listening } from '../../local/listening.ts';
import { openHttp } from '../../replay/http.ts';

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server that answers its requests as `answers` say, one after the other, and remembers them. */
async function serve(...answers: ((response: ServerResponse) => void)[]) {
  const requests: { headers: IncomingMessage['headers']; body: string }[] = [];
  const server = createServer(async (request, response) => {
    requests.push({ headers: request.headers, body: await text(request) });
    answers[requests.length - 1]?.(response);
    response.end();
  });
  await listening(server, 0, '127.0.0.1');
  closers.push(() => server.close());
  return { url: `http://127.0.0.1:${addressOf(server).port}`, requests };
}

const refuse =
  (status: number, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(status, headers);
const answer =
  (body: unknown, headers = {}) =>
  (response: ServerResponse) =>
    response.writeHead(200, headers).write(JSON.stringify(body));

const pauses: number[] = [];
const open = () => {
  pauses.length = 0;
  return openHttp(new AbortController().signal, async (ms) => pauses.push(ms));
};
const Ok = z.object({ ok: z.boolean() });

test('the same request is sent again while the API is busy, after the time that it asks for', async () => {
  const { url, requests } = await serve(refuse(503, { 'retry-after': '2' }), refuse(429), answer({ ok: true }));
  const http = open();
  const request = { purpose: 'try', url, token: 't', idempotencyKey: 'k', body: { clientMessageId: '7' } };
  expect(await http.send(request, Ok)).toEqual({ body: { ok: true }, next: undefined });

  expect(requests).toHaveLength(3);
  for (const { headers, body } of requests) {
    expect(headers).toMatchObject({ authorization: 'Bearer t', 'idempotency-key': 'k' });
    expect(body).toBe('{"clientMessageId":"7"}');
  }
  expect(http.repeats).toBe(2);
  expect(pauses[0]).toBeGreaterThanOrEqual(2_000);
  expect(pauses[1]).toBeLessThan(1_000);
});

test('an API that stays busy is given up', async () => {
  const { url, requests } = await serve(...Array.from({ length: 20 }, () => refuse(503)));
  await expect(open().send({ purpose: 'try', url }, Ok)).rejects.toThrow(`unable to try; ${url}/ answered 503`);
  expect(requests).toHaveLength(8);
});

test('another error is not tried again', async () => {
  const { url, requests } = await serve(refuse(403));
  await expect(open().send({ purpose: 'try', url }, Ok)).rejects.toThrow(`unable to try; ${url}/ answered 403`);
  expect(requests).toHaveLength(1);
});

test('the next page is where the link leads from this one', async () => {
  const { url } = await serve(answer({ ok: true }, { link: '</a/b?cursor=x%2By>; rel="next"' }));
  const { next } = await open().send({ purpose: 'try', url: `${url}/c/d` }, Ok);
  expect(next).toBe(`${url}/a/b?cursor=x%2By`);
});

test.each([
  ['of another shape', answer({ ok: 1 })],
  ['that is no JSON', (response: ServerResponse) => response.write('<html>')],
])('an answer %s is told', async (_, other) => {
  const { url } = await serve(other);
  await expect(open().send({ purpose: 'try', url }, Ok)).rejects.toThrow('unable to try; the answer is not as agreed');
});

test('a server that is not there is told, and how to start it', async () => {
  const { url } = await serve();
  closers.pop()?.();
  await expect(open().send({ purpose: 'try', url }, Ok)).rejects.toThrow(`unable to reach ${url}; run npm start first`);
});
