import * as z from 'zod/mini';
import { matches } from '../policy.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';

const PermissionProperties = z.object({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z._default(z.string(), '*'),
});

/**
 * What a service of AWS may invoke.
 * @param principal the service: `apigateway.amazonaws.com`
 * @returns checks that it may invoke a function on behalf of `source`, for the resource of that logical id; throws a
 * Problem where AWS would refuse the invocation
 */
export function readPermissions(template: Template, principal: string) {
  const permissions = template
    .all('AWS::Lambda::Permission', PermissionProperties)
    .map(({ properties }) => properties)
    .filter(({ Action, Principal }) => Action === 'lambda:InvokeFunction' && Principal === principal);
  return (source: string, functionArn: string, logicalId: string): void => {
    const names = [functionArn, functionArn.split(':').at(-1)];
    const allowed = permissions.some(
      ({ FunctionName, SourceArn }) => names.includes(FunctionName) && matches(SourceArn, source),
    );
    if (!allowed) throw new Problem(`unable to play ${logicalId}; no permission lets it invoke ${functionArn}`);
  };
}
