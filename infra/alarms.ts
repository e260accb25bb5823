import { Duration, Stack } from 'aws-cdk-lib';
import {
  Alarm,
  type AlarmProps,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { IEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type IFilterPattern } from 'aws-cdk-lib/aws-logs';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ConversationsTable } from './conversations-table.ts';
import type { EveryMinute } from './every-minute.ts';
import type { RestApi } from './rest-api.ts';
import type { StreamConsumer } from './stream-consumer.ts';
import type { WebSocketApi } from './web-socket-api.ts';

export interface AlarmsProps {
  readonly rest: RestApi;
  readonly live: WebSocketApi;
  readonly conversations: ConversationsTable;
  readonly consumers: readonly StreamConsumer[];
  readonly sweeps: EveryMinute;
  /** The SNS topic that hears of them. */
  readonly topicArn?: string | undefined;
}

/** A consumer is normally behind by less than a second. */
const LAG_MS = 60_000;

const total: MetricOptions = { statistic: 'Sum', period: Duration.minutes(5) };

/** What somebody should look at, each over five minutes. */
export class Alarms extends Construct {
  private readonly topic: ITopic | undefined;

  constructor(scope: Construct, id: string, { rest, live, conversations, consumers, sweeps, topicArn }: AlarmsProps) {
    super(scope, id);
    this.topic = topicArn === undefined ? undefined : Topic.fromTopicArn(this, 'Topic', topicArn);

    this.alarm('ServerErrors', rest.api.metricServerError(total), 5, 'The API answered 5xx');

    // Functions that failed, and those that answered so. Of the latter API Gateway's own count has the client's faults too.
    const liveErrors = [
      live.api.metric('ExecutionError', total),
      this.logged('LiveErrors', FilterPattern.stringValue('$.functionStatus', '=', '5*'), live),
    ];
    this.alarm('LiveErrors', sum(liveErrors), 5, 'The live API answered by errors of its own');

    // Counted from the access logs: to a function's own metric every bad token is an error.
    const failedAuthorizer = FilterPattern.stringValue('$.refusal', '=', 'AUTHORIZER_*');
    const authorizerErrors = this.logged('AuthorizerErrors', failedAuthorizer, rest, live);
    this.alarm('AuthorizerErrors', authorizerErrors, 1, 'An authorizer failed');

    // Of the whole account and region: no function reserves concurrency, so they share what the account has.
    const throttles = new Metric({ namespace: 'AWS/Lambda', metricName: 'Throttles', ...total });
    this.alarm('FunctionThrottles', throttles, 1, 'Lambda refused to run functions: its concurrency is used up');

    this.alarm('TableThrottles', throttleEvents(conversations), 1, 'DynamoDB throttled reads or writes');
    this.alarm('TableErrors', systemErrors(conversations), 5, 'DynamoDB failed by itself');

    this.alarm('StreamLag', lag(consumers), LAG_MS, "The stream's consumers are more than a minute behind");
    const kept =
      'A record of the stream could not be consumed, and is kept: sockets were not told, or items not erased';
    this.alarm('FailedRecords', failedRecords(consumers), 1, kept);
    this.alarm('LostRecords', lostRecords(consumers), 1, 'A record of the stream could be neither consumed nor kept');

    // One that fails is made good by the next, a minute later.
    this.alarm('NoSweeps', successes(sweeps), 1, 'No sweep of lapsed sockets has succeeded', {
      comparisonOperator: ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.BREACHING,
    });
  }

  /** Counts the lines of the gateways' access logs that are as the pattern has it. */
  private logged(metricName: string, filterPattern: IFilterPattern, ...gateways: (RestApi | WebSocketApi)[]): Metric {
    const metricNamespace = Stack.of(this).stackName;
    for (const { accessLog } of gateways)
      accessLog.addMetricFilter(metricName, { filterPattern, metricNamespace, metricName });
    return new Metric({ namespace: metricNamespace, metricName, ...total });
  }

  /** Rings from `threshold` on, and rests while nothing is counted, unless `rule` says otherwise. */
  private alarm(
    id: string,
    metric: IMetric,
    threshold: number,
    alarmDescription: string,
    rule: Pick<AlarmProps, 'comparisonOperator' | 'treatMissingData'> = {
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    },
  ): void {
    const alarm = new Alarm(this, id, { metric, threshold, alarmDescription, evaluationPeriods: 1, ...rule });
    if (this.topic) alarm.addAlarmAction(new SnsAction(this.topic));
  }
}

/** The throttled reads and writes of the table and of its index, which DynamoDB counts apart. */
const throttleEvents = ({ table, indexName }: ConversationsTable): IMetric =>
  sum(
    ['ReadThrottleEvents', 'WriteThrottleEvents'].flatMap((metricName) => [
      tableMetric(metricName, { TableName: table.tableName }),
      tableMetric(metricName, { TableName: table.tableName, GlobalSecondaryIndexName: indexName }),
    ]),
  );

/** The errors that are DynamoDB's own fault, which it counts by operation. */
const systemErrors = ({ table }: ConversationsTable): IMetric =>
  sum(
    ['GetItem', 'BatchGetItem', 'Query', 'UpdateItem', 'DeleteItem', 'BatchWriteItem', 'TransactWriteItems'].map(
      (Operation) => tableMetric('SystemErrors', { TableName: table.tableName, Operation }),
    ),
  );

const tableMetric = (metricName: string, dimensionsMap: Record<string, string>): Metric =>
  new Metric({ namespace: 'AWS/DynamoDB', metricName, dimensionsMap, ...total });

/** How old the record is, in milliseconds, that the slowest consumer is at. */
const lag = (consumers: readonly StreamConsumer[]): IMetric =>
  combined(
    'MAX',
    consumers.map(({ fn }) => fn.lambda.metric('IteratorAge', { ...total, statistic: 'Maximum' })),
  );

/** The records that Lambda gave up and put into the bucket. */
const failedRecords = (consumers: readonly StreamConsumer[]): IMetric =>
  sum(consumers.map(({ mapping }) => mappingMetric('OnFailureDestinationDeliveredEventCount', mapping)));

/** The records that Lambda gave up and could not put anywhere. */
const lostRecords = (consumers: readonly StreamConsumer[]): IMetric =>
  sum(
    consumers.flatMap(({ fn, mapping }) => [
      mappingMetric('DroppedEventCount', mapping),
      fn.lambda.metric('DestinationDeliveryFailures', total),
    ]),
  );

const mappingMetric = (metricName: string, { eventSourceMappingId }: IEventSourceMapping): Metric =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { EventSourceMappingUUID: eventSourceMappingId },
    ...total,
  });

/** The invocations that did not fail. */
const successes = ({ fn: { lambda } }: EveryMinute): IMetric =>
  new MathExpression({
    expression: 'invocations - FILL(errors, 0)',
    usingMetrics: { invocations: lambda.metricInvocations(total), errors: lambda.metricErrors(total) },
    period: Duration.minutes(5),
  });

/** Adds up metrics of which most are silent most of the time; `a + b` has no value where either is missing. */
const sum = (metrics: readonly Metric[]): MathExpression => combined('SUM', metrics);

const combined = (by: 'SUM' | 'MAX', metrics: readonly Metric[]): MathExpression =>
  new MathExpression({
    expression: `${by}(FILL(METRICS(), 0))`,
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period: Duration.minutes(5),
  });
