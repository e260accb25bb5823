import * as z from 'zod/mini';
import type { Assembly } from '../assembly.ts';
import { region } from '../aws.ts';
import { PolicyDocument, type Statement } from '../policy.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';

/** A function of the stack. */
export interface FunctionDefinition {
  readonly name: string;
  readonly arn: string;
  /** The file that its bundle begins with; absolute. */
  readonly file: string;
  /** The export of that file that is the handler. */
  readonly handler: string;
  /** All of its environment: the stack's variables and what Lambda adds. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMb: number;
  readonly timeoutMs: number;
  /** Its requests to AWS are signed by this key; so they tell whose they are. */
  readonly accessKeyId: string;
  /** What its role may do. */
  readonly statements: readonly Statement[];
}

const FunctionProperties = z.strictObject({
  FunctionName: z.optional(z.string()),
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Role: z.string(),
  Runtime: z.literal('nodejs24.x'),
  Environment: z._default(z.strictObject({ Variables: z._default(z.record(z.string(), z.string()), {}) }), {
    Variables: {},
  }),
  MemorySize: z._default(z.int(), 128),
  Timeout: z._default(z.int(), 3),
  LoggingConfig: z.optional(z.object({ LogGroup: z.optional(z.string()) })),
  // Of no effect here.
  Architectures: z.optional(z.unknown()),
  Description: z.optional(z.unknown()),
  ReservedConcurrentExecutions: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
  TracingConfig: z.optional(z.unknown()),
});

const RoleProperties = z.object({
  Policies: z._default(z.array(z.object({ PolicyDocument })), []),
  ManagedPolicyArns: z._default(z.array(z.string()), []),
});

const PolicyProperties = z.object({ PolicyDocument, Roles: z._default(z.array(z.string()), []) });

/** Policies of AWS's own that allow nothing of what the laptop plays. */
const logsAndTracesOnly = [
  'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole',
  'arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess',
];

/**
 * The functions of the stack.
 * @throws Problem naming a function or a role that the laptop cannot play
 */
export function readFunctions(template: Template, { assets }: Assembly): FunctionDefinition[] {
  const roles = readRoles(template);
  return template.all('AWS::Lambda::Function', FunctionProperties).map(({ logicalId, ref: name, properties }) => {
    const directory = assets.get(properties.Code.S3Key);
    if (directory === undefined)
      throw new Problem(`unable to play ${name}; the assembly has no ${properties.Code.S3Key}`);
    const [module, handler] = properties.Handler.split('.');
    if (module === undefined || handler === undefined)
      throw new Problem(`unable to play ${name}; its handler is no "file.export"`);
    const role = roles.get(properties.Role);
    if (role === undefined) throw new Problem(`unable to play ${name}; its role is not in the template`);
    const unknown = role.managed.find((policy) => !logsAndTracesOnly.includes(policy));
    if (unknown !== undefined)
      throw new Problem(`unable to play ${name}; the laptop does not know the policy ${unknown}`);
    return {
      name,
      arn: template.attribute(logicalId, 'Arn'),
      file: `${directory}/${module}.mjs`,
      handler,
      environment: {
        ...properties.Environment.Variables,
        AWS_ACCESS_KEY_ID: logicalId,
        AWS_SECRET_ACCESS_KEY: 'laptop',
        AWS_SESSION_TOKEN: 'laptop',
        AWS_REGION: region,
        AWS_DEFAULT_REGION: region,
        AWS_EXECUTION_ENV: `AWS_Lambda_${properties.Runtime}`,
        AWS_LAMBDA_FUNCTION_NAME: name,
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(properties.MemorySize),
        AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
        AWS_LAMBDA_LOG_GROUP_NAME: properties.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
        AWS_LAMBDA_LOG_STREAM_NAME: 'laptop',
        LANG: 'en_US.UTF-8',
        LAMBDA_TASK_ROOT: directory,
        TZ: ':UTC',
        _HANDLER: properties.Handler,
      },
      memoryMb: properties.MemorySize,
      timeoutMs: properties.Timeout * 1_000,
      accessKeyId: logicalId,
      statements: role.statements,
    };
  });
}

/** What each role may do, by the role's ARN: by its own statements, and by policies that others manage. */
function readRoles(template: Template): Map<string, { statements: Statement[]; managed: string[] }> {
  const policies = template.all('AWS::IAM::Policy', PolicyProperties).map(({ properties }) => properties);
  return new Map(
    template.all('AWS::IAM::Role', RoleProperties).map(({ logicalId, ref, properties }) => {
      const attached = policies.filter(({ Roles }) => Roles.includes(ref));
      const statements = [...properties.Policies, ...attached].flatMap(({ PolicyDocument }) => PolicyDocument);
      return [template.attribute(logicalId, 'Arn'), { statements, managed: properties.ManagedPolicyArns }];
    }),
  );
}
