import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';

const Capacity = z.object({
  ReadCapacityUnits: z.optional(z.number()),
  WriteCapacityUnits: z.optional(z.number()),
  CapacityUnits: z.number(),
});
const Answer = z.object({ ConsumedCapacity: z.optional(z.union([Capacity, z.array(Capacity)])) });

/** What a piece of work cost: units of DynamoDB, and trips one after another (requests that overlap are one trip). */
export interface Cost {
  readonly reads: number;
  readonly writes: number;
  readonly trips: number;
}

const READS = new Set(['GetItemCommand', 'BatchGetItemCommand', 'QueryCommand']);

/** Records what the requests of a client cost. */
export class Recorder {
  #reads = 0;
  #writes = 0;
  #trips = 0;
  #underWay = 0;

  readonly watch = (client: DynamoDBDocumentClient): void => {
    client.middlewareStack.add(
      (next, context) => async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        if (this.#underWay === 0) this.#trips += 1;
        this.#underWay += 1;
        try {
          const result = await next(args);
          const { ConsumedCapacity = [] } = Answer.parse(result.output);
          const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
          if (READS.has(context.commandName ?? '')) this.#reads += units;
          else this.#writes += units;
          return result;
        } finally {
          this.#underWay -= 1;
        }
      },
      { step: 'initialize', name: 'recorder' },
    );
  };

  /** What `work` cost, and what it answered. */
  async cost<Result>(work: () => Promise<Result>): Promise<Cost & { result: Result }> {
    const before = { reads: this.#reads, writes: this.#writes, trips: this.#trips };
    const result = await work();
    return {
      result,
      reads: this.#reads - before.reads,
      writes: this.#writes - before.writes,
      trips: this.#trips - before.trips,
    };
  }
}
