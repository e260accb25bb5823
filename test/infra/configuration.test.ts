import { App } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../infra/config.ts';
import { gatewayResponseCors } from '../../infra/cors.ts';
import { methods, propertiesOf, synthesize } from './synthesized.ts';

const read = (context: Record<string, unknown>) => readConfig(new App({ context }).node);
const issuer = 'https://id.example.com/';

describe('the context', () => {
  it('may be empty', () => {
    expect(read({})).toEqual({
      corsOrigins: [],
      throttleRate: 1000,
      throttleBurst: 2000,
      liveThrottleRate: 1000,
      liveThrottleBurst: 2000,
      logRetentionDays: 30,
      apiGatewayLogRole: true,
    });
  });

  it('means the same as text, from the command line, and as values, from cdk.json', () => {
    const typed = {
      issuer,
      audience: ['web', 'mobile'],
      claims: { organization: 'https://example.com/org', roles: 'groups' },
      corsOrigins: ['https://a.example.com', 'http://localhost:5173'],
      throttleRate: 50.5,
      throttleBurst: 100,
      liveThrottleRate: 2.5,
      liveThrottleBurst: 10,
      logRetentionDays: 7,
      apiGatewayLogRole: false,
    };
    const text = {
      issuer,
      audience: 'web, mobile',
      claims: 'organization=https://example.com/org,roles=groups',
      corsOrigins: 'https://a.example.com,http://localhost:5173',
      throttleRate: '50.5',
      throttleBurst: '100',
      liveThrottleRate: '2.5',
      liveThrottleBurst: '10',
      logRetentionDays: '7',
      apiGatewayLogRole: 'false',
    };
    expect(read(text)).toEqual(read(typed));
    expect(read(text)).toMatchObject({
      throttleRate: 50.5,
      tokens: { issuer, audience: ['web', 'mobile'], jwksUri: 'https://id.example.com/.well-known/jwks.json' },
    });
  });

  it('may name the place of the keys', () => {
    const jwksUri = 'https://keys.example.com/jwks';
    expect(read({ issuer, audience: 'web', jwksUri }).tokens?.jwksUri).toBe(jwksUri);
  });

  it.each([
    ['an issuer without an audience', { issuer }, 'audience: is required with an issuer'],
    ['an audience without an issuer', { audience: 'web' }, 'audience: goes with an issuer'],
    ['keys without an issuer', { jwksUri: 'https://id.example.com/keys' }, 'jwksUri: goes with an issuer'],
    ['claims without an issuer', { claims: 'roles=groups' }, 'claims: goes with an issuer'],
    ['an empty audience', { issuer, audience: '' }, 'audience: must name at least one'],
    ['an issuer over http', { issuer: 'http://id.example.com', audience: 'web' }, 'issuer: must be an https URL'],
    ['an issuer that is no URL', { issuer: 'example', audience: 'web' }, 'issuer: must be an https URL'],
    [
      'a misspelt claim',
      { issuer, audience: 'web', claims: 'organisation=org' },
      'claims: must name organization, roles, name, email or picture',
    ],
    ['a claim without a name', { issuer, audience: 'web', claims: 'roles' }, 'claims.roles: must name a claim'],
    ['an origin with a path', { corsOrigins: 'https://a.example.com/' }, 'corsOrigins: must be origins'],
    ['every origin and one more', { corsOrigins: '*,https://a.example.com' }, 'corsOrigins: must be origins'],
    ['a rate in words', { throttleRate: 'many' }, 'throttleRate: must be a positive number'],
    ['a negative rate of frames', { liveThrottleRate: '-1' }, 'liveThrottleRate: must be a positive number'],
    ['a burst of no frames', { liveThrottleBurst: '0' }, 'liveThrottleBurst: must be a positive whole number'],
    ['a burst of a half', { throttleBurst: '0.5' }, 'throttleBurst: must be a positive whole number'],
    ['a retention unknown to CloudWatch', { logRetentionDays: '31' }, 'logRetentionDays: must be one of 1, 3, 5'],
    ['a retention for ever', { logRetentionDays: '9999' }, 'logRetentionDays: must be one of 1, 3, 5'],
    ['a topic by its name', { alarmTopicArn: 'alarms' }, "alarmTopicArn: must be an SNS topic's ARN"],
    ['neither true nor false', { apiGatewayLogRole: 'perhaps' }, 'apiGatewayLogRole: must be true or false'],
  ])('is refused for %s', (_, context, message) => {
    expect(() => read(context)).toThrow(message);
  });
});

describe('a configured stack', async () => {
  const origins = ['https://a.example.com', 'https://b.example.com'];
  const alarmTopicArn = 'arn:aws:sns:eu-west-1:123456789012:alarms';
  const template = await synthesize({
    issuer,
    audience: 'web,mobile',
    claims: 'organization=tenant,picture=avatar',
    corsOrigins: origins.join(','),
    throttleRate: '7',
    throttleBurst: '9',
    liveThrottleRate: '3',
    liveThrottleBurst: '4',
    logRetentionDays: '5',
    apiGatewayLogRole: 'false',
    alarmTopicArn,
  });
  const environments = new Map(
    propertiesOf(template, 'AWS::Lambda::Function').map(([id, { Environment }]) => [
      id.replace(/Function\w{8}$/, ''),
      Environment,
    ]),
  );

  it('stays below the 450 resources, preflights included', () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(450);
  });

  it('trusts the given issuer, and has no user pool', () => {
    for (const authorizer of ['RestAuthorizer', 'SocketAuthorizer'])
      expect(environments.get(authorizer)).toEqual({
        Variables: {
          TOKEN_ISSUER: issuer,
          TOKEN_AUDIENCE: 'web,mobile',
          TOKEN_JWKS_URI: 'https://id.example.com/.well-known/jwks.json',
          CLAIM_NAMES: '{"organization":"tenant","picture":"avatar"}',
          TABLE_NAME: { Ref: expect.any(String) },
        },
      });
    expect(JSON.stringify(template)).not.toContain('Cognito');
    expect(Object.keys(template.Outputs)).not.toContain('UserPoolId');
  });

  it('answers the preflight of every path, for the given origins, without a token', () => {
    const served = methods(template);
    const paths = new Set(served.map(({ route }) => route.slice(route.indexOf('/'))));
    const preflights = served.filter(({ route }) => route.startsWith('OPTIONS'));
    expect(preflights.map(({ route }) => route).toSorted()).toEqual(
      [...paths].map((path) => `OPTIONS ${path}`).toSorted(),
    );
    for (const { authorization, integration } of preflights) {
      expect(authorization).toBe('NONE');
      expect(integration).toContain(`'${origins[0]}'`);
      expect(integration).toContain(`\\"${origins[1]}\\"`);
      expect(integration).toContain("'Authorization,Content-Type,Idempotency-Key,X-PUBLIC-KEY'");
      expect(integration).toContain("'x-request-id,link,retry-after,x-messages-truncated'");
      expect(integration).toContain("'7200'");
    }
  });

  it('tells the functions that answer requests of the origins, and no others', () => {
    const served = methods(template).map(({ integration }) => integration);
    for (const [name, environment] of environments) {
      const told = JSON.stringify(environment ?? {}).includes(`"CORS_ORIGINS":"${origins.join(',')}"`);
      expect([name, told]).toEqual([name, served.some((integration) => integration.includes(`"${name}Function`))]);
    }
  });

  it("lets the caller's page read what the gateway refuses", () => {
    const responses = propertiesOf(template, 'AWS::ApiGateway::GatewayResponse');
    expect(responses.length).toBeGreaterThan(0);
    for (const [, response] of responses) {
      expect(response['ResponseParameters']).toMatchObject({
        'gatewayresponse.header.Access-Control-Allow-Origin': 'method.request.header.Origin',
        'gatewayresponse.header.Access-Control-Expose-Headers': "'x-request-id,link,retry-after,x-messages-truncated'",
        'gatewayresponse.header.Vary': "'Origin'",
      });
    }
  });

  it('throttles, keeps logs and calls for help as told', () => {
    const [stage] = propertiesOf(template, 'AWS::ApiGateway::Stage');
    expect(stage?.[1]['MethodSettings']).toMatchObject([{ ThrottlingRateLimit: 7, ThrottlingBurstLimit: 9 }]);
    const [live] = propertiesOf(template, 'AWS::ApiGatewayV2::Stage');
    expect(live?.[1]['DefaultRouteSettings']).toEqual({ ThrottlingRateLimit: 3, ThrottlingBurstLimit: 4 });
    for (const [, group] of propertiesOf(template, 'AWS::Logs::LogGroup')) expect(group['RetentionInDays']).toBe(5);
    const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(0);
    for (const [, alarm] of alarms) expect(alarm['AlarmActions']).toEqual([alarmTopicArn]);
  });

  it('leaves the log role of the account alone', () => {
    expect(propertiesOf(template, 'AWS::ApiGateway::Account')).toEqual([]);
    for (const { Type, DependsOn } of Object.values(template.Resources))
      if (Type === 'AWS::ApiGatewayV2::Stage') expect(DependsOn).toBeUndefined();
  });
});

describe('the CORS headers of gateway responses', () => {
  it.each([
    [[], undefined, undefined],
    [['*'], "'*'", undefined],
    [['https://a.example.com'], "'https://a.example.com'", "'Origin'"],
    [['https://a.example.com', 'https://b.example.com'], 'method.request.header.Origin', "'Origin'"],
  ])('for %j allow %s', (origins, allowed, vary) => {
    const headers = gatewayResponseCors(origins);
    expect(headers['Access-Control-Allow-Origin']).toBe(allowed);
    expect(headers['Vary']).toBe(vary);
  });
});
