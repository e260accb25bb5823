import * as z from 'zod/mini';
import type { StreamRecord } from './failed-batch.ts';

/** Invokes a function with an event. Gives its answer, or undefined where it failed as a whole. */
export type Invoke = (event: { readonly Records: readonly StreamRecord[] }) => Promise<{ answer: unknown } | undefined>;

/**
 * Gives records to a function in Lambda's way: it may fail at one of them, and names it, or as a whole. What comes after a
 * failure is tried too, in halves, so that what fails again does so alone.
 * @returns the records at which it failed
 */
export async function consume(invoke: Invoke, records: readonly StreamRecord[]): Promise<readonly StreamRecord[]> {
  const done = doneOf(await invoke({ Records: records }), records);
  const rest = records.slice(done);
  if (rest.length <= 1) return rest;
  if (done > 0) return consume(invoke, rest);
  const middle = Math.ceil(rest.length / 2);
  return [...(await consume(invoke, rest.slice(0, middle))), ...(await consume(invoke, rest.slice(middle)))];
}

const Answer = z.nullish(z.object({ batchItemFailures: z.nullish(z.array(z.object({ itemIdentifier: z.string() }))) }));

/** How many records a function has done: those before the first that it names; all, if it names none. */
function doneOf(outcome: { answer: unknown } | undefined, records: readonly StreamRecord[]): number {
  const read = Answer.safeParse(outcome?.answer);
  if (outcome === undefined || !read.success) return 0;
  const named = (read.data?.batchItemFailures ?? []).map(({ itemIdentifier }) =>
    records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
  );
  // One that it was not given says nothing of the others.
  return Math.max(0, Math.min(records.length, ...named));
}
