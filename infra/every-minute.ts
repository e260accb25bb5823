import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { ParleyFunction } from './function.ts';

export interface EveryMinuteProps {
  readonly fn: ParleyFunction;
  readonly description: string;
}

/** What is not begun by then is of no use any more: the next one is due. */
const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };

/** Invokes a function each minute. One that fails is not tried again: the next minute's does its work too. */
export class EveryMinute extends Construct {
  readonly fn: ParleyFunction;

  constructor(scope: Construct, id: string, { fn, description }: EveryMinuteProps) {
    super(scope, id);
    this.fn = fn;
    fn.lambda.configureAsyncInvoke(once);
    new Rule(this, 'Rule', {
      description,
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(fn.lambda, once)],
    });
  }
}
