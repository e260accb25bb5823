import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, StreamViewType, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { ParleyFunction } from './function.ts';

/** What one function does to the items of the table, and of its index: DynamoDB's actions, without `dynamodb:`. */
export interface TableAccess {
  readonly table?: readonly TableAction[];
  readonly index?: readonly 'Query'[];
}

/** A transaction is authorized by the actions of its parts. No function scans. */
type TableAction =
  | 'BatchGetItem'
  | 'BatchWriteItem'
  | 'ConditionCheckItem'
  | 'DeleteItem'
  | 'GetItem'
  | 'PutItem'
  | 'Query'
  | 'UpdateItem';

const indexName = 'gsi1';

/** The one table of the design with its one index: never deleted with the stack, restorable to any second. */
export class ConversationsTable extends Construct {
  readonly table: Table;
  readonly indexName = indexName;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expiresAt',
      stream: StreamViewType.NEW_AND_OLD_IMAGES,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    this.table.addGlobalSecondaryIndex({
      indexName,
      partitionKey: { name: 'gsi1pk', type: AttributeType.STRING },
      sortKey: { name: 'gsi1sk', type: AttributeType.STRING },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }

  /** The stream of all that changes in the table. */
  get streamArn(): string {
    const { tableStreamArn } = this.table;
    if (tableStreamArn === undefined) throw new Error('the table has no stream');
    return tableStreamArn;
  }

  /** Gives `fn` exactly this access, and the table's name as `TABLE_NAME`; a function without any learns neither. */
  grant(fn: ParleyFunction, { table = [], index = [] }: TableAccess): void {
    const { tableArn, tableName } = this.table;
    if (table.length > 0) fn.allow(table.map(actionName), tableArn);
    if (index.length > 0) fn.allow(index.map(actionName), `${tableArn}/index/${indexName}`);
    if (table.length + index.length > 0) fn.lambda.addEnvironment('TABLE_NAME', tableName);
  }
}

const actionName = (action: string): string => `dynamodb:${action}`;
