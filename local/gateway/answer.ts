import { validateHeaderName, validateHeaderValue } from 'node:http';
import * as z from 'zod/mini';
import type { Answer } from '../http.ts';

const HeaderValue = z.pipe(z.union([z.string(), z.number(), z.boolean()]), z.transform(String));

/** What a function must return for the gateway to answer with it. */
const ProxyResult = z.object({
  statusCode: z.coerce.number().check(z.int(), z.minimum(200), z.maximum(599)),
  headers: z.nullish(z.record(z.string(), HeaderValue)),
  multiValueHeaders: z.nullish(z.record(z.string(), z.array(HeaderValue))),
  body: z.nullish(z.string()),
  // Without binary media types the gateway passes the text on as it is, whatever this says.
  isBase64Encoded: z.nullish(z.boolean()),
});

/** Headers that are the gateway's own; it passes a function's under another name. */
const ofTheGateway = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'server',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'www-authenticate',
]);

/** The answer that a function's result stands for; undefined if it stands for none. */
export function answerFrom(result: unknown): Answer | undefined {
  const parsed = ProxyResult.safeParse(result);
  if (!parsed.success) return undefined;
  const { statusCode, headers, multiValueHeaders, body } = parsed.data;

  const all: Record<string, string[]> = { 'content-type': ['application/json'] };
  const single = Object.entries(headers ?? {}).map(([name, value]): [string, string[]] => [name, [value]]);
  for (const [name, values] of [...single, ...Object.entries(multiValueHeaders ?? {})]) {
    const lower = name.toLowerCase();
    all[ofTheGateway.has(lower) ? `x-amzn-remapped-${lower}` : lower] = values;
  }
  if (!Object.entries(all).every(([name, values]) => isHeader(name, values))) return undefined;
  return { status: statusCode, headers: all, body: body ?? '' };
}

function isHeader(name: string, values: string[]): boolean {
  try {
    validateHeaderName(name);
    for (const value of values) validateHeaderValue(name, value);
    return true;
  } catch {
    return false;
  }
}
