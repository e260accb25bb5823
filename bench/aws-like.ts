import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { type EngineAnswer, type EngineProxy, openEngineProxy } from './engine-proxy.ts';
import type { Quantiles } from './quantiles.ts';

/** Public measurements of DynamoDB, in milliseconds: the median, and what one in a hundred takes longer than. */
const takes = {
  read: { p50: 4, p99: 12 },
  write: { p50: 8, p99: 25 },
  transaction: { p50: 25, p99: 93 },
} as const;

const reading = new Set(['GetItem', 'BatchGetItem', 'Query']);
const writing = new Set(['PutItem', 'UpdateItem', 'DeleteItem', 'BatchWriteItem']);

/** The 99th percentile of the normal distribution. */
const Z99 = 2.326;

/** A time of a log-normal distribution with these quantiles. */
function sample({ p50, p99 }: Quantiles): number {
  const normal = Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
  return p50 * Math.exp((normal * Math.log(p99 / p50)) / Z99);
}

const Keys = z.object({ pk: z.object({ S: z.string() }), sk: z.object({ S: z.string() }) });
const Part = z.object({ Key: z.optional(Keys), Item: z.optional(Keys) });
const Transaction = z.object({ TransactItems: z.array(z.record(z.string(), Part)) });

const keysOf = (input: unknown): string[] =>
  Transaction.parse(input)
    .TransactItems.flatMap((item) => Object.values(item))
    .map(({ Key, Item }) => JSON.stringify(Keys.parse(Key ?? Item)));

const refused = (type: string, rest: object): EngineAnswer => ({
  status: 400,
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: type, ...rest }),
});

/**
 * Opens a way to the engine on which requests take as long as in AWS, and transactions that meet at an item conflict: the
 * later one is cancelled, as is a single write that meets one.
 */
export function openAwsLike(engine: string): Promise<EngineProxy> {
  const locked = new Set<string>();

  return openEngineProxy(engine, async ({ operation, input }, forward) => {
    if (operation === 'TransactWriteItems') {
      const keys = keysOf(input);
      const reasons = keys.map((key) => ({ Code: locked.has(key) ? 'TransactionConflict' : 'None' }));
      if (reasons.some(({ Code }) => Code !== 'None')) {
        await sleep(sample(takes.write));
        return refused('TransactionCanceledException', { CancellationReasons: reasons });
      }
      for (const key of keys) locked.add(key);
      try {
        await sleep(sample(takes.transaction));
        return await forward(input);
      } finally {
        for (const key of keys) locked.delete(key);
      }
    }
    if (reading.has(operation)) await sleep(sample(takes.read));
    if (writing.has(operation)) {
      await sleep(sample(takes.write));
      const { Key, Item } = Part.parse(input);
      const key = Key ?? Item;
      if (key && locked.has(JSON.stringify(key))) return refused('TransactionConflictException', {});
    }
    return forward(input);
  });
}
