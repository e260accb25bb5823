import type * as z from 'zod/mini';
import type { RequestSchemas, Route } from '../contract/route.ts';
import { type Failure, type Fault, invalid } from '../domain/errors.ts';

/** A request as it came over HTTP: path parameters percent-decoded, header names in lower case. */
export interface HttpRequest {
  /** The path that the client used, for references relative to it. */
  readonly url: string;
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined without a body. */
  readonly body: unknown;
}

/** An answer as it goes out: a body that is still to be written as JSON, undefined where there is none. */
export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
}

/** How one route of one dialect is understood and answered. */
export interface Codec<Input, Output> {
  readonly route: Route;
  /** @throws Failure `validation_failed` */
  decode(request: HttpRequest): Input;
  encode(output: Output, request: HttpRequest): HttpResponse;
  encodeFailure(failure: Failure, requestId: string): HttpResponse;
}

/** A request whose parts have passed their schemas. */
export type Parsed<Schemas extends RequestSchemas> = {
  readonly [Part in keyof Schemas]: Schemas[Part] extends z.ZodMiniType ? z.output<Schemas[Part]> : undefined;
};

const parts = ['path', 'query', 'headers', 'body'] as const;

/**
 * Parses every part of a request that the route has a schema for.
 * @throws Failure `validation_failed` with the faults of all parts
 */
export function parseRequest<Schemas extends RequestSchemas>(
  route: Route<Schemas>,
  request: HttpRequest,
): Parsed<Schemas> {
  const parsed: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const part of parts) {
    const schema = route.request[part];
    const result = schema && parseValue(schema, request[part]);
    if (result?.faults) faults.push(...result.faults);
    else if (result) parsed[part] = result.data;
  }
  if (faults.length > 0) throw invalid(...faults);
  // What the loop has built is what the type says, part by part.
  return parsed as Parsed<Schemas>;
}

/** So many faults of one value are told of: an array of thousands may have one in each place. */
const MOST_FAULTS = 100;

/** What a schema makes of a value that came from outside, or what is wrong with it. */
export function parseValue<Schema extends z.ZodMiniType>(
  schema: Schema,
  value: unknown,
):
  | { readonly data: z.output<Schema>; readonly faults?: never }
  | { readonly data?: never; readonly faults: readonly Fault[] } {
  const { data, error } = schema.safeParse(value, { error: inWords });
  if (!error) return { data };
  const faults = new Map<string, Fault>();
  for (const { path, message } of error.issues.slice(0, MOST_FAULTS)) {
    const fault = { path: path.join('.'), message };
    // Both halves of an intersection find the same.
    faults.set(JSON.stringify(fault), fault);
  }
  return { faults: [...faults.values()] };
}

/** What is wrong with a value, where its schema does not say it better. */
const inWords: z.core.$ZodErrorMap = (issue) =>
  issue.code === 'invalid_type'
    ? `must be ${/^[aeiou]/.test(issue.expected) ? 'an' : 'a'} ${issue.expected}`
    : 'is invalid';

/**
 * The answer, its body held against the route's own schema.
 * @throws Error when we would break our contract
 */
export function checked(route: Route, response: HttpResponse): HttpResponse {
  const schema = route.responses[response.status];
  if (!schema) throw new Error(`unable to answer ${route.operation}; it declares no status ${response.status}`);
  return { ...response, body: schema.parse(response.body) };
}
