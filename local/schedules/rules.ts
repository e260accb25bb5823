import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { accountId, region } from '../aws.ts';
import { FunctionFailure } from '../lambda/failure.ts';
import type { FunctionDefinition } from '../lambda/functions.ts';
import type { Lambda } from '../lambda/lambda.ts';
import { readPermissions } from '../lambda/permissions.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';
import type { Task } from './schedules.ts';

/** A rule by which EventBridge invokes functions time and again. */
export interface Rule {
  readonly arn: string;
  readonly periodMs: number;
  readonly functionArns: readonly string[];
}

const MINUTE_MS = 60_000;

const RuleProperties = z.strictObject({
  Name: z.optional(z.string()),
  ScheduleExpression: z
    .string()
    .check(z.regex(/^rate\(\d{1,4} minutes?\)$/, 'the laptop plays a rate in minutes only')),
  State: z._default(z.literal('ENABLED'), 'ENABLED'),
  Targets: z.array(
    z.strictObject({
      Arn: z.string(),
      Id: z.string(),
      // Of no effect here: on a laptop every invocation is made at the first attempt.
      DeadLetterConfig: z.optional(z.unknown()),
      RetryPolicy: z.optional(z.unknown()),
    }),
  ),
  // Of no effect here.
  Description: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});

/**
 * The stack's scheduled rules.
 * @throws Problem naming one that the laptop cannot play, or whose function EventBridge may not invoke
 */
export function readRules(template: Template, functions: readonly FunctionDefinition[]): Rule[] {
  const mayInvoke = readPermissions(template, 'events.amazonaws.com');
  return template.all('AWS::Events::Rule', RuleProperties).map(({ logicalId, properties }) => {
    const arn = template.attribute(logicalId, 'Arn');
    const functionArns = properties.Targets.map((target) => target.Arn);
    for (const functionArn of functionArns) {
      if (!functions.some(({ arn }) => arn === functionArn))
        throw new Problem(`unable to play ${logicalId}; there is no function ${functionArn}`);
      mayInvoke(arn, functionArn, logicalId);
    }
    return {
      arn,
      periodMs: Number.parseInt(properties.ScheduleExpression.slice('rate('.length), 10) * MINUTE_MS,
      functionArns,
    };
  });
}

/** What a rule has done each time. A function that fails is not tried again: its log tells, and the next time comes. */
export const ruleTask = ({ arn, periodMs, functionArns }: Rule, lambda: Lambda): Task => ({
  periodMs,
  async run() {
    const event = scheduledEvent(arn);
    await Promise.all(
      functionArns.map((functionArn) =>
        lambda.invoke(functionArn, event).catch((error: unknown) => {
          if (!(error instanceof FunctionFailure)) throw error;
        }),
      ),
    );
  },
});

const scheduledEvent = (ruleArn: string) => ({
  version: '0',
  id: randomUUID(),
  'detail-type': 'Scheduled Event',
  source: 'aws.events',
  account: accountId,
  time: new Date().toISOString().replace(/\.\d+/, ''),
  region,
  resources: [ruleArn],
  detail: {},
});
