import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  ExpiredIteratorException,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
  type _Record as SdkRecord,
  TrimmedDataAccessException,
} from '@aws-sdk/client-dynamodb-streams';
import { engineConfig } from '../dynamodb/table.ts';
import { Problem } from '../problem.ts';
import { type Mapping, requireAllowed } from './mappings.ts';

/** How far a stream has been consumed. */
export interface Position {
  readonly shardId: string;
  /** The last record consumed. */
  readonly sequenceNumber: string;
}

/** What one reading brought. */
export interface Reading {
  readonly shardId: string;
  readonly records: readonly SdkRecord[];
}

/** Reads a table's stream in order, as Lambda does for one mapping. */
export interface StreamReader {
  /** The engine's own name of the stream; a stream that was begun anew has another. */
  readonly stream: string;
  /** What comes next, or nothing. */
  read(): Promise<Reading>;
  /** What it was allowed to do and has done, each once, as `action resource`. */
  readonly performed: ReadonlySet<string>;
  close(): void;
}

const MOST_RECORDS = 1_000;

/**
 * Opens the stream of the table `tableName` in the engine at `endpoint`.
 * @param positionIn tells how far that stream has been consumed; undefined for a reading from its beginning
 * @throws Problem if the table has no stream, or the function's role does not allow the reading
 */
export async function openReader(
  endpoint: string,
  tableName: string,
  { function: definition, streamArn }: Mapping,
  positionIn: (stream: string) => Position | undefined,
): Promise<StreamReader> {
  const performed = new Set<string>();
  const perform = (action: string) => {
    requireAllowed(definition, `dynamodb:${action}`, streamArn);
    performed.add(`dynamodb:${action} ${streamArn}`);
  };
  const client = new DynamoDBStreamsClient(engineConfig(endpoint));

  const findStream = async (): Promise<string> => {
    perform('ListStreams');
    const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName: tableName }));
    const stream = Streams.find(({ TableName }) => TableName === tableName)?.StreamArn;
    if (stream === undefined) throw new Problem(`unable to consume the stream of ${tableName}; the table has none`);
    return stream;
  };

  const shardIds = async (): Promise<string[]> => {
    perform('DescribeStream');
    const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn: stream }));
    return (StreamDescription?.Shards ?? []).flatMap(({ ShardId }) => ShardId ?? []);
  };

  const iterate = async (shardId: string, after?: string): Promise<string | undefined> => {
    perform('GetShardIterator');
    const start =
      after === undefined
        ? ({ ShardIteratorType: 'TRIM_HORIZON' } as const)
        : ({ ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: after } as const);
    const command = new GetShardIteratorCommand({ StreamArn: stream, ShardId: shardId, ...start });
    try {
      return (await client.send(command)).ShardIterator;
    } catch (error) {
      // The stream has forgotten what we had read last: the oldest that it knows comes next.
      if (error instanceof TrimmedDataAccessException && after !== undefined) return iterate(shardId);
      throw error;
    }
  };

  let stream = '';
  let shardId: string | undefined;
  let iterator: string | undefined;
  /** The last record read. */
  let last: string | undefined;

  const begin = async () => {
    stream = await findStream();
    const position = positionIn(stream);
    const shards = await shardIds();
    shardId = shards.find((id) => id === position?.shardId) ?? shards[0];
    if (shardId === undefined) throw new Problem(`unable to consume ${stream}; it has no shard`);
    last = position?.shardId === shardId ? position.sequenceNumber : undefined;
    iterator = await iterate(shardId, last);
  };

  const read = async (): Promise<Reading> => {
    if (shardId === undefined) throw new Error('the stream is not open');
    if (iterator === undefined) {
      // The shard has come to its end. Some engine begins another one every few hours.
      const shards = await shardIds();
      const next = shards[shards.indexOf(shardId) + 1];
      if (next === undefined) return { shardId, records: [] };
      shardId = next;
      last = undefined;
      iterator = await iterate(next);
    }
    perform('GetRecords');
    try {
      const answer = await client.send(new GetRecordsCommand({ ShardIterator: iterator, Limit: MOST_RECORDS }));
      iterator = answer.NextShardIterator;
      last = answer.Records?.at(-1)?.dynamodb?.SequenceNumber ?? last;
      return { shardId, records: answer.Records ?? [] };
    } catch (error) {
      // The laptop slept for longer than an iterator lasts.
      if (!(error instanceof ExpiredIteratorException || error instanceof TrimmedDataAccessException)) throw error;
      iterator = await iterate(shardId, last);
      return { shardId, records: [] };
    }
  };

  try {
    await begin();
    requireAllowed(definition, 'dynamodb:GetRecords', streamArn);
  } catch (error) {
    client.destroy();
    throw error;
  }
  return { stream, read, performed, close: () => client.destroy() };
}
