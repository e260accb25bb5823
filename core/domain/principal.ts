import { forbidden, invalid } from './errors.ts';

/** Who a token speaks for. */
export interface Principal {
  readonly organization: string;
  /** The token's subject: a user id in lower case, or any name for a service. */
  readonly subject: string;
  readonly isService: boolean;
  /** A user who administers the deployment: whom a rule lets pass says so. */
  readonly isSuperAdmin: boolean;
}

/** A participant's or user's id: a UUID in lower case. */
export type UserId = string;

/**
 * The user on whose behalf a request acts.
 * @param named the user that the request names, if it names one
 * @param path where the request would name it, for the error
 * @throws Failure `forbidden` when a user names somebody else, `validation_failed` when a service names nobody
 */
export function actingUser(principal: Principal, named: UserId | undefined, path: string): UserId {
  const user = actingUserOrService(principal, named);
  if (user === undefined) throw invalid({ path, message: 'is required of a service: name the user it acts for' });
  return user;
}

/**
 * As `actingUser`, where a service may also act as itself.
 * @returns the user, or undefined for a service that names nobody and so has admin rights in its organization
 */
export function actingUserOrService(principal: Principal, named: UserId | undefined): UserId | undefined {
  if (principal.isService) return named;
  if (named !== undefined && named !== principal.subject) throw forbidden('A user acts for nobody else');
  return principal.subject;
}

/**
 * Whether somebody decides for the whole organization: a super admin, and a service that acts as itself.
 * @param actor from `actingUserOrService`
 */
export const decidesForAll = ({ isSuperAdmin }: Principal, actor: UserId | undefined): boolean =>
  actor === undefined || isSuperAdmin;

/**
 * The principal as which somebody acts in an organization. Only a super admin crosses to another one, and decides nothing
 * there for all.
 * @param organization undefined for its own
 * @throws Failure `forbidden`
 */
export function principalIn(principal: Principal, organization: string | undefined): Principal {
  if (organization === undefined || organization === principal.organization) return principal;
  if (!principal.isSuperAdmin) throw forbidden('Only a super admin acts in another organization');
  return { ...principal, organization, isSuperAdmin: false };
}

/**
 * Lets a service pass that acts as itself: what an organization decides is no user's business.
 * @throws Failure `forbidden`
 */
export function requireService(principal: Principal, named: UserId | undefined): void {
  if (actingUserOrService(principal, named) !== undefined)
    throw forbidden('Only a service that acts as itself may do this');
}
