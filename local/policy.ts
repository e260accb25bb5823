import * as z from 'zod/mini';

const oneOrMany = z.pipe(
  z.union([z.string(), z.array(z.string())]),
  z.transform((value: string | string[]) => (typeof value === 'string' ? [value] : value)),
);

/** A statement of a policy, of IAM's or of an authorizer's. Conditions and negations are not played. */
const Statement = z.strictObject({
  Sid: z.optional(z.string()),
  Effect: z.enum(['Allow', 'Deny']),
  Action: oneOrMany,
  Resource: oneOrMany,
});
export type Statement = z.output<typeof Statement>;

/** A policy document, read into its statements. */
export const PolicyDocument = z.pipe(
  z.strictObject({
    Version: z.optional(z.string()),
    Id: z.optional(z.string()),
    Statement: z.union([z.array(Statement), Statement]),
  }),
  z.transform(({ Statement }: { Statement: Statement | Statement[] }) => [Statement].flat()),
);

export type Decision = 'allowed' | 'denied' | 'not allowed';

/** What `statements` say of doing `action` with `resource`: a denial wins, silence allows nothing. */
export function decide(statements: readonly Statement[], action: string, resource: string): Decision {
  const effects = statements
    .filter((statement) => statement.Action.some((pattern) => matches(pattern.toLowerCase(), action.toLowerCase())))
    .filter((statement) => statement.Resource.some((pattern) => matches(pattern, resource)))
    .map((statement) => statement.Effect);
  if (effects.includes('Deny')) return 'denied';
  return effects.includes('Allow') ? 'allowed' : 'not allowed';
}

/** Whether `value` is as `pattern` says, where `*` stands for any run of characters and `?` for any one. */
export function matches(pattern: string, value: string): boolean {
  if (!/[*?]/.test(pattern)) return pattern === value;
  const literal = pattern.replace(/[\\^$.+()[\]{}|]/g, '\\$&');
  return RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(value);
}
