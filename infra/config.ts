import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Node } from 'constructs';
import * as z from 'zod/mini';

const claim = () => z.optional(z.string('must name a claim').check(z.minLength(1, 'must name a claim')));

/** Names of the claims that tell who a caller is, and a profile; a deployment names those that differ from the ordinary ones. */
const ClaimNames = z.strictObject(
  { organization: claim(), roles: claim(), name: claim(), email: claim(), picture: claim() },
  'must name organization, roles, name, email or picture: organization=tenant,roles=groups',
);
type ClaimNames = z.infer<typeof ClaimNames>;

const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Whether `value` is an https URL without query or fragment; on the machine itself, http will do. */
const isServiceUrl = (value: string): boolean => {
  const url = URL.parse(value);
  if (url === null || url.search !== '' || url.hash !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && loopback.includes(url.hostname));
};

/** Whether `value` is what a browser sends as `Origin`: scheme, host and perhaps a port. */
const isOrigin = (value: string): boolean => /^https?:/.test(value) && URL.parse(value)?.origin === value;

/** A value as `-c` gives it, read as one of another type; in cdk.json it may already be of that type. */
const typed = <T extends z.ZodMiniType>(type: T, read: (text: string) => unknown) =>
  z.pipe(
    z.transform((value: unknown) => (typeof value === 'string' ? read(value) : value)),
    type,
  );

const aServiceUrl = 'must be an https URL without query or fragment';
const serviceUrl = () => z.string(aServiceUrl).check(z.refine(isServiceUrl, aServiceUrl));

const commaSeparated = (text: string): string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

const pairs = (text: string): Record<string, string> =>
  Object.fromEntries(
    commaSeparated(text).map((pair) => {
      const at = pair.indexOf('=');
      return at < 0 ? [pair, ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    }),
  );

const aNumber = 'must be a positive number';
const rate = () => typed(z.number(aNumber).check(z.positive(aNumber)), Number);
const aWholeNumber = 'must be a positive whole number';
const burst = () => typed(z.int(aWholeNumber).check(z.positive(aWholeNumber)), Number);

const retentionDays = Object.values(RetentionDays).filter(
  (days): days is RetentionDays => typeof days === 'number' && days !== RetentionDays.INFINITE,
);

/** The deployer's choices: CDK context, from `cdk deploy -c key=value` or from the `context` of cdk.json. */
const Context = z
  .object({
    /** The OIDC issuer whose tokens are accepted, exactly as their `iss` has it. Without it, a Cognito user pool is made. */
    issuer: z.optional(serviceUrl()),
    /** What a token's `aud` must be; several with commas. Goes with `issuer`. */
    audience: z.optional(
      typed(z.array(z.string().check(z.minLength(1))).check(z.minLength(1, 'must name at least one')), commaSeparated),
    ),
    /** Where the issuer publishes its keys, if not at `<issuer>/.well-known/jwks.json`. */
    jwksUri: z.optional(serviceUrl()),
    /** Claims by other names than `org_id`, `roles`, `name`, `email` and `picture`: `organization=tenant,roles=groups`. */
    claims: z.optional(typed(ClaimNames, pairs)),
    /** Origins whose pages may call the API, with commas, or `*`. Without it, no other origin's page may. */
    corsOrigins: z._default(
      typed(
        z
          .array(z.string())
          .check(
            z.refine(
              (origins) => origins.every(isOrigin) || (origins.length === 1 && origins[0] === '*'),
              'must be origins such as https://app.example.com, or * alone',
            ),
          ),
        commaSeparated,
      ),
      [],
    ),
    /** Requests a second, in the long run, past which the API answers 429. */
    throttleRate: z._default(rate(), 1_000),
    /** Requests at one instant, past which it does. */
    throttleBurst: z._default(burst(), 2_000),
    /** Frames a second for each action of the live API, in the long run, past which it refuses; connects likewise. */
    liveThrottleRate: z._default(rate(), 1_000),
    /** Frames at one instant, past which it does. */
    liveThrottleBurst: z._default(burst(), 2_000),
    /** Days for which logs are kept; one of the numbers that CloudWatch knows. */
    logRetentionDays: z._default(
      typed(
        z.custom<RetentionDays>(
          (days) => retentionDays.some((known) => known === days),
          `must be one of ${retentionDays.join(', ')}`,
        ),
        Number,
      ),
      RetentionDays.ONE_MONTH,
    ),
    /** The SNS topic that hears of alarms. Without it they only change colour. */
    alarmTopicArn: z.optional(
      z.string().check(z.regex(/^arn:[\w-]+:sns:[\w-]+:\d{12}:[\w-]+$/, "must be an SNS topic's ARN")),
    ),
    /**
     * Whether the stack makes the role by which API Gateway writes logs. There is one for an account and region, so this
     * is `false` where something else manages it; where nobody made it, access logs make the deployment fail.
     */
    apiGatewayLogRole: z._default(
      z.union([z.boolean(), z.stringbool({ truthy: ['true'], falsy: ['false'] })], 'must be true or false'),
      true,
    ),
  })
  .check(({ value, issues }) => {
    const refuse = (key: string, message: string) =>
      issues.push({ code: 'custom', input: value, path: [key], message });
    if (value.issuer !== undefined && value.audience === undefined) refuse('audience', 'is required with an issuer');
    if (value.issuer !== undefined) return;
    for (const key of ['audience', 'jwksUri', 'claims'] as const) {
      if (value[key] !== undefined) refuse(key, 'goes with an issuer, and there is none');
    }
  });

/** Every setting's name. */
export const contextKeys: readonly string[] = Object.keys(Context.shape);

/** Whose tokens are accepted, and how they are read. */
export interface TokenIssuer {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly jwksUri: string;
  /** Those claim names that differ from the ordinary ones. */
  readonly claims: ClaimNames;
}

/** What the stack is told; each of its settings is described where the context is read. */
export type Config = Omit<z.infer<typeof Context>, 'issuer' | 'audience' | 'jwksUri' | 'claims'> & {
  /** Absent where the stack is to make its own user pool. */
  readonly tokens?: TokenIssuer;
};

/** Reads the deployer's choices from the context of a construct's `node`. Throws an error that names every bad key and why. */
export const readConfig = (node: Node): Config => {
  const given = contextKeys.map((key) => [key, node.tryGetContext(key)] as const);
  const result = Context.safeParse(Object.fromEntries(given.filter(([, value]) => value !== undefined)));
  if (!result.success) {
    const problems = result.error.issues.map(({ path, message }) => `  ${path.join('.')}: ${message}`);
    throw new Error(`unable to read the context;\n${problems.join('\n')}`);
  }
  const { issuer, audience, jwksUri, claims = {}, ...config } = result.data;
  if (issuer === undefined || audience === undefined) return config;
  const published = jwksUri ?? `${issuer.replace(/\/$/, '')}/.well-known/jwks.json`;
  return { ...config, tokens: { issuer, audience, jwksUri: published, claims } };
};
