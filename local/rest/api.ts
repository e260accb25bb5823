import * as z from 'zod/mini';
import { arn } from '../aws.ts';
import { type FunctionIntegration, functionOf } from '../gateway/integration.ts';
import { readPermissions } from '../lambda/permissions.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';
import { type GatewayResponse, readGatewayResponses } from './gateway-response.ts';

/** The REST API of the stack, as its stage serves it. */
export interface RestApi {
  readonly id: string;
  readonly stage: string;
  readonly methods: readonly Method[];
  /** What is answered without a function, by its type: `UNAUTHORIZED`, `DEFAULT_5XX`. */
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
}

/** A method of a resource. */
export interface Method {
  readonly httpMethod: string;
  readonly resourceId: string;
  /** The resource's path, with its parameters in braces: `/conversations/{id}`. */
  readonly path: string;
  readonly authorizer?: Authorizer | undefined;
  readonly integration: FunctionIntegration | MockIntegration;
}

/** The gateway answers by itself. */
export interface MockIntegration {
  readonly status: number;
  /** What each header of the answer to a request of that id says. */
  readonly headersOf: (requestId: string) => Readonly<Record<string, string>>;
}

/** A function that decides who may call. */
export interface Authorizer {
  readonly functionArn: string;
  readonly type: 'REQUEST' | 'TOKEN';
  /** The headers without which nobody is let in, and by whose values the decision is cached. */
  readonly identityHeaders: readonly string[];
  readonly ttlMs: number;
}

const ApiProperties = z.strictObject({
  Name: z.string(),
  // Of no effect here.
  Description: z.optional(z.unknown()),
  DisableExecuteApiEndpoint: z.optional(z.unknown()),
  EndpointConfiguration: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});

const StageProperties = z.strictObject({
  RestApiId: z.string(),
  StageName: z.string(),
  // Of no effect here: one developer needs no throttling, and sees the functions' own logs.
  AccessLogSetting: z.optional(z.unknown()),
  DeploymentId: z.optional(z.unknown()),
  Description: z.optional(z.unknown()),
  MethodSettings: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
  TracingEnabled: z.optional(z.unknown()),
});

const ResourceProperties = z.strictObject({
  RestApiId: z.string(),
  ParentId: z.string(),
  PathPart: z.string().check(z.regex(/^(\{\w+\}|[\w.~-]+)$/, 'the laptop plays names and {parameters} only')),
});

const AuthorizerProperties = z.strictObject({
  RestApiId: z.string(),
  Name: z.string(),
  Type: z.enum(['REQUEST', 'TOKEN']),
  AuthorizerUri: z.string(),
  AuthorizerResultTtlInSeconds: z._default(z.int(), 300),
  IdentitySource: z._default(z.string(), ''),
});

const FunctionIntegrationProperties = z.strictObject({
  Type: z.literal('AWS_PROXY'),
  IntegrationHttpMethod: z.literal('POST'),
  Uri: z.string(),
  TimeoutInMillis: z._default(z.int(), 29_000),
});

/** A constant in a parameter mapping: text in single quotes. */
const mapping = z
  .string()
  .check(z.regex(/^('[^']*'|context\.requestId)$/, "the laptop plays constants and the request's id only"));

const MockIntegrationProperties = z.strictObject({
  Type: z.literal('MOCK'),
  RequestTemplates: z.strictObject({
    'application/json': z
      .string()
      .check(z.regex(/^\{ *"?statusCode"?: *\d+ *\}$/, 'the laptop plays a fixed status only')),
  }),
  IntegrationResponses: z.tuple([
    z.strictObject({
      StatusCode: z.coerce.number(),
      ResponseParameters: z._default(z.record(z.string().check(z.startsWith('method.response.header.')), mapping), {}),
    }),
  ]),
  PassthroughBehavior: z.optional(z.unknown()),
});

const MethodProperties = z.strictObject({
  RestApiId: z.string(),
  ResourceId: z.string(),
  HttpMethod: z.string().check(z.refine((method) => method !== 'ANY', 'the laptop plays single methods only')),
  AuthorizationType: z.enum(['NONE', 'CUSTOM']),
  AuthorizerId: z.optional(z.string()),
  ApiKeyRequired: z._default(z.literal(false), false),
  Integration: z.discriminatedUnion('Type', [FunctionIntegrationProperties, MockIntegrationProperties]),
  MethodResponses: z.optional(z.unknown()),
  OperationName: z.optional(z.unknown()),
});

/**
 * Reads the stack's one REST API.
 * @throws Problem naming what of it the laptop cannot play, and each function that the gateway may not invoke
 */
export function readRestApi(template: Template): RestApi {
  const [api, ...moreApis] = template.all('AWS::ApiGateway::RestApi', ApiProperties);
  const [stage, ...moreStages] = template.all('AWS::ApiGateway::Stage', StageProperties);
  if (api === undefined || stage === undefined || moreApis.length > 0 || moreStages.length > 0) {
    throw new Problem('unable to play the stack; the laptop plays exactly one REST API with one stage');
  }
  const source = arn('execute-api', api.ref);
  const mayInvoke = readPermissions(template, 'apigateway.amazonaws.com');

  const authorizers = new Map(
    template.all('AWS::ApiGateway::Authorizer', AuthorizerProperties).map(({ logicalId, ref, properties }) => {
      const functionArn = functionOf(properties.AuthorizerUri);
      mayInvoke(`${source}/authorizers/${ref}`, functionArn, logicalId);
      const authorizer: Authorizer = {
        functionArn,
        type: properties.Type,
        identityHeaders: identityHeaders(logicalId, properties.IdentitySource),
        ttlMs: properties.AuthorizerResultTtlInSeconds * 1_000,
      };
      return [ref, authorizer];
    }),
  );

  const paths = readPaths(template, template.attribute(api.logicalId, 'RootResourceId'));
  const methods = template.all('AWS::ApiGateway::Method', MethodProperties).map(({ logicalId, properties }): Method => {
    const { HttpMethod: httpMethod, ResourceId: resourceId, Integration } = properties;
    const path = paths.get(resourceId);
    if (path === undefined) throw new Problem(`unable to play ${logicalId}; its resource is not in the template`);
    const authorizer = authorizers.get(properties.AuthorizerId ?? '');
    if (properties.AuthorizationType === 'CUSTOM' && authorizer === undefined) {
      throw new Problem(`unable to play ${logicalId}; its authorizer is not in the template`);
    }
    const method = { httpMethod, resourceId, path, authorizer };
    if (Integration.Type === 'MOCK') return { ...method, integration: mock(Integration) };

    const functionArn = functionOf(Integration.Uri);
    // API Gateway names a parameter's place by what stands in it; any word will do.
    mayInvoke(`${source}/${stage.ref}/${httpMethod}${path.replaceAll(/[{}]/g, '')}`, functionArn, logicalId);
    return { ...method, integration: { functionArn, timeoutMs: Integration.TimeoutInMillis } };
  });

  return { id: api.ref, stage: stage.ref, methods, gatewayResponses: readGatewayResponses(template) };
}

/** The path of each resource, by the resource's id. */
function readPaths(template: Template, root: string): Map<string, string> {
  const resources = new Map(
    template.all('AWS::ApiGateway::Resource', ResourceProperties).map(({ ref, properties }) => [ref, properties]),
  );
  const pathOf = (id: string): string => {
    const resource = resources.get(id);
    return resource === undefined ? '' : `${pathOf(resource.ParentId)}/${resource.PathPart}`;
  };
  return new Map([[root, '/'], ...[...resources.keys()].map((id) => [id, pathOf(id)] as const)]);
}

function identityHeaders(logicalId: string, identitySource: string): string[] {
  const sources = identitySource.split(',').filter((source) => source !== '');
  return sources.map((source) => {
    const [, header] = /^\s*method\.request\.header\.([\w-]+)\s*$/.exec(source) ?? [];
    if (header === undefined)
      throw new Problem(`unable to play ${logicalId}; the laptop knows no identity source ${source}`);
    return header.toLowerCase();
  });
}

function mock({ IntegrationResponses: [response] }: z.output<typeof MockIntegrationProperties>): MockIntegration {
  const mappings = Object.entries(response.ResponseParameters).map(
    ([name, value]) => [name.split('.').at(-1), value] as const,
  );
  const headersOf = (requestId: string) =>
    Object.fromEntries(
      mappings.map(([name, value]) => [name, value === 'context.requestId' ? requestId : value.slice(1, -1)]),
    );
  return { status: response.StatusCode, headersOf };
}
