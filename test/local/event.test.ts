import { expect, test } from 'vitest';
import { readRestApi } from '../../local/rest/api.ts';
import { proxyEvent } from '../../local/rest/event.ts';
import { createRouter } from '../../local/rest/routing.ts';
import { request } from './requests.ts';
import { fn, method, restApi, templateOf } from './small-stack.ts';

const api = readRestApi(
  templateOf({ ...restApi, ...fn('Fn'), ...method('POST /items/{id}', 'Fn'), ...method('POST /items', 'Fn') }),
);
const eventOf = (given: ReturnType<typeof request>) => {
  const match = createRouter(api.methods)(given.method, given.path);
  if (match === undefined) throw new Error('there is no such route');
  return proxyEvent(api, given, match, 'id-1');
};

test('tells a function all of a request', () => {
  const event = eventOf(
    request('POST', '/items/a%2Fb%20c', {
      query: 'tag=a%20b&tag=c+d&empty=&bare&bad=%zz',
      headers: [
        ['Host', 'localhost:3000'],
        ['User-Agent', 'test'],
        ['X-Many', '1'],
        ['X-Many', '2'],
        ['Connection', 'keep-alive'],
        ['Content-Length', '7'],
      ],
      body: Buffer.from('{"é":1}'),
    }),
  );

  expect(event).toMatchObject({
    resource: '/items/{id}',
    path: '/items/a%2Fb%20c',
    httpMethod: 'POST',
    pathParameters: { id: 'a%2Fb%20c' },
    queryStringParameters: { tag: 'c d', empty: '', bare: '', bad: '%zz' },
    multiValueQueryStringParameters: { tag: ['a b', 'c d'], empty: [''], bare: [''], bad: ['%zz'] },
    body: '{"é":1}',
    isBase64Encoded: false,
    stageVariables: null,
    requestContext: {
      apiId: 'api',
      stage: 'v',
      requestId: 'id-1',
      path: '/items/a%2Fb%20c',
      resourcePath: '/items/{id}',
      httpMethod: 'POST',
      domainName: 'localhost:3000',
      identity: { sourceIp: '127.0.0.1', userAgent: 'test' },
      requestTime: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
    },
  });
  expect(event.headers).toEqual({
    Host: 'localhost:3000',
    'User-Agent': 'test',
    'X-Many': '2',
    'X-Forwarded-For': '127.0.0.1',
    'X-Forwarded-Port': '3000',
    'X-Forwarded-Proto': 'http',
  });
  expect(event.multiValueHeaders['X-Many']).toEqual(['1', '2']);
});

test('has null where there is nothing', () => {
  expect(eventOf(request('POST', '/items'))).toMatchObject({
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    body: null,
  });
});
