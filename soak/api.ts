import { setTimeout as sleep } from 'node:timers/promises';
import type * as z from 'zod/mini';

/** What REST answered by refusing. */
export class Refused extends Error {
  readonly status: number;

  constructor(request: string, status: number) {
    super(`${request} was answered by ${status}`);
    this.status = status;
  }
}

/** A request as one of the API's callers. */
export interface Call {
  readonly token: string;
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  readonly path: `/${string}`;
  readonly body?: object;
}

/** Calls REST at `origin` as often as it takes until the answer is not a temporary failure. */
export const openApi =
  (origin: string) =>
  async <Schema extends z.ZodMiniType>(
    { token, method, path, body }: Call,
    schema: Schema,
  ): Promise<z.output<Schema>> => {
    for (;;) {
      const answer = await fetch(origin + path, {
        method,
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const text = await answer.text();
      if (answer.ok) return schema.parse(text === '' ? undefined : JSON.parse(text));
      if (answer.status < 500 && answer.status !== 429) throw new Refused(`${method} ${path}`, answer.status);
      await sleep(50 + Math.random() * 100);
    }
  };

export type Api = ReturnType<typeof openApi>;
