import { expect, test } from 'vitest';
import { createRouter } from '../../local/rest/routing.ts';

const routes = [
  'GET /',
  'GET /items',
  'POST /items',
  'GET /items/{id}',
  'GET /items/latest',
  'PUT /items/{id}/tags/{tag}',
];
const route = createRouter(
  routes.map((name) => {
    const [httpMethod = '', path = ''] = name.split(' ');
    return { httpMethod, path, resourceId: path, integration: { status: 204, headersOf: () => ({}) } };
  }),
);
const found = (method: string, path: string) => {
  const match = route(method, path);
  return match && [`${match.method.httpMethod} ${match.method.path}`, match.pathParameters];
};

test.each([
  ['GET', '/', 'GET /', {}],
  ['GET', '/items', 'GET /items', {}],
  ['POST', '/items', 'POST /items', {}],
  ['GET', '/items/7', 'GET /items/{id}', { id: '7' }],
  ['GET', '/items/latest', 'GET /items/latest', {}],
  ['PUT', '/items/latest%2Fx/tags/a%20b', 'PUT /items/{id}/tags/{tag}', { id: 'latest%2Fx', tag: 'a%20b' }],
  ['GET', '/items/%zz', 'GET /items/{id}', { id: '%zz' }],
  ['GET', '/items/__proto__', 'GET /items/{id}', { id: '__proto__' }],
])('%s %s', (method, path, expected, parameters) => {
  expect(found(method, path)).toEqual([expected, parameters]);
});

test.each([
  ['an unknown path', 'GET', '/other'],
  ['an unknown method', 'DELETE', '/items'],
  ['a path that ends in a slash', 'GET', '/items/'],
  ['an empty segment', 'PUT', '/items//tags/x'],
  ['a path that goes on', 'GET', '/items/7/tags/x/y'],
  ['a resource without methods', 'GET', '/items/7/tags'],
  ['no path at all', 'GET', '*'],
])('%s leads nowhere', (_, method, path) => {
  expect(found(method, path)).toBeUndefined();
});
