import { createHash } from 'node:crypto';
import { conflict, type Failure } from '../domain/errors.ts';
import type { Principal, UserId } from '../domain/principal.ts';
import type { IdempotencyKey } from '../store/idempotency.ts';

/**
 * The key of a request, if it carries one: it counts for one organization, acting user and operation.
 * @param operation what the key is for, with anything else that narrows it
 * @param actor the acting user; undefined for a service that acts as itself
 * @param content all that the request asks for
 */
export const idempotencyKey = (
  principal: Principal,
  operation: string,
  actor: UserId | undefined,
  key: string | undefined,
  content: object,
): IdempotencyKey | undefined =>
  key === undefined
    ? undefined
    : {
        organization: principal.organization,
        scope: `${operation}#${actor ?? `service ${principal.subject}`}`,
        key,
        fingerprint: createHash('sha256').update(JSON.stringify(content, inOrder)).digest('base64url'),
      };

/** Has the fields of each object in one order: objects that hold the same are the same. */
const inOrder = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

export const keyReused = (): Failure => conflict('The idempotency key was used before with other content');
