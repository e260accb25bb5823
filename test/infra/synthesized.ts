import * as z from 'zod/mini';
import { buildApp } from '../../infra/app.ts';
import { inScratch } from './scratch.ts';

const Properties = z.record(z.string(), z.unknown());

const Template = z.looseObject({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z._default(Properties, {}),
      DependsOn: z.optional(z.array(z.string())),
      DeletionPolicy: z.optional(z.string()),
      UpdateReplacePolicy: z.optional(z.string()),
    }),
  ),
  Outputs: z.record(z.string(), z.object({ Value: z.unknown() })),
});
export type Template = z.infer<typeof Template>;

/** The stack's template as it deploys, with the deployer's choices in `context`: bundled, synthesized and checked. */
export const synthesize = (context: Record<string, unknown> = {}): Promise<Template> =>
  inScratch(async (outdir) => {
    const app = await buildApp({ outdir, context });
    return Template.parse(app.synth().getStackByName('Parley').template);
  });

/** The properties of every resource of one type, by logical id. */
export const propertiesOf = (template: Template, type: string): [string, Record<string, unknown>][] =>
  Object.entries(template.Resources)
    .filter(([, resource]) => resource.Type === type)
    .map(([id, { Properties }]) => [id, Properties]);

const Ref = z.object({ Ref: z.string() });
const Attribute = z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.string()]) });

/** The logical id that `{Ref: id}` or `{'Fn::GetAtt': [id, …]}` points at. Throws for anything else. */
export const target = (reference: unknown): string => {
  const ref = Ref.safeParse(reference);
  return ref.success ? ref.data.Ref : Attribute.parse(reference)['Fn::GetAtt'][0];
};

const Statement = z.object({
  Effect: z.string(),
  Action: z.union([z.string(), z.array(z.string())]),
  Resource: z.unknown(),
});

/** What a policy statement allows: its actions, and each resource as JSON. */
export interface Permission {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
}

const Policies = z._default(z.array(z.object({ PolicyDocument: z.object({ Statement: z.array(Statement) }) })), []);

/** What a role's own policies allow. */
export const permissions = (role: Record<string, unknown>): Permission[] =>
  Policies.parse(role['Policies'])
    .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
    .map(({ Action, Resource }) => ({
      actions: [Action].flat().toSorted(),
      resources: (Array.isArray(Resource) ? Resource : [Resource]).map((resource) => JSON.stringify(resource)),
    }));

/** One method of the REST API, by the route it serves. */
export interface Method {
  /** `GET /conversations/{id}` */
  readonly route: string;
  readonly authorization: string;
  readonly authorizer: string | undefined;
  /** The logical ids that its integration's address mentions. */
  readonly integration: string;
}

/** One route of the WebSocket API. */
export interface LiveRoute {
  /** `$connect`, or what a frame names as its action */
  readonly key: string;
  readonly authorization: string;
  readonly authorizer: string | undefined;
  /** Whether the function's answer goes to the client. */
  readonly answers: boolean;
  /** The logical id of the function that serves it. */
  readonly fn: string;
  readonly timeout: number;
}

const RouteProperties = z.object({
  RouteKey: z.string(),
  AuthorizationType: z.string(),
  AuthorizerId: z.optional(Ref),
  RouteResponseSelectionExpression: z.optional(z.literal('$default')),
  Target: z.object({ 'Fn::Join': z.tuple([z.literal(''), z.tuple([z.literal('integrations/'), Ref])]) }),
});

const IntegrationProperties = z.object({
  IntegrationType: z.literal('AWS_PROXY'),
  IntegrationUri: z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(z.unknown())]) }),
  TimeoutInMillis: z.number(),
});

/** Every route of the WebSocket API. */
export const liveRoutes = (template: Template): LiveRoute[] => {
  const responses = propertiesOf(template, 'AWS::ApiGatewayV2::RouteResponse').map(([, { RouteId }]) =>
    target(RouteId),
  );
  return propertiesOf(template, 'AWS::ApiGatewayV2::Route').map(([id, properties]) => {
    const route = RouteProperties.parse(properties);
    const [, integrationId] = route.Target['Fn::Join'][1];
    const integration = IntegrationProperties.parse(template.Resources[integrationId.Ref]?.Properties);
    const [fn, ...others] = integration.IntegrationUri['Fn::Join'][1].flatMap((part) => {
      const attribute = Attribute.safeParse(part);
      return attribute.success ? [attribute.data['Fn::GetAtt'][0]] : [];
    });
    if (fn === undefined || others.length > 0) throw new Error(`${id} is not served by one function`);
    return {
      key: route.RouteKey,
      authorization: route.AuthorizationType,
      authorizer: route.AuthorizerId?.Ref,
      answers: route.RouteResponseSelectionExpression !== undefined && responses.includes(id),
      fn,
      timeout: integration.TimeoutInMillis,
    };
  });
};

const MethodProperties = z.object({
  HttpMethod: z.string(),
  ResourceId: z.unknown(),
  AuthorizationType: z.string(),
  AuthorizerId: z.optional(Ref),
  Integration: z.unknown(),
});

/** Every method of the REST API, preflights included. */
export const methods = (template: Template): Method[] => {
  const pathOf = (reference: unknown): string => {
    const resource = template.Resources[target(reference)];
    if (resource?.Type !== 'AWS::ApiGateway::Resource') return '';
    return `${pathOf(resource.Properties['ParentId'])}/${resource.Properties['PathPart']}`;
  };
  return propertiesOf(template, 'AWS::ApiGateway::Method').map(([, properties]) => {
    const method = MethodProperties.parse(properties);
    return {
      route: `${method.HttpMethod} ${pathOf(method.ResourceId) || '/'}`,
      authorization: method.AuthorizationType,
      authorizer: method.AuthorizerId?.Ref,
      integration: JSON.stringify(method.Integration),
    };
  });
};
