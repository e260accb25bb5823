import type { Table } from '../../core/store/table.ts';
import type { StreamFilters } from '../../infra/stream-filters.ts';
import { readFilter } from '../../local/streams/filter.ts';
import { openReader } from '../../local/streams/reader.ts';
import { eventRecord, type StreamRecord } from '../../local/streams/record.ts';

const streamArn = 'arn:aws:dynamodb:us-east-1:000000000000:table/test/stream/test';

/** The stream of a table that was opened with one, as Lambda reads it for an event source mapping. */
export interface TestStream {
  /** What is new since the last reading, and passes the filters. */
  read(): Promise<StreamRecord[]>;
  close(): void;
}

/** Opens the stream from its beginning. */
export async function openStream(table: Table, filters: StreamFilters): Promise<TestStream> {
  const endpoint = await table.client.config.endpoint?.();
  if (!endpoint) throw new Error('the table has no endpoint of its own');
  const passes = filters.map((filter) => readFilter(JSON.stringify(filter)));
  const reader = await openReader(
    `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}`,
    table.name,
    {
      id: 'test',
      function: {
        name: 'test',
        arn: 'test',
        file: '',
        handler: '',
        environment: {},
        memoryMb: 128,
        timeoutMs: 1_000,
        accessKeyId: 'test',
        statements: [{ Effect: 'Allow', Action: ['*'], Resource: ['*'] }],
      },
      streamArn,
      filters: passes,
      batchSize: 10,
      retries: 0,
      halves: false,
      reportsFailures: true,
      bucket: undefined,
    },
    () => undefined,
  );
  return {
    async read() {
      const found: StreamRecord[] = [];
      for (;;) {
        const { records } = await reader.read();
        if (records.length === 0) return found;
        found.push(
          ...records
            .map((record) => eventRecord(record, streamArn))
            .filter((record) => passes.some((filter) => filter(record))),
        );
      }
    },
    close: () => reader.close(),
  };
}
