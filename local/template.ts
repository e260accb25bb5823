import * as z from 'zod/mini';
import { accountId, arn, region } from './aws.ts';
import { Problem } from './problem.ts';
import { inEnglish, problemsOf } from './reading.ts';

/** One resource of the template, its properties parsed and free of intrinsic functions. */
export interface Resource<Properties> {
  readonly logicalId: string;
  /** What `Ref` gives. */
  readonly ref: string;
  readonly properties: Properties;
}

/** The synthesized stack, as CloudFormation would carry it out. */
export interface Template {
  /**
   * All resources of one type, in the order of the template.
   * @param properties what they may hold; what it does not know is a construct that the laptop cannot play
   * @throws Problem naming the resource and what is wrong with it
   */
  all<Schema extends z.ZodMiniType>(type: PlayedType, properties: Schema): Resource<z.output<Schema>>[];
  /** An attribute of a resource, as `Fn::GetAtt` gives it. */
  attribute(logicalId: string, name: string): string;
}

/** What `Ref` and `Fn::GetAtt` give for a resource of each type that the laptop plays, by its physical name. */
const attributes = {
  'AWS::ApiGateway::Authorizer': (name) => ({ Ref: name }),
  'AWS::ApiGateway::Deployment': (name) => ({ Ref: name }),
  'AWS::ApiGateway::GatewayResponse': (name) => ({ Ref: name }),
  'AWS::ApiGateway::Method': (name) => ({ Ref: name }),
  'AWS::ApiGateway::Resource': (name) => ({ Ref: name, ResourceId: name }),
  'AWS::ApiGateway::RestApi': (name) => ({ Ref: name, RestApiId: name, RootResourceId: `${name}-root` }),
  'AWS::ApiGateway::Stage': (name) => ({ Ref: name }),
  'AWS::ApiGatewayV2::Api': (name) => ({
    Ref: name,
    ApiId: name,
    ApiEndpoint: `wss://${name}.execute-api.${region}.amazonaws.com`,
  }),
  'AWS::ApiGatewayV2::Authorizer': (name) => ({ Ref: name, AuthorizerId: name }),
  'AWS::ApiGatewayV2::Deployment': (name) => ({ Ref: name, DeploymentId: name }),
  'AWS::ApiGatewayV2::Integration': (name) => ({ Ref: name, IntegrationId: name }),
  'AWS::ApiGatewayV2::Route': (name) => ({ Ref: name, RouteId: name }),
  'AWS::ApiGatewayV2::RouteResponse': (name) => ({ Ref: name }),
  'AWS::ApiGatewayV2::Stage': (name) => ({ Ref: name }),
  'AWS::DynamoDB::Table': (name) => ({
    Ref: name,
    Arn: arn('dynamodb', `table/${name}`),
    StreamArn: arn('dynamodb', `table/${name}/stream/laptop`),
  }),
  'AWS::Events::Rule': (name) => ({ Ref: name, Arn: arn('events', `rule/${name}`) }),
  'AWS::IAM::Policy': (name) => ({ Ref: name }),
  'AWS::IAM::Role': (name) => ({ Ref: name, Arn: `arn:aws:iam::${accountId}:role/${name}` }),
  'AWS::Lambda::EventSourceMapping': (name) => ({ Ref: name, Id: name }),
  'AWS::Lambda::Function': (name) => ({ Ref: name, Arn: arn('lambda', `function:${name}`) }),
  'AWS::Lambda::Permission': (name) => ({ Ref: name }),
  'AWS::Logs::LogGroup': (name) => ({ Ref: name, Arn: arn('logs', `log-group:${name}:*`) }),
  'AWS::S3::Bucket': (name) => ({ Ref: name, Arn: `arn:aws:s3:::${name}` }),
} satisfies Record<string, (name: string) => Record<string, string>>;

type PlayedType = keyof typeof attributes;
const isPlayed = (type: string): type is PlayedType => Object.hasOwn(attributes, type);

/** The property by which the stack may choose a physical name. */
const nameProperty: Partial<Record<PlayedType, string>> = {
  'AWS::ApiGateway::Stage': 'StageName',
  'AWS::ApiGatewayV2::Stage': 'StageName',
  'AWS::DynamoDB::Table': 'TableName',
  'AWS::Events::Rule': 'Name',
  'AWS::IAM::Role': 'RoleName',
  'AWS::Lambda::Function': 'FunctionName',
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::S3::Bucket': 'BucketName',
};

/** What a deployment has and a laptop does not miss. */
const withoutEffect = new Set([
  'AWS::ApiGateway::Account',
  'AWS::CDK::Metadata',
  'AWS::CloudWatch::Alarm',
  'AWS::CloudWatch::Dashboard',
  'AWS::Lambda::EventInvokeConfig',
  'AWS::Logs::MetricFilter',
  'AWS::S3::BucketPolicy',
]);

const pseudoParameters: Record<string, string> = {
  'AWS::AccountId': accountId,
  'AWS::Partition': 'aws',
  'AWS::Region': region,
  'AWS::StackName': 'Parley',
  'AWS::URLSuffix': 'amazonaws.com',
};

const Document = z.object({
  Parameters: z.optional(z.record(z.string(), z.object({ Default: z.optional(z.unknown()) }))),
  Resources: z.record(
    z.string(),
    z.object({
      Type: z.string(),
      Condition: z.optional(z.string()),
      Properties: z._default(z.record(z.string(), z.unknown()), {}),
    }),
  ),
});

const Arguments = {
  Ref: z.string(),
  'Fn::GetAtt': z.tuple([z.string(), z.string()]),
  'Fn::Join': z.tuple([z.string(), z.unknown()]),
  'Fn::Select': z.tuple([z.coerce.number(), z.unknown()]),
  'Fn::Split': z.tuple([z.string(), z.unknown()]),
  'Fn::Sub': z.string(),
};

/**
 * Reads the JSON text of a synthesized template.
 * @param tableSuffix ends the name of every table, so that clouds can share an engine
 * @throws Problem naming what in it the laptop cannot play
 */
export function readTemplate(text: string, { tableSuffix = '' } = {}): Template {
  const { Parameters = {}, Resources } = Document.parse(JSON.parse(text));

  for (const [logicalId, { Type, Condition }] of Object.entries(Resources)) {
    if (withoutEffect.has(Type)) continue;
    if (!isPlayed(Type)) throw unplayable(logicalId, Type, 'the laptop does not know this type');
    if (Condition !== undefined) throw unplayable(logicalId, Type, `its existence depends on ${Condition}`);
  }

  const attribute = (logicalId: string, name: string): string => {
    const resource = Resources[logicalId];
    if (resource === undefined) throw new Problem(`unable to find ${logicalId}; the template has no such resource`);
    const { Type, Properties } = resource;
    const known: Record<string, string> = isPlayed(Type)
      ? attributes[Type](physicalName(logicalId, Type, Properties))
      : {};
    const value = known[name];
    if (value === undefined) throw unplayable(logicalId, Type, `the laptop does not know its ${name}`);
    return value;
  };

  const physicalName = (logicalId: string, type: PlayedType, properties: Record<string, unknown>): string => {
    const chosen = resolve(properties[nameProperty[type] ?? '']);
    if (chosen !== undefined) return z.string().parse(chosen) + (type === 'AWS::DynamoDB::Table' ? tableSuffix : '');
    if (type === 'AWS::DynamoDB::Table') return `Parley-${logicalId}${tableSuffix}`;
    return /^AWS::(ApiGateway|ApiGatewayV2|S3)::/.test(type) ? logicalId.toLowerCase() : logicalId;
  };

  const reference = (name: string): unknown => {
    if (Object.hasOwn(pseudoParameters, name)) return pseudoParameters[name];
    const parameter = Parameters[name];
    if (parameter === undefined) return attribute(name, 'Ref');
    if (parameter.Default === undefined) throw new Problem(`unable to resolve ${name}; the parameter has no default`);
    return parameter.Default;
  };

  const placeholder = (_: string, name: string): string => {
    if (name.startsWith('!')) return `\${${name.slice(1)}}`;
    const [logicalId = '', ...path] = name.split('.');
    return z.string().parse(path.length === 0 ? reference(logicalId) : attribute(logicalId, path.join('.')));
  };

  const intrinsic = (name: string, argument: unknown): unknown => {
    switch (name) {
      case 'Ref':
        return reference(Arguments.Ref.parse(argument));
      case 'Fn::GetAtt':
        return attribute(...Arguments['Fn::GetAtt'].parse(argument));
      case 'Fn::Join': {
        const [separator, parts] = Arguments['Fn::Join'].parse(argument);
        return z.array(z.string()).parse(resolve(parts)).join(separator);
      }
      case 'Fn::Select': {
        const [index, list] = Arguments['Fn::Select'].parse(argument);
        return z.array(z.string()).parse(resolve(list))[index];
      }
      case 'Fn::Split': {
        const [separator, text] = Arguments['Fn::Split'].parse(argument);
        return z.string().parse(resolve(text)).split(separator);
      }
      case 'Fn::Sub':
        return Arguments['Fn::Sub'].parse(argument).replace(/\$\{([^}]+)\}/g, placeholder);
      default:
        throw new Problem(`the laptop does not know ${name}`);
    }
  };

  const resolve = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(resolve);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value);
    const [only] = entries;
    if (entries.length === 1 && only !== undefined && /^(Ref|Fn::.*)$/.test(only[0])) return intrinsic(...only);
    return Object.fromEntries(entries.map(([key, part]) => [key, resolve(part)]));
  };

  return {
    attribute,
    all: (type, schema) =>
      Object.entries(Resources)
        .filter(([, { Type }]) => Type === type)
        .map(([logicalId, { Properties }]) => {
          try {
            const properties = schema.parse(resolve(Properties), inEnglish);
            return { logicalId, ref: attribute(logicalId, 'Ref'), properties };
          } catch (error) {
            if (error instanceof z.core.$ZodError) throw unplayable(logicalId, type, problemsOf(error));
            if (error instanceof Problem) throw unplayable(logicalId, type, error.message);
            throw error;
          }
        }),
  };
}

const unplayable = (logicalId: string, type: string, reason: string): Problem =>
  new Problem(`unable to play ${logicalId} (${type}); ${reason}`);
