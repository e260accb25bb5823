import { expect, test } from 'vitest';
import { answerFrom } from '../../local/gateway/answer.ts';

test('reads status, headers and body', () => {
  const result = {
    statusCode: 201,
    headers: { 'Content-Type': 'text/plain', 'X-Count': 3 },
    multiValueHeaders: { 'Set-Cookie': ['a=1', 'b=2'] },
    body: 'made',
  };
  expect(answerFrom(result)).toEqual({
    status: 201,
    headers: { 'content-type': ['text/plain'], 'x-count': ['3'], 'set-cookie': ['a=1', 'b=2'] },
    body: 'made',
  });
});

test('an answer without headers is JSON', () => {
  expect(answerFrom({ statusCode: '204' })).toEqual({
    status: 204,
    headers: { 'content-type': ['application/json'] },
    body: '',
  });
});

test("renames headers that are the gateway's own", () => {
  const answer = answerFrom({ statusCode: 200, headers: { 'Content-Length': '999', Connection: 'close' } });
  expect(Object.keys(answer?.headers ?? {})).toEqual([
    'content-type',
    'x-amzn-remapped-content-length',
    'x-amzn-remapped-connection',
  ]);
});

test.each([
  ['nothing', null],
  ['text', 'ok'],
  ['no status', { body: 'ok' }],
  ['an impossible status', { statusCode: 99 }],
  ['a body that is no text', { statusCode: 200, body: {} }],
  ['a header with a line break', { statusCode: 200, headers: { a: 'b\r\nc: d' } }],
  ['a header of no name', { statusCode: 200, headers: { 'a b': 'c' } }],
])('a function that returns %s answers nothing', (_, result) => {
  expect(answerFrom(result)).toBeUndefined();
});
