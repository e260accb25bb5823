import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ErrorBody } from '../../core/contract/native/error.ts';
import { routeKey } from '../../core/contract/route.ts';
import { routes } from '../../core/contract/routes.ts';
import { actions } from '../../core/contract/socket.ts';
import { buildApp } from '../../infra/app.ts';
import { connectionAccess } from '../../infra/connection-access.ts';
import type { TableAccess } from '../../infra/conversations-table.ts';
import { authorizerAccess, httpAccess, scheduleAccess, socketAccess, streamAccess } from '../../infra/table-access.ts';
import { readFilter } from '../../local/streams/filter.ts';
import { inScratch } from './scratch.ts';
import { liveRoutes, methods, permissions, propertiesOf, synthesize, target } from './synthesized.ts';

const template = await synthesize();
const functions = propertiesOf(template, 'AWS::Lambda::Function');
const operations = [...new Set(routes.map((route) => route.operation))];

/** `send-message` as the template has it: `SendMessage`. */
const pascalCase = (operation: string): string =>
  operation
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

const consumers = Object.keys(streamAccess).map(pascalCase);

/** Every function: its name in the stack, its place below `functions/`, and what it does to the table. */
const all: readonly (readonly [string, string, TableAccess])[] = [
  ['RestAuthorizer', 'authorizers/rest', authorizerAccess],
  ['SocketAuthorizer', 'authorizers/socket', authorizerAccess],
  ...operations.map((name) => [pascalCase(name), `http/${name}`, httpAccess[name] ?? {}] as const),
  ...Object.entries(socketAccess).map(
    ([name, access]) => [`Socket${pascalCase(name)}`, `socket/${name}`, access] as const,
  ),
  ...Object.entries(streamAccess).map(([name, access]) => [pascalCase(name), `stream/${name}`, access] as const),
  ...Object.entries(scheduleAccess).map(([name, access]) => [pascalCase(name), `schedule/${name}`, access] as const),
];

/** The name of the function of that logical id. */
const nameOf = (logicalId: string): string => logicalId.replace(/Function[0-9A-F]{8}$/, '');

/** The one resource of a type. */
const only = (type: string): [string, Record<string, unknown>] => {
  const [first, ...others] = propertiesOf(template, type);
  if (!first || others.length > 0) throw new Error(`${others.length + (first ? 1 : 0)} resources of type ${type}`);
  return first;
};

/** The function whose logical id begins with `name`. */
const functionNamed = (name: string): Record<string, unknown> => {
  const found = functions.find(([id]) => id.startsWith(`${name}Function`));
  if (!found) throw new Error(`no function ${name}`);
  return found[1];
};

const roleOf = (fn: Record<string, unknown>): Record<string, unknown> =>
  template.Resources[target(fn['Role'])]?.Properties ?? {};

describe('the stack', () => {
  it('stays well below the 500 resources that CloudFormation allows', () => {
    expect(Object.keys(template.Resources).length).toBeLessThan(450);
  });

  it('is the same template whenever it is synthesized', async () => {
    expect(JSON.stringify(await synthesize())).toBe(JSON.stringify(template));
  });

  it('tells a client what it needs', () => {
    expect(Object.keys(template.Outputs).toSorted()).toEqual([
      'FailedRecordsBucket',
      'LiveUrl',
      'RestUrl',
      'TableName',
      'TokenIssuer',
      'UserPoolClientId',
      'UserPoolId',
    ]);
  });

  it('keeps no log for ever', () => {
    const groups = propertiesOf(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functions.length + 2);
    for (const [, group] of groups) expect(group['RetentionInDays']).toBe(30);
  });
});

describe('the functions', () => {
  it('are one for each route, action and authorizer, and for what the stream and the clock set going', () => {
    expect(functions.map(([id]) => nameOf(id)).toSorted()).toEqual(all.map(([name]) => name).toSorted());
  });

  it('must all be there', () =>
    inScratch(async (empty) => {
      const built = buildApp({ outdir: join(empty, 'out'), functions: empty });
      await expect(built).rejects.toThrow('there is no functions/authorizers/rest.ts');
    }));

  it.each(functions)('%s runs Node 24 on arm64 and logs JSON', (id, fn) => {
    expect(fn).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 1024,
      // What tells thousands of sockets, or erases, takes its time.
      Timeout: id.startsWith('ConversationChanges') ? 60 : 20,
      LoggingConfig: { LogFormat: 'JSON' },
    });
  });

  it('have each a role and a log group that no other has', () => {
    const roles = functions.map(([, fn]) => target(fn['Role']));
    const logs = functions.map(([, fn]) =>
      target(z.object({ LogGroup: z.unknown() }).parse(fn['LoggingConfig']).LogGroup),
    );
    expect(new Set(roles).size).toBe(functions.length);
    expect(new Set(logs).size).toBe(functions.length);
    for (const role of roles) expect(template.Resources[role]?.Type).toBe('AWS::IAM::Role');
    for (const log of logs) expect(template.Resources[log]?.Type).toBe('AWS::Logs::LogGroup');
  });

  it.each([
    ['the name of the table', 'TABLE_NAME', /"dynamodb:(?!DescribeStream|Get(Records|Shard)|ListStreams)/],
    ['where connections are', 'CONNECTIONS_URL', /"execute-api:ManageConnections"/],
  ])('learn %s where they may do something there, and nowhere else', (_, variable, permission) => {
    const knowing = functions.filter(([, fn]) => JSON.stringify(fn['Environment'] ?? '').includes(`"${variable}"`));
    const using = functions.filter(([, fn]) => permission.test(JSON.stringify(roleOf(fn))));
    expect(knowing.map(([id]) => id)).toEqual(using.map(([id]) => id));
    expect(knowing.length).toBeGreaterThan(0);
  });

  it('find connections at the stage of the live API', () => {
    const { CONNECTIONS_URL } = z
      .object({ Variables: z.object({ CONNECTIONS_URL: z.unknown() }) })
      .parse(functionNamed('SweepSockets')['Environment']).Variables;
    const live = { Ref: only('AWS::ApiGatewayV2::Api')[0] };
    const [region, suffix] = [{ Ref: 'AWS::Region' }, { Ref: 'AWS::URLSuffix' }];
    expect(CONNECTIONS_URL).toEqual({
      'Fn::Join': ['', ['https://', live, '.execute-api.', region, '.', suffix, '/live']],
    });
    expect(template.Outputs['LiveUrl']?.Value).toEqual({
      'Fn::Join': ['', ['wss://', live, '.execute-api.', region, '.', suffix, '/live']],
    });
  });
});

describe('the permissions', () => {
  const table = only('AWS::DynamoDB::Table')[0];
  const tableArn = { 'Fn::GetAtt': [table, 'Arn'] };
  const indexArn = { 'Fn::Join': ['', [tableArn, '/index/gsi1']] };
  const streamArn = { 'Fn::GetAtt': [table, 'StreamArn'] };
  const logOf = (fn: Record<string, unknown>) => {
    const log = z.object({ LogGroup: z.unknown() }).parse(fn['LoggingConfig']).LogGroup;
    return { 'Fn::GetAtt': [target(log), 'Arn'] };
  };
  /** The permission for these actions on these resources; none where either is empty. */
  const on = (resources: readonly unknown[], service: string, actions: readonly string[]) =>
    actions.length === 0 || resources.length === 0
      ? []
      : [
          {
            actions: actions.map((action) => `${service}:${action}`).toSorted(),
            resources: resources.map((resource) => JSON.stringify(resource)),
          },
        ];
  const connectionsArn = (method: string) => ({
    'Fn::Join': [
      '',
      [
        ...['arn:', { Ref: 'AWS::Partition' }, ':execute-api:', { Ref: 'AWS::Region' }, ':', { Ref: 'AWS::AccountId' }],
        ...[':', { Ref: only('AWS::ApiGatewayV2::Api')[0] }, `/live/${method}/@connections/*`],
      ],
    ],
  });

  it('are never wildcards, but for the names that Lambda gives to objects, and API Gateway to connections', () => {
    const all = propertiesOf(template, 'AWS::IAM::Role').flatMap(([, role]) => permissions(role));
    expect(all.length).toBeGreaterThan(functions.length);
    for (const { actions, resources } of all) {
      for (const action of actions) expect(action).toMatch(/^[a-z0-9-]+:[A-Za-z]+$/);
      for (const resource of resources) {
        const named = resource.replace(/\/(aws\/lambda|live\/(POST|DELETE)\/@connections)\/\*"/, '"');
        expect(named).not.toContain('*');
      }
    }
  });

  it('stand in the roles alone', () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types).not.toContain('AWS::IAM::Policy');
    expect(types).not.toContain('AWS::IAM::ManagedPolicy');
  });

  it('are what the functions do, for every operation and action of the manifests and no other', () => {
    expect(Object.keys(httpAccess).toSorted()).toEqual(operations.toSorted());
    expect(Object.keys(socketAccess).toSorted()).toEqual(
      ['connect', 'disconnect', 'default', ...actions.map(({ operation }) => operation)].toSorted(),
    );
  });

  it.each(all)('let %s write its own log, use the table and reach connections as declared', (name, entry, access) => {
    const { table = [], index = [] } = access;
    const fn = functionNamed(name);
    const bucketArn = { 'Fn::GetAtt': [only('AWS::S3::Bucket')[0], 'Arn'] };
    // Lambda reads the stream, and keeps what fails, by the role of the function.
    const consuming = [
      ...on([streamArn], 'dynamodb', ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']),
      ...on([bucketArn], 's3', ['ListBucket']),
      ...on([{ 'Fn::Join': ['', [bucketArn, '/aws/lambda/*']] }], 's3', ['PutObject']),
    ];
    const connections = (connectionAccess[entry] ?? []).toSorted().map(connectionsArn);
    expect(permissions(roleOf(fn))).toEqual([
      ...on([logOf(fn)], 'logs', ['CreateLogStream', 'PutLogEvents']),
      ...on([tableArn], 'dynamodb', table),
      ...on([indexArn], 'dynamodb', index),
      ...(consumers.includes(name) ? consuming : []),
      ...on(connections, 'execute-api', ['ManageConnections']),
    ]);
  });

  it('let those alone post who tell sockets something, and close who finds one that is none any more', () => {
    const may = (method: 'POST' | 'DELETE') =>
      Object.entries(connectionAccess).flatMap(([entry, access]) => (access.includes(method) ? [entry] : []));
    expect(may('POST')).toEqual([
      'http/send-message',
      ...actions.map(({ operation }) => `socket/${operation}`),
      'stream/conversation-changes',
      'stream/presence',
    ]);
    expect(may('DELETE').toSorted()).toEqual(
      [
        ...actions.map(({ operation }) => `socket/${operation}`),
        'stream/conversation-changes',
        'stream/presence',
        'schedule/sweep-sockets',
      ].toSorted(),
    );
    expect(Object.keys(connectionAccess).filter((entry) => !all.some(([, known]) => known === entry))).toEqual([]);
  });

  it('let nothing be scanned, and what needs no table have none', () => {
    expect(JSON.stringify([httpAccess, socketAccess, streamAccess, scheduleAccess])).not.toContain('Scan');
    expect(httpAccess['health']).toEqual({});
  });

  it('let nobody but the gateways call a function, each for one route or as its authorizer, and the clock the sweeper', () => {
    const grants = propertiesOf(template, 'AWS::Lambda::Permission').map(
      ([, { Principal, SourceArn, FunctionName }]) => ({
        Principal,
        source: JSON.stringify(SourceArn),
        fn: nameOf(target(FunctionName)),
      }),
    );
    const from = (id: string) => grants.filter(({ source }) => source.includes(`"${id}"`));
    const [rest, live] = [from(only('AWS::ApiGateway::RestApi')[0]), from(only('AWS::ApiGatewayV2::Api')[0])];
    expect(rest).toHaveLength(routes.length + 1);
    expect(live.map(({ fn }) => fn).toSorted()).toEqual(
      all.flatMap(([name, entry]) => (/^(socket\/|authorizers\/socket)/.test(entry) ? [name] : [])).toSorted(),
    );
    for (const { Principal } of [...rest, ...live]) expect(Principal).toBe('apigateway.amazonaws.com');
    const byClock = from(only('AWS::Events::Rule')[0]);
    expect(byClock).toMatchObject([{ Principal: 'events.amazonaws.com', fn: 'SweepSockets' }]);
    expect(grants).toHaveLength(rest.length + live.length + byClock.length);
  });
});

describe('the table', () => {
  const [id, table] = only('AWS::DynamoDB::Table');

  it('has the keys, the index, the stream and the clock of the design', () => {
    expect(table).toMatchObject({
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi1',
          KeySchema: [
            { AttributeName: 'gsi1pk', KeyType: 'HASH' },
            { AttributeName: 'gsi1sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    });
    expect(table['AttributeDefinitions']).toEqual(
      ['pk', 'sk', 'gsi1pk', 'gsi1sk'].map((AttributeName) => ({ AttributeName, AttributeType: 'S' })),
    );
  });

  it('can be restored and outlives the stack', () => {
    expect(table).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      DeletionProtectionEnabled: true,
    });
    expect(template.Resources[id]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('the consumers of the stream', () => {
  const mappings = propertiesOf(template, 'AWS::Lambda::EventSourceMapping').map(([, mapping]) => mapping);
  const [bucketId, bucket] = only('AWS::S3::Bucket');

  it('are told from the beginning and in order; what fails is isolated, tried again, and kept in the end', () => {
    // Of a stream's shard two can read at once.
    expect(mappings.map(({ FunctionName }) => nameOf(target(FunctionName)))).toEqual([
      'ConversationChanges',
      'Presence',
    ]);
    expect(mappings.map(({ BatchSize }) => BatchSize)).toEqual([10, 100]);
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [only('AWS::DynamoDB::Table')[0], 'StreamArn'] },
        StartingPosition: 'TRIM_HORIZON',
        MaximumBatchingWindowInSeconds: 0,
        ParallelizationFactor: 10,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 30,
        MaximumRecordAgeInSeconds: 12 * 60 * 60,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [bucketId, 'Arn'] } } },
        MetricsConfig: { Metrics: ['EventCount'] },
      });
    }
  });

  /** Which consumers are told of a record. */
  const told = (dynamodb: unknown): string[] =>
    mappings.flatMap(({ FunctionName, FilterCriteria }) => {
      const { Filters } = z
        .object({ Filters: z.array(z.object({ Pattern: z.string() })).check(z.maxLength(5)) })
        .parse(FilterCriteria);
      const passes = Filters.some(({ Pattern }) => readFilter(Pattern)({ dynamodb }));
      return passes ? [nameOf(target(FunctionName))] : [];
    });
  const changes = ['ConversationChanges'];
  const presence = ['Presence'];

  const head = { pk: { S: 'C#1' }, sk: { S: '#HEAD' } };
  const of = (status: string) => ({ ...head, status: { S: status } });
  const roster = { pk: { S: 'C#1' }, sk: { S: '#ROSTER' } };
  const message = { pk: { S: 'C#1' }, sk: { S: 'M#1' }, status: { S: 'removed' } };
  it.each([
    ['is removed', { Keys: head, OldImage: of('active'), NewImage: of('removed') }, true],
    ['is being erased', { Keys: head, OldImage: of('removed'), NewImage: of('removed') }, true],
    ['went unfinished', { Keys: head, OldImage: of('forming') }, true],
    ['is erased', { Keys: head, OldImage: of('removed') }, false],
    ['begins to form', { Keys: head, NewImage: of('forming') }, false],
    ['goes on forming', { Keys: head, OldImage: of('forming'), NewImage: of('forming') }, false],
    ['is formed', { Keys: head, OldImage: of('forming'), NewImage: of('active') }, false],
    ['has a new message', { Keys: head, OldImage: of('active'), NewImage: of('active') }, false],
    ['is archived', { Keys: head, OldImage: of('active'), NewImage: of('archived') }, false],
    ['loses its roster', { Keys: roster, OldImage: roster }, false],
    ['has an item with such a word in it', { Keys: message, NewImage: message }, false],
  ])('erase a conversation that %s: %#', (_, dynamodb, isTold) => {
    expect(told(dynamodb)).toEqual(isTold ? changes : []);
  });

  const participant = { pk: { S: 'C#1' }, sk: { S: 'P#1' }, readOrdinal: { N: '1' } };
  const profile = { pk: { S: 'U#org#1' }, sk: { S: '#PROFILE' } };
  const sockets = { pk: { S: 'U#org#1' }, sk: { S: '#SOCKETS' }, ids: { SS: ['a'] } };
  const announced = <Item extends object>(item: Item, token = 'new') => ({ ...item, announce: { S: token } });
  const changed = (Keys: object, OldImage: object | undefined, NewImage: object | undefined) => ({
    ...{ Keys, ...(OldImage && { OldImage }), ...(NewImage && { NewImage }) },
  });
  it.each([
    ['an ordinary message', changed(message, undefined, message), []],
    ['a message that goes to many, or of the system', changed(message, undefined, announced(message)), changes],
    ['an edit, a deletion or a reaction', changed(message, message, announced(message)), changes],
    ['another edit', changed(message, announced(message, 'old'), announced(message)), changes],
    ['a head that a message advances', changed(head, announced(of('active')), of('active')), []],
    ['a head that is made', changed(head, undefined, announced(of('active'))), changes],
    ['a head that is formed', changed(head, of('forming'), announced(of('active'))), changes],
    ['a head that is renamed or archived', changed(head, of('active'), announced(of('archived'))), changes],
    ['a position that sending moves', changed(participant, announced(participant), participant), []],
    ['a position that reading moves', changed(participant, participant, announced(participant)), changes],
    ['a message that is erased', changed(message, announced(message), undefined), []],
    ['a socket that opens, a first one', changed(sockets, undefined, announced(sockets)), presence],
    [
      'a socket that closes, or a further one',
      changed(sockets, announced(sockets, 'old'), announced(sockets)),
      presence,
    ],
    ['a lease that a ping renews', changed(sockets, announced(sockets), sockets), []],
    ['an item of sockets without any', changed(sockets, announced(sockets), undefined), []],
    ['a profile', changed(profile, undefined, profile), []],
  ])('are told, or not, of %s', (_, dynamodb, expected) => {
    expect(told(dynamodb)).toEqual(expected);
  });

  it('leave what failed in a bucket that is private, forgets after a month, and outlives the stack', () => {
    expect(bucket).toMatchObject({
      PublicAccessBlockConfiguration: {
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      },
      LifecycleConfiguration: { Rules: [{ ExpirationInDays: 30, Status: 'Enabled' }] },
    });
    expect(JSON.stringify(bucket['BucketEncryption'])).toContain('AES256');
    expect(JSON.stringify(only('AWS::S3::BucketPolicy')[1])).toContain('"aws:SecureTransport":"false"');
    expect(template.Resources[bucketId]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });
});

describe('the REST API', () => {
  const served = methods(template);
  const [authorizerId, authorizer] = only('AWS::ApiGateway::Authorizer');
  const [, stage] = only('AWS::ApiGateway::Stage');

  it('has a method for each route of the manifest, and no other', () => {
    expect(served.map(({ route }) => route).toSorted()).toEqual(routes.map(routeKey).toSorted());
  });

  it.each(routes.map((route) => [routeKey(route), route] as const))('%s is served by its operation', (key, route) => {
    const method = served.find((one) => one.route === key);
    expect(method?.integration).toMatch(new RegExp(`"${pascalCase(route.operation)}Function[0-9A-F]{8}"`));
    expect(method?.integration).toContain('"TimeoutInMillis":29000');
    expect(method?.authorization).toBe(route.public ? 'NONE' : 'CUSTOM');
    expect(method?.authorizer).toBe(route.public ? undefined : authorizerId);
  });

  it('asks its authorizer for each Authorization header once in five minutes', () => {
    expect(authorizer).toMatchObject({
      Type: 'REQUEST',
      IdentitySource: 'method.request.header.Authorization',
      AuthorizerResultTtlInSeconds: 300,
    });
    expect(JSON.stringify(authorizer['AuthorizerUri'])).toContain('RestAuthorizerFunction');
  });

  it('is regional, throttled, and has one stage', () => {
    expect(only('AWS::ApiGateway::RestApi')[1]).toMatchObject({ EndpointConfiguration: { Types: ['REGIONAL'] } });
    expect(stage).toMatchObject({
      StageName: 'api',
      MethodSettings: [
        {
          HttpMethod: '*',
          ResourcePath: '/*',
          ThrottlingRateLimit: 1000,
          ThrottlingBurstLimit: 2000,
          DataTraceEnabled: false,
        },
      ],
    });
  });

  it('logs each request as JSON, without what the caller sent', () => {
    const { Format } = z.object({ Format: z.string() }).parse(stage['AccessLogSetting']);
    const fields = z.record(z.string(), z.string()).parse(JSON.parse(Format));
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining(['requestId', 'route', 'status', 'latency', 'organization', 'functionError']),
    );
    expect(Format).not.toMatch(
      /\$context\.(path|requestOverride|identity|authorizer\.(claims|principalId))|\$(input|method)/,
    );
  });

  it('writes its log by a role that the stack makes', () => {
    expect(target(only('AWS::ApiGateway::Account')[1]['CloudWatchRoleArn'])).toMatch(/^RestApiCloudWatchRole/);
  });

  it('lets no page of another origin in', () => {
    expect(served.filter(({ route }) => route.startsWith('OPTIONS'))).toEqual([]);
    expect(JSON.stringify(template)).not.toMatch(/Access-Control|CORS_ORIGINS/);
  });
});

describe('the live API', () => {
  const served = liveRoutes(template);
  const [authorizerId, authorizer] = only('AWS::ApiGatewayV2::Authorizer');
  const [, stage] = only('AWS::ApiGatewayV2::Stage');

  it('has a route for each action of the manifest, for connections, and for what names no action', () => {
    expect(only('AWS::ApiGatewayV2::Api')[1]).toMatchObject({
      ProtocolType: 'WEBSOCKET',
      RouteSelectionExpression: '$request.body.action',
    });
    expect(Object.fromEntries(served.map(({ key, fn }) => [key, nameOf(fn)]))).toEqual({
      $connect: 'SocketConnect',
      $disconnect: 'SocketDisconnect',
      $default: 'SocketDefault',
      ...Object.fromEntries(actions.map(({ name, operation }) => [name, `Socket${pascalCase(operation)}`])),
    });
    expect(served).toHaveLength(actions.length + 3);
    for (const { timeout } of served) expect(timeout).toBe(29_000);
  });

  it('asks its authorizer when a socket opens, wherever the token stands, and never again', () => {
    for (const route of served)
      expect(route).toMatchObject(
        route.key === '$connect'
          ? { authorization: 'CUSTOM', authorizer: authorizerId }
          : { authorization: 'NONE', authorizer: undefined },
      );
    // Each source named here would have to be in the request.
    expect(authorizer).toMatchObject({ AuthorizerType: 'REQUEST', IdentitySource: [] });
    expect(JSON.stringify(authorizer['AuthorizerUri'])).toContain('"SocketAuthorizerFunction');
  });

  it('answers every frame by what its function says', () => {
    for (const { key, answers } of served) expect([key, answers]).toEqual([key, !/^\$(dis)?connect$/.test(key)]);
    const responses = propertiesOf(template, 'AWS::ApiGatewayV2::RouteResponse');
    expect(responses).toHaveLength(actions.length + 1);
    for (const [, response] of responses) expect(response['RouteResponseKey']).toBe('$default');
  });

  it('is deployed with each change to one stage, throttled, once API Gateway may write logs', () => {
    expect(stage).toMatchObject({
      StageName: 'live',
      AutoDeploy: true,
      DefaultRouteSettings: { ThrottlingRateLimit: 1000, ThrottlingBurstLimit: 2000 },
    });
    const [id] = only('AWS::ApiGatewayV2::Stage');
    expect(template.Resources[id]?.DependsOn).toEqual([only('AWS::ApiGateway::Account')[0]]);
  });

  it('logs each frame as JSON, without what the client sent: tokens may stand in the query', () => {
    const { Format, DestinationArn } = z
      .object({ Format: z.string(), DestinationArn: z.unknown() })
      .parse(stage['AccessLogSettings']);
    expect(target(DestinationArn)).toMatch(/^LiveAccessLog/);
    const fields = z.record(z.string(), z.string()).parse(JSON.parse(Format));
    expect(Object.keys(fields)).toEqual(
      expect.arrayContaining([
        'requestId',
        'route',
        'connection',
        'status',
        'organization',
        'refusal',
        'functionStatus',
      ]),
    );
    const known =
      /^\$context\.(requestId|routeKey|connectionId|status|error\.responseType|authorizer\.(organization|status|latency|error)|integration\.(status|latency|requestId|error))$/;
    for (const field of Object.values(fields)) expect(field).toMatch(known);
  });
});

describe('the sweeper', () => {
  const sweeper = functions.find(([id]) => id.startsWith('SweepSockets'))?.[0];

  it('is invoked each minute, and what fails is left to the next', () => {
    expect(only('AWS::Events::Rule')[1]).toMatchObject({
      ScheduleExpression: 'rate(1 minute)',
      State: 'ENABLED',
      Targets: [
        {
          Arn: { 'Fn::GetAtt': [sweeper, 'Arn'] },
          RetryPolicy: { MaximumRetryAttempts: 0, MaximumEventAgeInSeconds: 60 },
        },
      ],
    });
    expect(only('AWS::Lambda::EventInvokeConfig')[1]).toMatchObject({
      FunctionName: { Ref: sweeper },
      MaximumRetryAttempts: 0,
      MaximumEventAgeInSeconds: 60,
    });
  });
});

describe('the gateway responses', () => {
  const responses = new Map(
    propertiesOf(template, 'AWS::ApiGateway::GatewayResponse').map(([, response]) => [
      response['ResponseType'],
      response,
    ]),
  );

  it.each([
    ['UNAUTHORIZED', '401', 'unauthorized'],
    ['ACCESS_DENIED', '403', 'forbidden'],
    ['MISSING_AUTHENTICATION_TOKEN', '404', 'not_found'],
    ['RESOURCE_NOT_FOUND', '404', 'not_found'],
    ['INVALID_SIGNATURE', '404', 'not_found'],
    ['EXPIRED_TOKEN', '404', 'not_found'],
    ['DEFAULT_4XX', '404', 'not_found'],
    ['BAD_REQUEST_BODY', '400', 'validation_failed'],
    ['BAD_REQUEST_PARAMETERS', '400', 'validation_failed'],
    ['REQUEST_TOO_LARGE', '413', 'payload_too_large'],
    ['THROTTLED', '429', 'rate_limited'],
    ['QUOTA_EXCEEDED', '429', 'rate_limited'],
    ['AUTHORIZER_FAILURE', '503', 'unavailable'],
    ['AUTHORIZER_CONFIGURATION_ERROR', '503', 'unavailable'],
    ['INTEGRATION_FAILURE', '503', 'unavailable'],
    ['INTEGRATION_TIMEOUT', '503', 'unavailable'],
    ['DEFAULT_5XX', '500', 'internal_error'],
  ])('%s is %s %s', (type, status, code) => {
    const response = responses.get(type);
    expect(response?.['StatusCode']).toBe(status);
    const { 'application/json': body } = z
      .object({ 'application/json': z.string() })
      .parse(response?.['ResponseTemplates']);
    expect(JSON.parse(body)).toEqual({
      error: code,
      message: expect.any(String),
      detail: expect.any(String),
      requestId: '$context.requestId',
    });
    expect(ErrorBody.parse(JSON.parse(body)).error).toBe(code);
    expect(response?.['ResponseParameters']).toEqual({
      'gatewayresponse.header.x-request-id': 'context.requestId',
      ...(['429', '503'].includes(status) ? { 'gatewayresponse.header.Retry-After': "'1'" } : {}),
    });
  });

  it('say Unauthenticated. in the words of every dialect', () => {
    expect(JSON.stringify(responses.get('UNAUTHORIZED'))).toContain('\\"message\\":\\"Unauthenticated.\\"');
  });

  it('never quote what went wrong inside', () => {
    for (const response of responses.values()) {
      expect(JSON.stringify(response).replaceAll('$context.requestId', '')).not.toContain('$');
    }
  });
});

describe('the user pool', () => {
  it('is for users whom an administrator makes, and outlives the stack', () => {
    const [id, pool] = only('AWS::Cognito::UserPool');
    expect(pool).toMatchObject({
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      DeletionProtection: 'ACTIVE',
      Schema: [{ Name: 'org_id', AttributeDataType: 'String', Mutable: true }],
    });
    expect(template.Resources[id]).toMatchObject({ DeletionPolicy: 'Retain', UpdateReplacePolicy: 'Retain' });
  });

  it('lets a client read the organization and never write it', () => {
    const [, client] = only('AWS::Cognito::UserPoolClient');
    expect(client['ReadAttributes']).toContain('custom:org_id');
    expect(client['WriteAttributes']).toEqual(['name', 'picture']);
    expect(client).toMatchObject({
      GenerateSecret: false,
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
  });

  it('has the groups that are roles', () => {
    const groups = propertiesOf(template, 'AWS::Cognito::UserPoolGroup').map(([, group]) => group['GroupName']);
    expect(groups.toSorted()).toEqual(['SERVICE', 'SUPER_ADMIN']);
  });

  it('is the issuer that the authorizers trust', () => {
    const [pool] = only('AWS::Cognito::UserPool');
    const [client] = only('AWS::Cognito::UserPoolClient');
    const url = { 'Fn::GetAtt': [pool, 'ProviderURL'] };
    for (const authorizer of ['RestAuthorizer', 'SocketAuthorizer'])
      expect(functionNamed(authorizer)['Environment']).toEqual({
        Variables: {
          TOKEN_ISSUER: url,
          TOKEN_AUDIENCE: { Ref: client },
          TOKEN_JWKS_URI: { 'Fn::Join': ['', [url, '/.well-known/jwks.json']] },
          CLAIM_NAMES: '{"organization":"custom:org_id"}',
          TABLE_NAME: { Ref: only('AWS::DynamoDB::Table')[0] },
        },
      });
  });
});

describe('the alarms', () => {
  const alarms = propertiesOf(template, 'AWS::CloudWatch::Alarm');

  it('watch errors, throttles, the authorizers, the stream and the sweeper', () => {
    expect(alarms.map(([id]) => id.replace(/^Alarms(\w+)[0-9A-F]{8}$/, '$1')).toSorted()).toEqual([
      'AuthorizerErrors',
      'FailedRecords',
      'FunctionThrottles',
      'LiveErrors',
      'LostRecords',
      'NoSweeps',
      'ServerErrors',
      'StreamLag',
      'TableErrors',
      'TableThrottles',
    ]);
  });

  it('rest while nothing is counted, but for the one of what must happen each minute', () => {
    for (const [id, alarm] of alarms) {
      const isOfSweeps = id.startsWith('AlarmsNoSweeps');
      expect(alarm).toMatchObject({
        TreatMissingData: isOfSweeps ? 'breaching' : 'notBreaching',
        ComparisonOperator: isOfSweeps ? 'LessThanThreshold' : 'GreaterThanOrEqualToThreshold',
        EvaluationPeriods: 1,
      });
    }
  });

  it('ring when five minutes pass without a sweep that succeeds', () => {
    const [, alarm] = alarms.find(([id]) => id.startsWith('AlarmsNoSweeps')) ?? [];
    const sweeper = functions.find(([id]) => id.startsWith('SweepSockets'))?.[0];
    const metric = (MetricName: string) => ({
      MetricStat: {
        Metric: {
          Namespace: 'AWS/Lambda',
          MetricName,
          Dimensions: [{ Name: 'FunctionName', Value: { Ref: sweeper } }],
        },
        Period: 300,
        Stat: 'Sum',
      },
    });
    expect(alarm).toMatchObject({
      Threshold: 1,
      Metrics: [
        { Expression: 'invocations - FILL(errors, 0)' },
        { Id: 'invocations', ...metric('Invocations') },
        { Id: 'errors', ...metric('Errors') },
      ],
    });
  });

  it('count of the live API what failed at its integrations, and what functions answered by 5xx', () => {
    const [, alarm] = alarms.find(([id]) => id.startsWith('AlarmsLiveErrors')) ?? [];
    const live = only('AWS::ApiGatewayV2::Api')[0];
    expect(alarm).toMatchObject({
      Metrics: [
        { Expression: 'SUM(FILL(METRICS(), 0))' },
        {
          MetricStat: {
            Metric: {
              Namespace: 'AWS/ApiGateway',
              MetricName: 'ExecutionError',
              Dimensions: [{ Name: 'ApiId', Value: { Ref: live } }],
            },
          },
        },
        { MetricStat: { Metric: { Namespace: 'Parley', MetricName: 'LiveErrors' } } },
      ],
    });
  });

  it.each([
    ['StreamLag', 60_000, ['IteratorAge']],
    ['FailedRecords', 1, ['OnFailureDestinationDeliveredEventCount']],
    ['LostRecords', 1, ['DroppedEventCount', 'DestinationDeliveryFailures']],
  ])('%s looks at every consumer of the stream', (name, threshold, metrics) => {
    const [, alarm] = alarms.find(([id]) => id.startsWith(`Alarms${name}`)) ?? [];
    const text = JSON.stringify(alarm);
    expect(alarm?.['Threshold']).toBe(threshold);
    for (const metric of metrics) expect(text.split(`"MetricName":"${metric}"`)).toHaveLength(1 + consumers.length);
    const watched = ['AWS::Lambda::EventSourceMapping', 'AWS::Lambda::Function']
      .flatMap((type) => propertiesOf(template, type))
      .filter(([id]) => text.includes(`{"Ref":"${id}"}`));
    expect(watched).toHaveLength(metrics.length * consumers.length);
  });

  it('count what authorizers failed at, and functions answered, from the access logs', () => {
    const rest = JSON.stringify(only('AWS::ApiGateway::Stage')[1]['AccessLogSetting']);
    const live = JSON.stringify(only('AWS::ApiGatewayV2::Stage')[1]['AccessLogSettings']);
    const filters = propertiesOf(template, 'AWS::Logs::MetricFilter').map(([, filter]) => ({
      log: target(filter['LogGroupName']),
      pattern: filter['FilterPattern'],
      counts: filter['MetricTransformations'],
    }));
    const counted = (name: string, pattern: string, log: string) => ({
      log: expect.stringMatching(log),
      pattern,
      counts: [{ MetricNamespace: 'Parley', MetricName: name, MetricValue: '1' }],
    });
    expect(filters).toHaveLength(3);
    expect(filters).toEqual(
      expect.arrayContaining([
        counted('AuthorizerErrors', '{ $.refusal = "AUTHORIZER_*" }', '^RestAccessLog'),
        counted('AuthorizerErrors', '{ $.refusal = "AUTHORIZER_*" }', '^LiveAccessLog'),
        counted('LiveErrors', '{ $.functionStatus = "5*" }', '^LiveAccessLog'),
      ]),
    );
    for (const [log, setting] of [
      ['Rest', rest],
      ['Live', live],
    ] as const) {
      expect(setting).toContain(`"${log}AccessLog`);
      expect(setting).toContain('\\"refusal\\":\\"$context.error.responseType\\"');
    }
    expect(live).toContain('\\"functionStatus\\":\\"$context.integration.status\\"');
  });
});
