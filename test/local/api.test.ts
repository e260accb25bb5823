import { expect, test } from 'vitest';
import { readRestApi } from '../../local/rest/api.ts';
import { authorizer, fn, method, permission, preflight, type Resources, restApi, templateOf } from './small-stack.ts';

const read = (resources: Resources) =>
  readRestApi(templateOf({ ...restApi, ...fn('Fn'), ...fn('Guard'), ...resources }));

/** `resources` with one property of one of them changed. */
const changed = (resources: Resources, id: string, properties: Record<string, unknown>): Resources => {
  const resource = resources[id];
  if (resource === undefined) throw new Error(`there is no ${id}, only ${Object.keys(resources)}`);
  return { ...resources, [id]: { ...resource, Properties: { ...resource.Properties, ...properties } } };
};

test('reads methods with their paths, functions and authorizers', () => {
  const api = read({
    ...method('GET /items/{id}', 'Fn', 'Auth'),
    ...method('GET /', 'Fn'),
    ...authorizer('Auth', 'Guard', { AuthorizerResultTtlInSeconds: 60 }),
  });

  expect(api).toMatchObject({ id: 'api', stage: 'v' });
  expect(api.methods).toMatchObject([
    {
      httpMethod: 'GET',
      path: '/items/{id}',
      authorizer: {
        type: 'REQUEST',
        functionArn: expect.stringMatching(/:Guard$/),
        identityHeaders: ['authorization'],
        ttlMs: 60_000,
      },
      integration: { functionArn: expect.stringMatching(/:Fn$/), timeoutMs: 29_000 },
    },
    { httpMethod: 'GET', path: '/', authorizer: undefined },
  ]);
});

test('reads a preflight', () => {
  const api = read(preflight('/items', { 'Access-Control-Allow-Origin': "'*'", 'x-request-id': 'context.requestId' }));
  const integration = api.methods[0]?.integration;
  if (!integration || !('status' in integration)) throw new Error('it is no answer of the gateway');
  expect(integration.status).toBe(204);
  expect(integration.headersOf('r1')).toEqual({ 'Access-Control-Allow-Origin': '*', 'x-request-id': 'r1' });
});

const get = method('GET /items', 'Fn', 'Auth');
const auth = authorizer('Auth', 'Guard');

test.each<[string, Resources, RegExp]>([
  [
    'a method whose function it may not invoke',
    { ...get, ...auth, GETPathitemsPermission: permission('Guard') },
    /GETPathitems.*:Fn/,
  ],
  [
    'a method for which the permission is for another path',
    { ...get, ...auth, GETPathitemsPermission: permission('Fn', '*/GET/other') },
    /GETPathitems.*:Fn/,
  ],
  ['an authorizer that it may not invoke', { ...get, ...auth, AuthPermission: permission('Fn') }, /Auth.*:Guard/],
  ['a method without its authorizer', get, /GETPathitems.*authorizer|Auth/],
  ['any method', changed({ ...get, ...auth }, 'GETPathitems', { HttpMethod: 'ANY' }), /GETPathitems[\s\S]*HttpMethod/],
  ['a greedy parameter', method('GET /{all+}', 'Fn'), /PathXall\+X[\s\S]*PathPart/],
  [
    'a request validator',
    changed({ ...get, ...auth }, 'GETPathitems', { RequestValidatorId: 'v' }),
    /GETPathitems[\s\S]*RequestValidatorId/,
  ],
  [
    'an identity source that is no header',
    { ...get, ...authorizer('Auth', 'Guard', { IdentitySource: 'method.request.querystring.token' }) },
    /Auth.*querystring/,
  ],
  [
    'a mapped header',
    preflight('/items', { Origin: 'method.request.header.Origin' }),
    /OPTIONSPathitems[\s\S]*constants and/,
  ],
  ['binary media types', changed(restApi, 'Api', { BinaryMediaTypes: ['*/*'] }), /Api[\s\S]*BinaryMediaTypes/],
  ['a second API', { Api2: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Two' } } }, /exactly one REST API/],
])('refuses %s, by name', (_, resources, message) => {
  expect(() => read(resources)).toThrow(message);
});

test('refuses a mapping template', () => {
  const options = preflight('/items', {});
  const integration = options['OPTIONSPathitems']?.Properties?.['Integration'];
  const vtl = { ...Object(integration), RequestTemplates: { 'application/json': '#set($x = 1) { statusCode: 200 }' } };
  expect(() => read(changed(options, 'OPTIONSPathitems', { Integration: vtl }))).toThrow(
    /OPTIONSPathitems[\s\S]*fixed status/,
  );
});
