import * as z from 'zod/mini';
import type { Principal } from '../../core/domain/principal.ts';

/** The names of the claims that a deployment may call otherwise. */
export const ClaimNames = z.object({
  organization: z._default(z.string(), 'org_id'),
  roles: z._default(z.string(), 'roles'),
  name: z._default(z.string(), 'name'),
  email: z._default(z.string(), 'email'),
  picture: z._default(z.string(), 'picture'),
});
export type ClaimNames = z.infer<typeof ClaimNames>;

/** What an authorizer tells the functions behind it; a gateway passes strings, numbers and booleans only. */
export interface Identity {
  readonly sub: string;
  readonly organization: string;
  readonly service: boolean;
  readonly superAdmin: boolean;
  /** When the token ends, in Unix seconds. */
  readonly exp: number;
}

const uuid = z.guid().check(z.toLowerCase());

// No `#`, which ends the parts of a key; nothing that a log would have to escape, or that a reader cannot see.
const organization = z.string().check(z.regex(/^[^\s#"\\\p{C}]{1,128}$/u));

/** Words as issuers write them: an array, or a string with spaces. What is no word grants nothing. */
const words = z.nullish(
  z.union([
    z.array(z.unknown()),
    z.pipe(
      z.string(),
      z.transform((text): unknown[] => text.split(/\s+/)),
    ),
  ]),
);

const Claims = z.object({
  sub: z.string().check(z.minLength(1), z.maxLength(255)),
  exp: z.number(),
  'cognito:groups': words,
});

/**
 * Who a verified token speaks for.
 * @returns undefined for a token that names no user: its subject must be a UUID unless it is a service's
 */
export function identityFrom(
  claims: Record<string, unknown>,
  names: Pick<ClaimNames, 'organization' | 'roles'>,
): Identity | undefined {
  const known = Claims.safeParse(claims);
  const roles = words.safeParse(claims[names.roles]);
  const named = z.nullish(organization).safeParse(claims[names.organization]);
  if (!known.success || !roles.success || !named.success) return undefined;

  const { sub, exp, 'cognito:groups': groups } = known.data;
  const held = [...(roles.data ?? []), ...(groups ?? [])];
  const service = held.includes('SERVICE');
  const user = uuid.safeParse(sub);
  if (!service && !user.success) return undefined;
  return {
    sub: user.data ?? sub,
    // An organization that is a UUID is the same in either case.
    organization: uuid.safeParse(named.data).data ?? named.data ?? 'default',
    service,
    superAdmin: !service && held.includes('SUPER_ADMIN'),
    exp,
  };
}

/** The principal whom an identity stands for, as long as its token lasts. */
export const principalOf = ({ sub, organization, service, superAdmin }: Identity): Principal => ({
  subject: sub,
  organization,
  isService: service,
  isSuperAdmin: superAdmin,
});

/** A truth as a gateway hands it on. */
const flag = z.pipe(
  z.union([z.boolean(), z.enum(['true', 'false'])]),
  z.transform((value) => value === true || value === 'true'),
);

/** As the gateway hands an identity on: REST APIs turn every value into a string. */
const Context = z.object({
  sub: z.string(),
  organization: z.string(),
  service: flag,
  // An answer of an earlier deployment may be cached still.
  superAdmin: z._default(flag, false),
  exp: z.pipe(z.union([z.number(), z.string()]), z.transform(Number)),
});

/** The identity that an authorizer handed on; its token may have expired since. */
export const identityIn = (context: unknown): Identity => Context.parse(context);

/**
 * The principal that an authorizer let through.
 * @param now Unix milliseconds; an authorizer's answer may be cached for longer than its token lasts
 * @returns undefined once the token has expired
 */
export function principalFrom(context: unknown, now: number): Principal | undefined {
  const identity = identityIn(context);
  return now < identity.exp * 1000 ? principalOf(identity) : undefined;
}
