import { expect, test } from 'vitest';
import type { RefusalType } from '../../local/gateway/refusal.ts';
import { readGatewayResponses, renderRefusal } from '../../local/rest/gateway-response.ts';
import { request } from './requests.ts';
import { gatewayResponse, type Resources, restApi, templateOf } from './small-stack.ts';

const render = (type: RefusalType, resources: Resources, given = request('GET', '/')) =>
  renderRefusal(type, readGatewayResponses(templateOf({ ...restApi, ...resources })), given, 'id-1');

test('answers as the API has it: status, body and headers', () => {
  const answer = render(
    'UNAUTHORIZED',
    gatewayResponse('UNAUTHORIZED', {
      StatusCode: '419',
      ResponseTemplates: {
        'application/json': `{"id":"$context.requestId","also":"\${context.error.responseType}","m":$context.error.messageString}`,
      },
      ResponseParameters: {
        'gatewayresponse.header.x-request-id': 'context.requestId',
        'gatewayresponse.header.Retry-After': "'1'",
        'gatewayresponse.header.Allowed': 'method.request.header.Origin',
        'gatewayresponse.header.Absent': 'method.request.header.X-None',
      },
    }),
    request('GET', '/', { headers: [['origin', 'https://a.example']] }),
  );

  expect(answer).toEqual({
    status: 419,
    headers: {
      'content-type': 'application/json',
      'x-request-id': 'id-1',
      'Retry-After': '1',
      Allowed: 'https://a.example',
    },
    body: '{"id":"id-1","also":"UNAUTHORIZED","m":"Unauthorized"}',
  });
});

const fallbacks = {
  ...gatewayResponse('DEFAULT_4XX', { ResponseTemplates: { 'application/json': 'four' } }),
  ...gatewayResponse('DEFAULT_5XX', { StatusCode: '500', ResponseTemplates: { 'application/json': 'five' } }),
};

test.each<[RefusalType, number, string]>([
  ['ACCESS_DENIED', 403, 'four'],
  ['DEFAULT_4XX', 403, 'four'],
  ['REQUEST_TOO_LARGE', 413, 'four'],
  ['INTEGRATION_TIMEOUT', 500, 'five'],
  ['DEFAULT_5XX', 500, 'five'],
])('%s falls back on the default of its class', (type, status, body) => {
  expect(render(type, fallbacks)).toMatchObject({ status, body });
});

test.each<[RefusalType, number, string]>([
  ['MISSING_AUTHENTICATION_TOKEN', 403, '{"message":"Missing Authentication Token"}'],
  ['INTEGRATION_TIMEOUT', 504, '{"message":"Endpoint request timed out"}'],
  ['AUTHORIZER_FAILURE', 500, '{"message":null}'],
  ['DEFAULT_5XX', 502, '{"message":"Internal server error"}'],
])("%s has AWS's own answer where the API has none", (type, status, body) => {
  expect(render(type, {})).toMatchObject({ status, body });
});

test.each([
  [
    'a variable',
    { ResponseTemplates: { 'application/json': '$context.identity.sourceIp' } },
    /\$context\.identity\.sourceIp/,
  ],
  ['a directive', { ResponseTemplates: { 'application/json': '#set($x = 1)' } }, /\$x|#set/],
  ['a mapping', { ResponseParameters: { 'gatewayresponse.header.A': 'method.request.path.id' } }, /cannot map/],
  ['a content type', { ResponseTemplates: { 'text/html': '' } }, /text\/html/],
])('refuses %s that it does not know, naming the resource', (_, properties, message) => {
  const read = () => render('UNAUTHORIZED', gatewayResponse('UNAUTHORIZED', properties));
  expect(read).toThrow(message);
  expect(read).toThrow(/ResponseUNAUTHORIZED/);
});
