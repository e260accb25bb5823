import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTemplate, type Template } from '../../local/template.ts';

/** A resource of a template, as CloudFormation takes it. */
export type Resource = { Type: string; Properties?: Record<string, unknown>; Condition?: string };
export type Resources = Record<string, Resource>;

/** A function of a small stack: its bundle's source, and properties beyond the necessary ones. */
export interface SmallFunction {
  readonly source?: string;
  readonly properties?: Record<string, unknown>;
  readonly statements?: readonly Record<string, unknown>[];
}

export const templateOf = (resources: Resources, rest: Record<string, unknown> = {}): Template =>
  readTemplate(JSON.stringify({ ...rest, Resources: resources }));

export const table: Resources = {
  Table: {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      TableName: 'Small',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'gsi1pk'].map((name) => ({ AttributeName: name, AttributeType: 'S' })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'gsi1',
          KeySchema: [{ AttributeName: 'gsi1pk', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamViewType: 'NEW_AND_OLD_IMAGES' },
      TimeToLiveSpecification: { AttributeName: 'expiresAt', Enabled: true },
    },
  },
};

export const fn = (name: string, { properties, statements = [] }: SmallFunction = {}): Resources => ({
  [`${name}Role`]: {
    Type: 'AWS::IAM::Role',
    Properties: { Policies: [{ PolicyName: 'p', PolicyDocument: { Statement: statements } }] },
  },
  [name]: {
    Type: 'AWS::Lambda::Function',
    Properties: {
      FunctionName: name,
      Code: { S3Bucket: 'assets', S3Key: `${name}.zip` },
      Handler: 'index.handler',
      Role: { 'Fn::GetAtt': [`${name}Role`, 'Arn'] },
      Runtime: 'nodejs24.x',
      ...properties,
    },
  },
});

export const restApi: Resources = {
  Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'Small' } },
  Stage: { Type: 'AWS::ApiGateway::Stage', Properties: { RestApiId: { Ref: 'Api' }, StageName: 'v' } },
};

const root = { 'Fn::GetAtt': ['Api', 'RootResourceId'] };

/** The resources of a path, each named by its path, those above it included. */
function resourcesOf(path: string): Resources {
  const parts = path.split('/').slice(1).filter(Boolean);
  return Object.fromEntries(
    parts.map((part, at) => [
      resourceName(parts.slice(0, at + 1)),
      {
        Type: 'AWS::ApiGateway::Resource',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ParentId: at === 0 ? root : { Ref: resourceName(parts.slice(0, at)) },
          PathPart: part,
        },
      },
    ]),
  );
}

const resourceName = (parts: readonly string[]) => `Path${parts.join('Slash').replaceAll(/[{}]/g, 'X')}`;

const functionUri = (name: string) => ({
  'Fn::Join': [
    '',
    ['arn:aws:apigateway:us-east-1:lambda:path/x/functions/', { 'Fn::GetAtt': [name, 'Arn'] }, '/invocations'],
  ],
});

/** Lets the API named `api` invoke a function. */
export const permission = (name: string, source = '*', api = 'Api'): Resource => ({
  Type: 'AWS::Lambda::Permission',
  Properties: {
    Action: 'lambda:InvokeFunction',
    FunctionName: { 'Fn::GetAtt': [name, 'Arn'] },
    Principal: 'apigateway.amazonaws.com',
    SourceArn: { 'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${${api}}/${source}` },
  },
});

/** A method of the REST API that a function serves, behind the authorizer named `authorizer` if there is one. */
export function method(route: string, name: string, authorizer?: string): Resources {
  const [httpMethod = '', path = ''] = route.split(' ');
  const parts = path.split('/').filter(Boolean);
  const id = `${httpMethod}${resourceName(parts)}`;
  return {
    ...resourcesOf(path),
    [id]: {
      Type: 'AWS::ApiGateway::Method',
      Properties: {
        RestApiId: { Ref: 'Api' },
        ResourceId: parts.length === 0 ? root : { Ref: resourceName(parts) },
        HttpMethod: httpMethod,
        ...(authorizer === undefined
          ? { AuthorizationType: 'NONE' }
          : { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } }),
        Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: functionUri(name) },
      },
    },
    [`${id}Permission`]: permission(name, `*/${httpMethod}${path.replaceAll(/\{\w+\}/g, '*')}`),
  };
}

export const authorizer = (id: string, name: string, properties: Record<string, unknown> = {}): Resources => ({
  [id]: {
    Type: 'AWS::ApiGateway::Authorizer',
    Properties: {
      RestApiId: { Ref: 'Api' },
      Name: id,
      Type: 'REQUEST',
      AuthorizerUri: functionUri(name),
      IdentitySource: 'method.request.header.Authorization',
      ...properties,
    },
  },
  [`${id}Permission`]: permission(name, 'authorizers/*'),
});

export const preflight = (path: string, headers: Record<string, string>, status = '204'): Resources => ({
  ...resourcesOf(path),
  [`OPTIONS${resourceName(path.split('/').filter(Boolean))}`]: {
    Type: 'AWS::ApiGateway::Method',
    Properties: {
      RestApiId: { Ref: 'Api' },
      ResourceId: { Ref: resourceName(path.split('/').filter(Boolean)) },
      HttpMethod: 'OPTIONS',
      AuthorizationType: 'NONE',
      ApiKeyRequired: false,
      Integration: {
        Type: 'MOCK',
        RequestTemplates: { 'application/json': '{ statusCode: 200 }' },
        IntegrationResponses: [
          {
            StatusCode: status,
            ResponseParameters: Object.fromEntries(
              Object.entries(headers).map(([name, value]) => [`method.response.header.${name}`, value]),
            ),
          },
        ],
      },
    },
  },
});

export const gatewayResponse = (type: string, properties: Record<string, unknown>): Resources => ({
  [`Response${type.replaceAll('_', '')}`]: {
    Type: 'AWS::ApiGateway::GatewayResponse',
    Properties: { RestApiId: { Ref: 'Api' }, ResponseType: type, ...properties },
  },
});

export const webSocketApi: Resources = {
  Live: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: { Name: 'Live', ProtocolType: 'WEBSOCKET', RouteSelectionExpression: '$request.body.action' },
  },
  LiveStage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: { ApiId: { Ref: 'Live' }, StageName: 'live', AutoDeploy: true },
  },
};

/** A route of the WebSocket API that a function serves, and answers where `answers` says so. */
export function socketRoute(
  key: string,
  name: string,
  { answers = false, authorizer = '', timeoutMs = 29_000 } = {},
): Resources {
  const id = `Route${key.replace('$', 'X')}`;
  return {
    [`${id}Integration`]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: { Ref: 'Live' },
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: functionUri(name),
        TimeoutInMillis: timeoutMs,
      },
    },
    [id]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: { Ref: 'Live' },
        RouteKey: key,
        Target: { 'Fn::Join': ['', ['integrations/', { Ref: `${id}Integration` }]] },
        ...(authorizer === ''
          ? { AuthorizationType: 'NONE' }
          : { AuthorizationType: 'CUSTOM', AuthorizerId: { Ref: authorizer } }),
        ...(answers && { RouteResponseSelectionExpression: '$default' }),
      },
    },
    ...(answers && {
      [`${id}Response`]: {
        Type: 'AWS::ApiGatewayV2::RouteResponse',
        Properties: { ApiId: { Ref: 'Live' }, RouteId: { Ref: id }, RouteResponseKey: '$default' },
      },
    }),
    [`${id}Permission`]: permission(name, `*${key}`, 'Live'),
  };
}

export const socketAuthorizer = (id: string, name: string): Resources => ({
  [id]: {
    Type: 'AWS::ApiGatewayV2::Authorizer',
    Properties: {
      ApiId: { Ref: 'Live' },
      Name: id,
      AuthorizerType: 'REQUEST',
      AuthorizerUri: functionUri(name),
      IdentitySource: [],
    },
  },
  [`${id}Permission`]: permission(name, 'authorizers/*', 'Live'),
});

/** A rule by which EventBridge invokes a function time and again. */
export const schedule = (id: string, name: string, ScheduleExpression = 'rate(1 minute)'): Resources => ({
  [id]: {
    Type: 'AWS::Events::Rule',
    Properties: {
      ScheduleExpression,
      State: 'ENABLED',
      Targets: [{ Arn: { 'Fn::GetAtt': [name, 'Arn'] }, Id: 'Target0' }],
    },
  },
  [`${id}Permission`]: {
    Type: 'AWS::Lambda::Permission',
    Properties: {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [name, 'Arn'] },
      Principal: 'events.amazonaws.com',
      SourceArn: { 'Fn::GetAtt': [id, 'Arn'] },
    },
  },
});

const streamArn = { 'Fn::GetAtt': ['Table', 'StreamArn'] };
const bucketArn = { 'Fn::GetAtt': ['Failed', 'Arn'] };

export const bucket: Resources = { Failed: { Type: 'AWS::S3::Bucket', Properties: { BucketName: 'failed' } } };

/** What a consumer of the table's stream must be allowed. */
export const streamStatements = [
  ...['DescribeStream', 'GetRecords', 'GetShardIterator', 'ListStreams'].map((action) => ({
    Effect: 'Allow',
    Action: `dynamodb:${action}`,
    Resource: streamArn,
  })),
  { Effect: 'Allow', Action: 's3:ListBucket', Resource: bucketArn },
  { Effect: 'Allow', Action: 's3:PutObject', Resource: { 'Fn::Join': ['', [bucketArn, '/aws/lambda/*']] } },
];

/** An event source mapping of the table's stream to a function. */
export const mapping = (name: string, properties: Record<string, unknown> = {}): Resources => ({
  [`${name}Mapping`]: {
    Type: 'AWS::Lambda::EventSourceMapping',
    Properties: {
      EventSourceArn: streamArn,
      FunctionName: { Ref: name },
      StartingPosition: 'TRIM_HORIZON',
      DestinationConfig: { OnFailure: { Destination: bucketArn } },
      ...properties,
    },
  },
});

/** Writes `resources` as a cloud assembly into `directory`, with the bundles of `functions`. */
export async function writeAssembly(
  directory: string,
  resources: Resources,
  functions: Readonly<Record<string, SmallFunction>> = {},
): Promise<void> {
  const all = {
    ...resources,
    ...Object.assign({}, ...Object.entries(functions).map(([name, small]) => fn(name, small))),
  };
  const files: Record<string, unknown> = {};
  for (const [name, { source = '' }] of Object.entries(functions)) {
    await mkdir(join(directory, name), { recursive: true });
    await writeFile(join(directory, name, 'index.mjs'), source);
    files[name] = { source: { path: name }, destinations: { here: { objectKey: `${name}.zip` } } };
  }
  await writeFile(join(directory, 'Parley.template.json'), JSON.stringify({ Resources: all }));
  await writeFile(join(directory, 'Parley.assets.json'), JSON.stringify({ files }));
}
