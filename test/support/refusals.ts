import { expect } from 'vitest';
import type { Answer } from './cloud.ts';

/** What of an answer a refusal is told by: all of its body, and how many items it has made, where that was counted. */
export const told = ({ status, body, ...counted }: Answer & { written?: number }) => ({
  status,
  body,
  written: counted.written ?? 0,
});

/** How v2 refuses for one reason. */
export const detail = (status: number, why: unknown = expect.stringMatching(/^[A-Z]/)) => ({
  status,
  body: { detail: why },
  written: 0,
});

/** Where something is wrong with a request, what, and of what kind that is; as FastAPI says it. */
export type Fault = readonly [loc: readonly (string | number)[], msg: unknown, type: string];

/** How v2 refuses what a request says. */
export const details = (...faults: readonly Fault[]) => ({
  status: 422,
  body: { detail: faults.map(([loc, msg, type]) => ({ loc, msg, type })) },
  written: 0,
});

/** How v1 refuses for one reason. */
export const message = (status: number, why: unknown = expect.stringMatching(/^[A-Z]/)) => ({
  status,
  body: { message: why },
  written: 0,
});

/** How v1 refuses what a request says: with what is wrong with each field, and the first of that, as Laravel does. */
export function errors(fields: Readonly<Record<string, string | readonly string[]>>) {
  const each = Object.entries(fields).map(([field, texts]) => [field, [texts].flat()] as const);
  const [first, ...more] = each.flatMap(([, texts]) => texts);
  const rest = more.length === 0 ? '' : ` (and ${more.length} more error${more.length === 1 ? '' : 's'})`;
  return { status: 422, body: { message: `${first}${rest}`, errors: Object.fromEntries(each) }, written: 0 };
}
