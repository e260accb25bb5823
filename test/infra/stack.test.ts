import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod/mini';
import { ErrorBody } from '../../core/contract/native/error.ts';
import { routeKey } from '../../core/contract/route.ts';
import { routes } from '../../core/contract/routes.ts';
import { buildApp } from '../../infra/app.ts';
import { authorizerAccess, streamAccess, tableAccess } from '../../infra/table-access.ts';
import { readFilter } from '../../local/streams/filter.ts';
import { inScratch } from './scratch.ts';
import { methods, permissions, propertiesOf, synthesize, target } from './synthesized.ts';

const template = await synthesize();
const functions = propertiesOf(template, 'AWS::Lambda::Function');
const operations = [...new Set(routes.map((route) => route.operation))];
const consumers = Object.entries(streamAccess);

/** `send-message` as the template has it: `SendMessage`. */
const pascalCase = (operation: string): string =>
  operation
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');

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
      'RestUrl',
      'TableName',
      'TokenIssuer',
      'UserPoolClientId',
      'UserPoolId',
    ]);
  });

  it('keeps no log for ever', () => {
    const groups = propertiesOf(template, 'AWS::Logs::LogGroup');
    expect(groups).toHaveLength(functions.length + 1);
    for (const [, group] of groups) expect(group['RetentionInDays']).toBe(30);
  });
});

describe('the functions', () => {
  it('are one for each operation of the manifest and each consumer of the stream, and the authorizer', () => {
    expect(functions.map(([id]) => id.replace(/Function[0-9A-F]{8}$/, '')).toSorted()).toEqual(
      ['RestAuthorizer', ...[...operations, ...Object.keys(streamAccess)].map(pascalCase)].toSorted(),
    );
  });

  it('must all be there', () =>
    inScratch(async (empty) => {
      const built = buildApp({ outdir: join(empty, 'out'), functions: empty });
      await expect(built).rejects.toThrow('there is no functions/authorizers/rest.ts');
    }));

  it.each(functions)('%s runs Node 24 on arm64 and logs JSON', (_, fn) => {
    expect(fn).toMatchObject({
      Runtime: 'nodejs24.x',
      Architectures: ['arm64'],
      Handler: 'index.handler',
      MemorySize: 1024,
      Timeout: 20,
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

  it('learn the name of the table where they may use it, and nowhere else', () => {
    const knowing = functions.filter(([, fn]) => JSON.stringify(fn['Environment'] ?? '').includes('TABLE_NAME'));
    const using = functions.filter(([, fn]) => JSON.stringify(roleOf(fn)).includes('dynamodb:'));
    expect(knowing.map(([id]) => id)).toEqual(using.map(([id]) => id));
    expect(knowing.length).toBeGreaterThan(0);
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
  const on = (resource: unknown, service: string, actions: readonly string[]) =>
    actions.length === 0
      ? []
      : [
          {
            actions: actions.map((action) => `${service}:${action}`).toSorted(),
            resources: [JSON.stringify(resource)],
          },
        ];

  it('are never wildcards, but for the names that Lambda gives to objects', () => {
    const all = propertiesOf(template, 'AWS::IAM::Role').flatMap(([, role]) => permissions(role));
    expect(all.length).toBeGreaterThan(functions.length);
    for (const { actions, resources } of all) {
      for (const action of actions) expect(action).toMatch(/^[a-z0-9]+:[A-Za-z]+$/);
      for (const resource of resources) {
        expect(actions.includes('s3:PutObject') ? resource.replace('/aws/lambda/*', '') : resource).not.toContain('*');
      }
    }
  });

  it('stand in the roles alone', () => {
    const types = Object.values(template.Resources).map(({ Type }) => Type);
    expect(types).not.toContain('AWS::IAM::Policy');
    expect(types).not.toContain('AWS::IAM::ManagedPolicy');
  });

  it('are what the operations do to the table, for every operation of the manifest and no other', () => {
    expect(Object.keys(tableAccess).toSorted()).toEqual(operations.toSorted());
  });

  it.each(['rest-authorizer', ...operations])('let %s write its own log, and use the table as declared', (name) => {
    const { table = [], index = [] } = (name === 'rest-authorizer' ? authorizerAccess : tableAccess[name]) ?? {};
    const fn = functionNamed(pascalCase(name));
    expect(permissions(roleOf(fn))).toEqual([
      ...on(logOf(fn), 'logs', ['CreateLogStream', 'PutLogEvents']),
      ...on(tableArn, 'dynamodb', table),
      ...on(indexArn, 'dynamodb', index),
    ]);
  });

  it.each(consumers)(
    'let Lambda read the stream and keep what fails for %s, and that use the table',
    (name, access) => {
      const fn = functionNamed(pascalCase(name));
      const bucketArn = { 'Fn::GetAtt': [only('AWS::S3::Bucket')[0], 'Arn'] };
      expect(permissions(roleOf(fn))).toEqual([
        ...on(logOf(fn), 'logs', ['CreateLogStream', 'PutLogEvents']),
        ...on(tableArn, 'dynamodb', access.table),
        ...on(streamArn, 'dynamodb', ['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams']),
        ...on(bucketArn, 's3', ['ListBucket']),
        ...on({ 'Fn::Join': ['', [bucketArn, '/aws/lambda/*']] }, 's3', ['PutObject']),
      ]);
    },
  );

  it('let a list be found by the index alone', () => {
    expect(tableAccess['list-conversations']).toEqual({ table: ['BatchGetItem'], index: ['Query'] });
    expect(tableAccess['health']).toEqual({});
  });

  it('let nobody but the gateway call a function: one method, or the authorizer', () => {
    const grants = propertiesOf(template, 'AWS::Lambda::Permission').map(([, grant]) => grant);
    expect(grants).toHaveLength(routes.length + 1);
    for (const grant of grants) {
      expect(grant['Principal']).toBe('apigateway.amazonaws.com');
      expect(JSON.stringify(grant['SourceArn'])).toContain(only('AWS::ApiGateway::RestApi')[0]);
    }
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
    expect(mappings.map(({ FunctionName }) => target(FunctionName).replace(/Function[0-9A-F]{8}$/, ''))).toEqual(
      consumers.map(([name]) => pascalCase(name)),
    );
    for (const mapping of mappings) {
      expect(mapping).toMatchObject({
        EventSourceArn: { 'Fn::GetAtt': [only('AWS::DynamoDB::Table')[0], 'StreamArn'] },
        StartingPosition: 'TRIM_HORIZON',
        ParallelizationFactor: 1,
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        BisectBatchOnFunctionError: true,
        MaximumRetryAttempts: 10,
        MaximumRecordAgeInSeconds: 12 * 60 * 60,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [bucketId, 'Arn'] } } },
        MetricsConfig: { Metrics: ['EventCount'] },
      });
    }
  });

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
    const [mapping] = mappings;
    const { Filters } = z
      .object({ Filters: z.array(z.object({ Pattern: z.string() })) })
      .parse(mapping?.['FilterCriteria']);
    expect(Filters.some(({ Pattern }) => readFilter(Pattern)({ dynamodb }))).toBe(isTold);
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

  it('is the issuer that the authorizer trusts', () => {
    const [pool] = only('AWS::Cognito::UserPool');
    const [client] = only('AWS::Cognito::UserPoolClient');
    const url = { 'Fn::GetAtt': [pool, 'ProviderURL'] };
    expect(functionNamed('RestAuthorizer')['Environment']).toEqual({
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

  it('watch errors, throttles, the authorizer and the stream, and rest while nothing is counted', () => {
    expect(alarms.map(([id]) => id.replace(/^Alarms(\w+)[0-9A-F]{8}$/, '$1')).toSorted()).toEqual([
      'AuthorizerErrors',
      'FailedRecords',
      'FunctionThrottles',
      'LostRecords',
      'ServerErrors',
      'StreamLag',
      'TableErrors',
      'TableThrottles',
    ]);
    for (const [, alarm] of alarms)
      expect(alarm).toMatchObject({ TreatMissingData: 'notBreaching', EvaluationPeriods: 1 });
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

  it('count what the authorizer failed at from the access log', () => {
    const [, filter] = only('AWS::Logs::MetricFilter');
    const [, stage] = only('AWS::ApiGateway::Stage');
    expect(filter['FilterPattern']).toBe('{ $.refusal = "AUTHORIZER_*" }');
    expect(JSON.stringify(stage['AccessLogSetting'])).toContain(target(filter['LogGroupName']));
    expect(JSON.stringify(stage['AccessLogSetting'])).toContain('\\"refusal\\":\\"$context.error.responseType\\"');
  });
});
