import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

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

/** Lets `change` happen once, between what a client has read and the first transaction that it commits. */
export function overtaking(change: () => Promise<unknown>) {
  let pending: typeof change | undefined = change;
  return answering('TransactWriteItemsCommand', async (next) => {
    const now = pending;
    pending = undefined;
    await now?.();
    return next();
  });
}

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
