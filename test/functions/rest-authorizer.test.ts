import { randomUUID } from 'node:crypto';
import { createServer } from 'node:net';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { ConfiguredRetryStrategy } from '@smithy/core/retry';
import type { APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Deps } from '../../core/operations/deps.ts';
import { getProfile } from '../../core/operations/get-profile.ts';
import { profileKey } from '../../core/store/keys.ts';
import { documentClient, type Table } from '../../core/store/table.ts';
import { authenticator } from '../../functions/edge/authenticate.ts';
import { ClaimNames } from '../../functions/edge/identity.ts';
import { profileClaimsFrom } from '../../functions/edge/profile-claims.ts';
import { restAuthorizer } from '../../functions/edge/rest-authorizer.ts';
import { addressOf, listening } from '../../local/listening.ts';
import { eventOf } from '../support/event.ts';
import { issuer } from '../support/issuer.ts';
import { userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

const ann = { ...userOf('acme'), name: 'Ann of the secret name', email: 'ann@secret.example' };

function eventWith(token: string): APIGatewayRequestAuthorizerEvent {
  const event = eventOf('GET', '/users', {});
  return {
    ...event,
    type: 'REQUEST',
    methodArn: 'arn:aws:execute-api:eu-west-1:000000000000:api/stage/GET/users',
    multiValueHeaders: { Authorization: [`Bearer ${token}`] },
    requestContext: { ...event.requestContext, authorizer: undefined },
  };
}

/** Lets an authorizer see a good token of Ann's; answers what it said and logged. */
async function see(deps: Deps, claims: object = {}, environment: object = {}) {
  const trusted = await issuer();
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  onTestFinished(() => spy.mockRestore());
  const authorize = restAuthorizer(authenticator({ ...trusted.environment, ...environment }), deps);
  const { name, email, subject: sub, organization: org_id } = ann;
  const token = await trusted.token({ aud: 'web', sub, org_id, name, email, exp: 4_102_444_800, ...claims });
  return { answer: await authorize(eventWith(token)), logs: lines.map((line) => JSON.parse(line)) };
}

const believed = {
  principalId: ann.subject,
  policyDocument: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'execute-api:Invoke',
        Resource: 'arn:aws:execute-api:eu-west-1:000000000000:api/stage/*',
      },
    ],
  },
  context: { sub: ann.subject, organization: 'acme', service: false, superAdmin: false, exp: 4_102_444_800 },
};

const profileOf = (deps: Deps) => getProfile(deps, ann, { userId: ann.subject, actingUserId: undefined });

test('a token is believed, its user’s profile kept, and nothing of it handed on', async () => {
  const deps = depsOf(await openTable());
  const { answer, logs } = await see(deps);
  expect(answer).toEqual(believed);
  expect(logs).toEqual([]);
  expect(await profileOf(deps)).toMatchObject({ name: ann.name, email: ann.email, avatarUrl: null });
});

test('the claims of a profile go by the names that the deployment gives them', async () => {
  const deps = depsOf(await openTable());
  const CLAIM_NAMES = '{"name":"nickname","email":"mail","picture":"avatar"}';
  await see(deps, { nickname: 'Annie', mail: 'a@b.example', avatar: 'http://b.example/a.png' }, { CLAIM_NAMES });
  expect(await profileOf(deps)).toMatchObject({
    name: 'Annie',
    email: 'a@b.example',
    avatarUrl: 'http://b.example/a.png',
  });
});

/** A server that takes connections and never says a word. */
async function silence(): Promise<string> {
  const server = createServer();
  await listening(server, 0, '127.0.0.1');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${addressOf(server).port}`;
}

test.each<[string, string, () => Promise<Table>]>([
  ['is not there', 'ResourceNotFoundException', async () => ({ ...(await openTable()), name: 'none' })],
  [
    'cannot be reached',
    'Error',
    async () => ({
      ...(await openTable()),
      client: documentClient('http://127.0.0.1:1', { retryStrategy: new ConfiguredRetryStrategy(1, 0) }),
    }),
  ],
  [
    'never answers, nor is asked again',
    'AbortError',
    async () => ({ ...(await openTable()), client: documentClient(await silence(), { requestHandler: {} }) }),
  ],
  [
    'holds what no profile is',
    '$ZodError',
    async () => {
      const table = await openTable();
      const Item = { ...profileKey('acme', ann.subject), entity: 'something else' };
      await table.client.send(new PutCommand({ TableName: table.name, Item }));
      return table;
    },
  ],
])('a good token is good though the table %s', async (_, error, open) => {
  const { answer, logs } = await see(depsOf(await open()));
  expect(answer).toEqual(believed);
  expect(logs).toMatchObject([{ level: 'ERROR', missed: 'profile', error }]);
  expect(JSON.stringify(logs)).not.toContain('secret');
});

const profileClaims = (claims: Record<string, unknown>) => profileClaimsFrom(claims, ClaimNames.parse({}));

test('what a token tells is taken as far as it is of use', () => {
  const empty = { name: null, email: null, avatarUrl: null, issuedAt: 0 };
  const whole = { name: ' Ann \u{1F600}', email: 'ann+x@example.com', picture: 'https://example.com/a?b=c', iat: 1.5 };
  expect(profileClaims(whole)).toEqual({
    name: whole.name,
    email: whole.email,
    avatarUrl: whole.picture,
    issuedAt: 1.5,
  });
  expect(profileClaims({})).toEqual(empty);

  for (const name of [7, true, {}, ['Ann'], null, '', ' \t\u3000', 'half \ud83d', `${' '.repeat(255)}Ann`]) {
    expect([name, profileClaims({ name })]).toEqual([name, empty]);
  }
  expect(profileClaims({ name: 'x'.repeat(300) }).name).toBe('x'.repeat(255));
  expect(profileClaims({ name: '\u{1F600}'.repeat(256) }).name).toBe('\u{1F600}'.repeat(255));
  expect(profileClaims({ name: `${'x'.repeat(255)}\ud83d` }).name).toBe('x'.repeat(255));

  const long = `${'x'.repeat(309)}@example.com`;
  for (const email of [7, {}, '', 'ann', '@example.com', 'a b@c', 'a@b\u0000', 'a@\ud83d', long]) {
    expect([email, profileClaims({ email })]).toEqual([email, empty]);
  }
  expect(profileClaims({ email: long.slice(1) }).email).toHaveLength(320);

  const url = `https://example.com/${'x'.repeat(2_029)}`;
  for (const picture of [7, '', 'me.png', 'javascript:alert(1)', 'data:image/png;base64,', 'https:', 'https:/a', url]) {
    expect([picture, profileClaims({ picture })]).toEqual([picture, empty]);
  }
  for (const picture of [
    ' https://a.example',
    'https://a b.example',
    'java\nscript://a',
    'https://a\u0000',
    '//a.b/c',
  ]) {
    expect([picture, profileClaims({ picture })]).toEqual([picture, empty]);
  }
  expect(profileClaims({ picture: url.slice(0, -1) }).avatarUrl).toHaveLength(2_048);

  for (const iat of ['1', -1, null, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect([iat, profileClaims({ iat })]).toEqual([iat, empty]);
  }
});

test('a service is believed without a profile, whatever it is called', async () => {
  const deps = depsOf(await openTable());
  const { answer } = await see(deps, { roles: ['SERVICE'] });
  expect(answer.context).toMatchObject({ service: true });
  await expect(profileOf(deps)).rejects.toMatchObject({ code: 'not_found' });
  const named = await see(deps, { sub: `backend ${randomUUID()}`, roles: 'SERVICE' });
  expect(named.logs).toEqual([]);
});
