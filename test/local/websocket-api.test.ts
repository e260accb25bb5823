import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, Duration, Stack } from 'aws-cdk-lib';
import { WebSocketApi, type WebSocketRouteOptions, WebSocketStage } from 'aws-cdk-lib/aws-apigatewayv2';
import { WebSocketLambdaAuthorizer } from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import { WebSocketLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import { readTemplate } from '../../local/template.ts';
import { readWebSocketApi } from '../../local/websocket/api.ts';
import { routeKeyOf } from '../../local/websocket/routing.ts';
import {
  fn,
  permission,
  type Resources,
  restApi,
  socketAuthorizer,
  socketRoute,
  templateOf,
  webSocketApi,
} from './small-stack.ts';

const read = (resources: Resources) =>
  readWebSocketApi(templateOf({ ...webSocketApi, ...fn('Fn'), ...fn('Guard'), ...resources }));
const connect = socketRoute('$connect', 'Fn', { authorizer: 'Auth' });
const auth = socketAuthorizer('Auth', 'Guard');
const say = socketRoute('say', 'Fn', { answers: true });

test('reads routes with their functions, authorizer and answers', () => {
  const api = read({ ...connect, ...auth, ...say, ...socketRoute('mute', 'Fn', { timeoutMs: 50 }) });
  expect(api).toMatchObject({ id: 'live', stage: 'live', selector: 'action' });
  const integration = { functionArn: expect.stringMatching(/:Fn$/), timeoutMs: 29_000 };
  expect(Object.fromEntries(api?.routes ?? [])).toEqual({
    $connect: { integration, authorizerArn: expect.stringMatching(/:Guard$/), answers: false },
    say: { integration, authorizerArn: undefined, answers: true },
    mute: { integration: { ...integration, timeoutMs: 50 }, authorizerArn: undefined, answers: false },
  });
});

test('an answer needs a route response and its selection', () => {
  const { RoutesayResponse: _, ...without } = say;
  expect(read(without)?.routes.get('say')?.answers).toBe(false);
  expect(
    read(changed(say, 'Routesay', { RouteResponseSelectionExpression: undefined }))?.routes.get('say')?.answers,
  ).toBe(false);
});

test('there may be none', () => {
  expect(readWebSocketApi(templateOf(restApi))).toBeUndefined();
});

test('plays what CDK makes', async () => {
  const outdir = await mkdtemp(join(tmpdir(), 'parley-cdk-'));
  onTestFinished(() => rm(outdir, { recursive: true }));
  const app = new App({ outdir });
  const stack = new Stack(app, 'Small');
  const lambda = (id: string) =>
    new Lambda(stack, id, { code: Code.fromInline('x'), handler: 'index.handler', runtime: Runtime.NODEJS_24_X });
  const route = (id: string, timeout?: Duration): WebSocketRouteOptions => ({
    integration: new WebSocketLambdaIntegration(`${id}Integration`, lambda(id), timeout && { timeout }),
  });
  const authorizer = new WebSocketLambdaAuthorizer('Auth', lambda('Guard'), { identitySource: [] });
  const webSocketApi = new WebSocketApi(stack, 'Api', {
    connectRouteOptions: { ...route('Connect'), authorizer },
    disconnectRouteOptions: route('Disconnect'),
    defaultRouteOptions: { ...route('Default'), returnResponse: true },
  });
  webSocketApi.addRoute('say', { ...route('Say', Duration.seconds(20)), returnResponse: true });
  const throttle = { rateLimit: 10, burstLimit: 10 };
  new WebSocketStage(stack, 'Stage', { webSocketApi, stageName: 'live', autoDeploy: true, throttle });
  app.synth();

  const api = readWebSocketApi(readTemplate(await readFile(join(outdir, 'Small.template.json'), 'utf8')));
  const routes = [...(api?.routes ?? [])].map(([key, { authorizerArn, answers, integration }]) => [
    key,
    authorizerArn !== undefined,
    answers,
    integration.timeoutMs,
  ]);
  expect([api?.stage, api?.selector]).toEqual(['live', 'action']);
  expect(routes).toEqual([
    ['$connect', true, false, 29_000],
    ['$disconnect', false, false, 29_000],
    ['$default', false, true, 29_000],
    ['say', false, true, 20_000],
  ]);
});

/** `resources` with properties of one of them changed. */
const changed = (resources: Resources, id: string, properties: Record<string, unknown>): Resources => {
  const resource = resources[id];
  if (resource === undefined) throw new Error(`there is no ${id}, only ${Object.keys(resources)}`);
  return { ...resources, [id]: { ...resource, Properties: { ...resource.Properties, ...properties } } };
};

test.each<[string, Resources, RegExp]>([
  [
    'a function that it may not invoke',
    { ...say, RoutesayPermission: permission('Guard', '*say', 'Live') },
    /Routesay.*:Fn/,
  ],
  [
    'a permission for another route',
    { ...say, RoutesayPermission: permission('Fn', '*other', 'Live') },
    /Routesay.*:Fn/,
  ],
  [
    'an authorizer that it may not invoke',
    { ...connect, ...auth, AuthPermission: permission('Fn', '*', 'Live') },
    /Auth.*:Guard/,
  ],
  ['a route without its authorizer', connect, /RouteXconnect.*Auth/],
  ['a route without its integration', { Routesay: say['Routesay'] ?? { Type: '' } }, /Routesay.*Integration/],
  [
    'an authorizer at a message',
    { ...auth, ...socketRoute('say', 'Fn', { authorizer: 'Auth' }) },
    /Routesay.*\$connect/,
  ],
  [
    'an identity source',
    changed(auth, 'Auth', { IdentitySource: ['route.request.header.Auth'] }),
    /Auth[\s\S]*IdentitySource/,
  ],
  [
    'another integration',
    changed(say, 'RoutesayIntegration', { IntegrationType: 'HTTP' }),
    /RoutesayIntegration[\s\S]*IntegrationType/,
  ],
  [
    'a template',
    changed(say, 'RoutesayIntegration', { RequestTemplates: {} }),
    /RoutesayIntegration[\s\S]*RequestTemplates/,
  ],
  [
    'a model of a response',
    changed(say, 'RoutesayResponse', { ResponseModels: {} }),
    /RoutesayResponse[\s\S]*ResponseModels/,
  ],
  ['an API key', changed(say, 'Routesay', { ApiKeyRequired: true }), /Routesay[\s\S]*ApiKeyRequired/],
  [
    'another selection',
    changed(webSocketApi, 'Live', { RouteSelectionExpression: '$request.header.x' }),
    /Live[\s\S]*one field/,
  ],
  ['an HTTP API', changed(webSocketApi, 'Live', { ProtocolType: 'HTTP' }), /Live[\s\S]*ProtocolType/],
  ['stage variables', changed(webSocketApi, 'LiveStage', { StageVariables: {} }), /LiveStage[\s\S]*StageVariables/],
  ['two APIs', { Second: webSocketApi['Live'] ?? { Type: '' } }, /one WebSocket API/],
])('refuses %s, by name', (_, resources, message) => {
  expect(() => read(resources)).toThrow(message);
});

test.each([
  ['{"action":"say"}', 'say'],
  ['{"action":"say","action":"mute"}', 'mute'],
  ['{"action":"$default"}', '$default'],
  ['{"action":"$connect"}', '$default'],
  ['{"action":"toString"}', '$default'],
  ['{"__proto__":{"action":"say"}}', '$default'],
  ['null', '$default'],
  ['', '$default'],
])('the message %s takes the route %s', (body, key) => {
  const routes = { ...connect, ...auth, ...say, ...socketRoute('mute', 'Fn'), ...socketRoute('$default', 'Fn') };
  const api = read(routes);
  if (api === undefined) throw new Error('the stack has no WebSocket API');
  expect(routeKeyOf(api, body)).toBe(key);
});
