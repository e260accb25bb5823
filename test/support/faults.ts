import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { Item, Key } from '../../core/store/table.ts';

/**
 * Trouble that AWS makes and the engine does not:
 * `conflict` another transaction is in the way; `throttle` refused before anything happened; `lostRequest` it never
 * arrived; `lostAnswer` it was carried out, and nobody heard of it.
 */
export type Fault = 'none' | 'conflict' | 'throttle' | 'lostRequest' | 'lostAnswer';

/** An error as the SDK throws it. */
export const sdkError = (name: string) => Object.assign(new Error(name), { name, $fault: 'client', $metadata: {} });

const conflict = (items: number) =>
  new TransactionCanceledException({
    message: 'Transaction cancelled',
    $metadata: {},
    CancellationReasons: Array.from({ length: items }, (_, at) => ({
      Code: at === 1 ? 'TransactionConflict' : 'None',
    })),
  });

const Transaction = z.object({
  ClientRequestToken: z.string(),
  TransactItems: z.array(z.record(z.string(), z.object({ Key: z.optional(z.unknown()) }))),
});

type Send = (transaction: z.infer<typeof Transaction>, carryOut: () => Promise<void>) => Promise<void>;

/** Stands between a client and the network, for transactions: what it throws, the SDK sees as an attempt's outcome. */
const intercept = (name: string, send: Send) => (client: DynamoDBDocumentClient) => {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      if (context.commandName !== 'TransactWriteItemsCommand') return next(args);
      const results: Awaited<ReturnType<typeof next>>[] = [];
      await send(Transaction.parse(args.input), async () => {
        results.push(await next(args));
      });
      const [result] = results;
      if (!result) throw new Error('a transaction was neither carried out nor failed');
      return result;
    },
    // Within the SDK's retries, which are of high priority in this step.
    { step: 'finalizeRequest', priority: 'low', name },
  );
};

/**
 * Lets `answer` stand between a client and the network, for one kind of command, such as `GetItemCommand`. It is given
 * the request as JSON.
 */
export const answering =
  (command: string, answer: <Result>(next: () => Promise<Result>, request: string) => Promise<Result>) =>
  (client: DynamoDBDocumentClient) => {
    client.middlewareStack.add(
      (next, context) => async (args) =>
        context.commandName === command ? answer(() => next(args), JSON.stringify(args.input)) : next(args),
      { step: 'finalizeRequest', priority: 'low', name: `answering ${command}` },
    );
  };

/** Lets `change` happen once, between what a client has read and the first transaction, or other write, that it makes. */
export function overtaking(change: () => Promise<unknown>, command = 'TransactWriteItemsCommand') {
  let pending: typeof change | undefined = change;
  return answering(command, async (next) => {
    const now = pending;
    pending = undefined;
    await now?.();
    return next();
  });
}

const Items = z.array(z.looseObject({ pk: z.string(), sk: z.string() }));

/**
 * Lets a client see one item as it was before, the first times that it reads it: DynamoDB brings the items of a transaction
 * into sight one by one.
 * @param before the item as it was; undefined where there was none, or where it is not to be found by a query's filter
 * @param sights how often it is still seen so; counts down
 */
export const seeing =
  (key: Key, before: Item | undefined, sights = { left: 1 }) =>
  (client: DynamoDBDocumentClient) => {
    const asBefore = (list: unknown) => {
      const others = Items.parse(list).filter(({ pk, sk }) => pk !== key.pk || sk !== key.sk);
      return Items.parse([...others, ...(before ? [before] : [])]).toSorted((a, b) => (a.sk < b.sk ? -1 : 1));
    };
    client.middlewareStack.add(
      (next, context) => async (args) => {
        const result = await next(args);
        const request = JSON.stringify(args.input);
        const asksForIt = {
          QueryCommand: request.includes(`"${key.pk}"`),
          BatchGetItemCommand: request.includes(`"${key.pk}"`) && request.includes(`"${key.sk}"`),
          GetItemCommand: request.includes(`"${key.pk}"`) && request.includes(`"${key.sk}"`),
        }[context.commandName ?? ''];
        if (sights.left === 0 || !asksForIt) return result;
        sights.left -= 1;
        const { Items: found, Responses } = Read.parse(result.output);
        if (context.commandName === 'GetItemCommand') return { ...result, output: { Item: before, $metadata: {} } };
        const output = found
          ? { ...Read.parse(result.output), Items: asBefore(found) }
          : {
              Responses: Object.fromEntries(
                Object.entries(Responses ?? {}).map(([name, list]) => [name, asBefore(list)]),
              ),
            };
        return { ...result, output: { ...output, $metadata: {} } };
      },
      { step: 'finalizeRequest', priority: 'low', name: 'seeing' },
    );
  };

const Read = z.looseObject({
  Items: z.optional(z.array(z.unknown())),
  Responses: z.optional(z.record(z.string(), z.array(z.unknown()))),
});

/** Makes the transactions of a client fail as `nextFault` says, which is told what each writes (`Put`, `Update` …). */
export function failing(nextFault: (writes: readonly string[]) => Fault) {
  const committed = new Set<string>();
  return intercept('failing', async ({ ClientRequestToken: token, TransactItems }, carryOut) => {
    switch (nextFault(TransactItems.flatMap(Object.keys))) {
      case 'conflict':
        // DynamoDB answers a token that it has carried out already by success, whatever else goes on.
        if (!committed.has(token)) throw conflict(TransactItems.length);
        return carryOut();
      case 'throttle':
        throw sdkError('ThrottlingException');
      case 'lostRequest':
        throw sdkError('TimeoutError');
      case 'lostAnswer':
        await carryOut().then(
          () => committed.add(token),
          () => undefined,
        );
        throw sdkError('TimeoutError');
      case 'none':
        return carryOut();
    }
  });
}

/** Cancels, as AWS does, every transaction that updates an item which another one under way is updating too. */
export function colliding() {
  const locked = new Set<string>();
  const begun = new Set<string>();
  return intercept('colliding', async ({ ClientRequestToken: token, TransactItems }, carryOut) => {
    const keys = TransactItems.flatMap((item) =>
      Object.values(item).flatMap(({ Key }) => (Key ? [JSON.stringify(Key)] : [])),
    );
    if (!begun.has(token) && keys.some((key) => locked.has(key))) throw conflict(TransactItems.length);
    begun.add(token);
    for (const key of keys) locked.add(key);
    try {
      await carryOut();
    } finally {
      for (const key of keys) locked.delete(key);
    }
  });
}
