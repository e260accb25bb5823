import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceNotFoundException,
  UpdateTableCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { region } from '../aws.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';

const KeySchema = z.array(z.strictObject({ AttributeName: z.string(), KeyType: z.enum(['HASH', 'RANGE']) }));

const Index = z.strictObject({
  IndexName: z.string(),
  KeySchema,
  Projection: z.strictObject({
    ProjectionType: z.enum(['ALL', 'KEYS_ONLY', 'INCLUDE']),
    NonKeyAttributes: z.optional(z.array(z.string())),
  }),
});

const TableProperties = z.strictObject({
  TableName: z.optional(z.string()),
  AttributeDefinitions: z.array(z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(['S', 'N', 'B']) })),
  KeySchema,
  BillingMode: z.literal('PAY_PER_REQUEST'),
  GlobalSecondaryIndexes: z.optional(z.array(Index)),
  StreamSpecification: z.optional(
    z.strictObject({ StreamViewType: z.enum(['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES']) }),
  ),
  TimeToLiveSpecification: z.optional(z.strictObject({ AttributeName: z.string(), Enabled: z.literal(true) })),
  // Of no effect here: no engine for a laptop keeps backups.
  PointInTimeRecoverySpecification: z.optional(z.unknown()),
  DeletionProtectionEnabled: z.optional(z.unknown()),
  SSESpecification: z.optional(z.unknown()),
  ContributorInsightsSpecification: z.optional(z.unknown()),
  Tags: z.optional(z.unknown()),
});

/** A table as the engine is asked to create it. */
export type TableDefinition = CreateTableCommandInput & { readonly TableName: string };

const onlyTable = (template: Template) => {
  const [table, ...more] = template.all('AWS::DynamoDB::Table', TableProperties);
  if (table === undefined || more.length > 0)
    throw new Problem('unable to play the stack; it has not exactly one table');
  return table;
};

/** The attribute of the table's items that says until when they are kept, in Unix seconds; undefined if they all stay. */
export const readTimeToLive = (template: Template): string | undefined =>
  onlyTable(template).properties.TimeToLiveSpecification?.AttributeName;

/**
 * The stack's one table.
 * @throws Problem if it has another number, or a table that the laptop cannot play
 */
export function readTable(template: Template): TableDefinition {
  const table = onlyTable(template);
  const { AttributeDefinitions, KeySchema, BillingMode, GlobalSecondaryIndexes, StreamSpecification } =
    table.properties;
  return {
    TableName: table.ref,
    AttributeDefinitions,
    KeySchema,
    BillingMode,
    GlobalSecondaryIndexes,
    StreamSpecification: StreamSpecification && { StreamEnabled: true, ...StreamSpecification },
  };
}

/** The same table for whoever does not read its stream: the engine writes the slower the longer that grows. */
export const withoutStream = (table: TableDefinition): TableDefinition => ({
  ...table,
  StreamSpecification: undefined,
});

/** What a client of the engine at `endpoint` is made with; the engine binds nobody by a policy. */
export const engineConfig = (endpoint: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId: 'laptop', secretAccessKey: 'laptop' },
});

/** A client of the engine at `endpoint` that no policy binds; close it by `destroy`. */
export const engineClient = (endpoint: string): DynamoDBClient => new DynamoDBClient(engineConfig(endpoint));

/**
 * Creates `table` unless it exists; gives it its stream if it exists without.
 * @throws Problem if one of its name exists with other keys or indexes
 */
export async function ensureTable(client: DynamoDBClient, table: TableDefinition): Promise<void> {
  const { TableName, StreamSpecification } = table;
  const existing = await describe(client, table);
  if (existing === undefined) {
    await client.send(new CreateTableCommand(table));
    await waitUntilTableExists({ client, maxWaitTime: 10, minDelay: 0.02, maxDelay: 1 }, { TableName });
  } else if (shape(existing) !== shape(table)) {
    throw new Problem(
      `unable to use the table ${TableName}; it was created with other keys or indexes than the stack's now.\n` +
        'Remove it (and all that it holds): with the engine of npm start, by removing .parley/',
    );
  } else if (StreamSpecification && !existing.StreamSpecification?.StreamEnabled) {
    await client.send(new UpdateTableCommand({ TableName, StreamSpecification }));
  }
}

/** Removes a table with all its items. */
export async function dropTable(client: DynamoDBClient, table: TableDefinition): Promise<void> {
  await client.send(new DeleteTableCommand({ TableName: table.TableName }));
}

async function describe(client: DynamoDBClient, { TableName }: TableDefinition) {
  try {
    return (await client.send(new DescribeTableCommand({ TableName }))).Table;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

type Shape = Pick<CreateTableCommandInput, 'AttributeDefinitions' | 'KeySchema'> & {
  GlobalSecondaryIndexes?:
    | { IndexName?: string | undefined; KeySchema?: CreateTableCommandInput['KeySchema'] }[]
    | undefined;
};

/** What of a table cannot be changed once it exists, as text that is equal where that is equal. */
const shape = ({ AttributeDefinitions = [], KeySchema = [], GlobalSecondaryIndexes = [] }: Shape): string => {
  const keys = (schema: CreateTableCommandInput['KeySchema'] = []) =>
    schema.map(({ AttributeName, KeyType }) => {
      const type = AttributeDefinitions.find((definition) => definition.AttributeName === AttributeName)?.AttributeType;
      return `${KeyType} ${AttributeName} ${type}`;
    });
  const indexes = GlobalSecondaryIndexes.map((index) => `${index.IndexName}: ${keys(index.KeySchema)}`);
  return [keys(KeySchema).join(), ...indexes.toSorted()].join('\n');
};
