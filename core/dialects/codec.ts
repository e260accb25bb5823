import type * as z from 'zod/mini';
import type { RequestSchemas, Route } from '../contract/route.ts';
import { type Failure, type Fault, invalid } from '../domain/errors.ts';
import type { Principal } from '../domain/principal.ts';
import type { Deps } from '../operations/deps.ts';

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
  /**
   * Turns away whoever may not speak the dialect, for more than a token is asked of callers there.
   * @throws Failure `unauthorized`, `forbidden`, `unavailable`
   */
  admit?(deps: Deps, principal: Principal, headers: HttpRequest['headers']): Promise<void>;
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

/** How a dialect says what is wrong with a value. */
export interface Words {
  /** The message of an issue, where its schema has none. */
  readonly message: z.core.$ZodErrorMap;
  /** The name of that kind of fault, where the dialect has such names. */
  readonly type?: (issue: z.core.$ZodIssue) => string;
}

/**
 * Parses every part of a request that the route has a schema for.
 * @throws Failure `validation_failed` with the faults of all parts
 */
export function parseRequest<Schemas extends RequestSchemas>(
  route: Route<Schemas>,
  request: HttpRequest,
  words: Words,
): Parsed<Schemas> {
  const parsed: Record<string, unknown> = {};
  const faults: Fault[] = [];
  for (const place of parts) {
    const schema = route.request[place];
    const result = schema && parseValue(schema, request[place], words);
    if (result?.faults) faults.push(...result.faults.map((fault) => ({ ...fault, place })));
    else if (result) parsed[place] = result.data;
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
  words: Words,
):
  | { readonly data: z.output<Schema>; readonly faults?: never }
  | { readonly data?: never; readonly faults: readonly Fault[] } {
  const { data, error } = schema.safeParse(value, { error: words.message });
  if (!error) return { data };
  const faults = new Map<string, Fault>();
  for (const issue of error.issues.slice(0, MOST_FAULTS)) {
    const fault = {
      path: issue.path.join('.'),
      message: issue.message,
      ...(words.type && { type: words.type(issue) }),
    };
    // Both halves of an intersection find the same.
    faults.set(JSON.stringify(fault), fault);
  }
  return { faults: [...faults.values()] };
}

/**
 * Faults that an operation has found, as one text.
 * @param names what the dialect calls otherwise than operations do
 */
export const inText = (faults: readonly Fault[], names: Readonly<Record<string, string>>): string =>
  faults.map(({ path, message }) => `${names[path] ?? path} ${message}`).join('; ');

/**
 * The answer, its body held against the route's own schema.
 * @throws Error when we would break our contract
 */
export function checked(route: Route, response: HttpResponse): HttpResponse {
  const schema = route.responses[response.status];
  if (!schema) throw new Error(`unable to answer ${route.operation}; it declares no status ${response.status}`);
  return { ...response, body: schema.parse(response.body) };
}
