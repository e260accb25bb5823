import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod/mini';
import { Problem } from '../local/problem.ts';

/** A request of the API. */
export interface ApiRequest {
  /** What it is for, as a failure tells it: `send a message`. */
  readonly purpose: string;
  readonly url: string;
  readonly token?: string | undefined;
  readonly idempotencyKey?: string | undefined;
  /** Sent as JSON, by POST; without one the request is a GET. */
  readonly body?: object | undefined;
}

/** An answer of the API, its body parsed. */
export interface ApiAnswer<Body> {
  readonly body: Body;
  /** Where the next page is, if there is one. */
  readonly next: string | undefined;
}

/** Sends requests, one at a time or many at once. */
export interface Http {
  /**
   * Sends a request, and exactly the same one again while the answer is 503 or 429.
   * @throws Problem telling what was answered, or that nobody answers
   */
  send<Schema extends z.ZodMiniType>(request: ApiRequest, schema: Schema): Promise<ApiAnswer<z.output<Schema>>>;
  /** How many requests were sent again. */
  readonly repeats: number;
}

const PASSING = new Set([429, 503]);
const MOST_ATTEMPTS = 8;
const MOST_PAUSE_MS = 5_000;

/**
 * An `Http` of Node's own fetch.
 * @param signal ends everything under way
 * @param pause waits so many milliseconds
 */
export function openHttp(
  signal: AbortSignal,
  pause: (ms: number) => Promise<unknown> = (ms) => sleep(ms, undefined, { signal }),
): Http {
  let repeats = 0;

  const answerTo = async (request: ApiRequest): Promise<Response> => {
    for (let attempt = 1; ; attempt += 1) {
      const response = await once(request, signal);
      if (response.ok) return response;
      if (!PASSING.has(response.status) || attempt === MOST_ATTEMPTS) throw await refused(request, response);
      await response.body?.cancel();
      repeats += 1;
      await pause(pauseBefore(attempt, response));
    }
  };

  return {
    async send(request, schema) {
      const response = await answerTo(request);
      // What is no JSON is undefined, which no schema takes.
      const body = schema.safeParse(await response.json().catch(() => undefined));
      if (!body.success) {
        throw new Problem(`unable to ${request.purpose}; the answer is not as agreed:\n${z.prettifyError(body.error)}`);
      }
      return { body: body.data, next: nextOf(response) };
    },
    get repeats() {
      return repeats;
    },
  };
}

async function once({ url, token, idempotencyKey, body }: ApiRequest, signal: AbortSignal): Promise<Response> {
  const headers = {
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    return await fetch(
      url,
      body ? { method: 'POST', headers, signal, body: JSON.stringify(body) } : { headers, signal },
    );
  } catch (error) {
    signal.throwIfAborted();
    throw new Problem(`unable to reach ${new URL(url).origin}; run npm start first`, { cause: error });
  }
}

const refused = async ({ purpose }: ApiRequest, response: Response): Promise<Problem> =>
  new Problem(`unable to ${purpose}; ${response.url} answered ${response.status}: ${await response.text()}`);

/** As the server asks; else, or where it asks too much, longer each time. Never in step with others. */
function pauseBefore(attempt: number, response: Response): number {
  const asked = Number(response.headers.get('retry-after')) * 1_000;
  const base = asked > 0 ? asked : 50 * 2 ** attempt;
  return Math.min(base, MOST_PAUSE_MS) * (1 + Math.random() / 2);
}

/** The link to the next page, which may be relative to the page. */
function nextOf(response: Response): string | undefined {
  const [, reference] = /<([^>]*)>\s*;\s*rel="?next"?/.exec(response.headers.get('link') ?? '') ?? [];
  return reference === undefined ? undefined : new URL(reference, response.url).href;
}
