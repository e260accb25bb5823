import * as z from 'zod/mini';
import { arn } from '../aws.ts';
import { type FunctionIntegration, functionOf } from '../gateway/integration.ts';
import { readPermissions } from '../lambda/permissions.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';

/** The WebSocket API of the stack, as its stage serves it. */
export interface WebSocketApi {
  readonly id: string;
  readonly stage: string;
  /** The field of a message that names its route. */
  readonly selector: string;
  /** By their keys: `$connect`, `$disconnect`, `$default`, and what a message may name. */
  readonly routes: ReadonlyMap<string, Route>;
}

export interface Route {
  readonly integration: FunctionIntegration;
  /** The function that decides who may connect. */
  readonly authorizerArn: string | undefined;
  /** Whether what the function answers goes back to the client. */
  readonly answers: boolean;
}

const ApiProperties = z.strictObject({
  Name: z.string(),
  ProtocolType: z.literal('WEBSOCKET'),
  RouteSelectionExpression: z
    .string()
    .check(z.regex(/^\$(request\.body\.\w+|\{request\.body\.\w+\})$/, 'the laptop plays one field of the body only')),
  // Of no effect here.
  Description: z.optional(z.unknown()),
  DisableExecuteApiEndpoint: z.optional(z.unknown()),
  IpAddressType: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});

const StageProperties = z.strictObject({
  ApiId: z.string(),
  StageName: z.string(),
  // Of no effect here: the API is always as the template says, and one developer needs no throttling and no access log.
  AccessLogSettings: z.optional(z.unknown()),
  AutoDeploy: z.optional(z.unknown()),
  DefaultRouteSettings: z.optional(z.unknown()),
  DeploymentId: z.optional(z.unknown()),
  Description: z.optional(z.unknown()),
  RouteSettings: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});

const AuthorizerProperties = z.strictObject({
  ApiId: z.string(),
  Name: z.string(),
  AuthorizerType: z.literal('REQUEST'),
  AuthorizerUri: z.string(),
  IdentitySource: z._default(z.array(z.string()).check(z.maxLength(0)), []),
});

const IntegrationProperties = z.strictObject({
  ApiId: z.string(),
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.string(),
  IntegrationMethod: z.optional(z.literal('POST')),
  TimeoutInMillis: z._default(z.int(), 29_000),
  Description: z.optional(z.unknown()),
});

const RouteProperties = z.strictObject({
  ApiId: z.string(),
  RouteKey: z.string(),
  Target: z.string().check(z.startsWith('integrations/')),
  AuthorizationType: z._default(z.enum(['NONE', 'CUSTOM']), 'NONE'),
  AuthorizerId: z.optional(z.string()),
  ApiKeyRequired: z._default(z.literal(false), false),
  RouteResponseSelectionExpression: z.optional(z.literal('$default')),
  OperationName: z.optional(z.unknown()),
});

const RouteResponseProperties = z.strictObject({
  ApiId: z.string(),
  RouteId: z.string(),
  RouteResponseKey: z.literal('$default'),
});

/**
 * Reads the stack's WebSocket API; undefined where it has none.
 * @throws Problem naming what of it the laptop cannot play, and each function that the gateway may not invoke
 */
export function readWebSocketApi(template: Template): WebSocketApi | undefined {
  const [api, ...moreApis] = template.all('AWS::ApiGatewayV2::Api', ApiProperties);
  const [stage, ...moreStages] = template.all('AWS::ApiGatewayV2::Stage', StageProperties);
  if (api === undefined) return undefined;
  if (stage === undefined || moreApis.length > 0 || moreStages.length > 0)
    throw new Problem('unable to play the stack; the laptop plays one WebSocket API with one stage');
  const source = arn('execute-api', api.ref);
  const mayInvoke = readPermissions(template, 'apigateway.amazonaws.com');

  const authorizers = new Map(
    template.all('AWS::ApiGatewayV2::Authorizer', AuthorizerProperties).map(({ logicalId, ref, properties }) => {
      const functionArn = functionOf(properties.AuthorizerUri);
      mayInvoke(`${source}/authorizers/${ref}`, functionArn, logicalId);
      return [ref, functionArn];
    }),
  );
  const integrations = new Map(
    template
      .all('AWS::ApiGatewayV2::Integration', IntegrationProperties)
      .map(({ ref, properties: { IntegrationUri, TimeoutInMillis } }): [string, FunctionIntegration] => [
        ref,
        { functionArn: functionOf(IntegrationUri), timeoutMs: TimeoutInMillis },
      ]),
  );
  const answering = new Set(
    template
      .all('AWS::ApiGatewayV2::RouteResponse', RouteResponseProperties)
      .map(({ properties: { RouteId } }) => RouteId),
  );

  const routes = template.all('AWS::ApiGatewayV2::Route', RouteProperties).map(({ logicalId, ref, properties }) => {
    const { RouteKey, Target, AuthorizationType, AuthorizerId, RouteResponseSelectionExpression } = properties;
    const integration = integrations.get(Target.slice('integrations/'.length));
    if (integration === undefined)
      throw new Problem(`unable to play ${logicalId}; its integration is not in the template`);
    mayInvoke(`${source}/${stage.ref}/${RouteKey}`, integration.functionArn, logicalId);

    const authorizerArn = authorizers.get(AuthorizerId ?? '');
    if (AuthorizationType === 'CUSTOM' && authorizerArn === undefined)
      throw new Problem(`unable to play ${logicalId}; its authorizer is not in the template`);
    if (AuthorizationType === 'CUSTOM' && RouteKey !== '$connect')
      throw new Problem(`unable to play ${logicalId}; only $connect can have an authorizer`);

    const answers = RouteResponseSelectionExpression !== undefined && answering.has(ref);
    const route: Route = { integration, authorizerArn, answers };
    return [RouteKey, route] as const;
  });

  const [selector = ''] = /\w+(?=\}?$)/.exec(api.properties.RouteSelectionExpression) ?? [];
  return { id: api.ref, stage: stage.ref, selector, routes: new Map(routes) };
}
