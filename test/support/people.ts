import { randomUUID } from 'node:crypto';
import type { Principal } from '../../core/domain/principal.ts';

/** A user of an organization, as its token says. */
export const userOf = (organization: string, subject: string = randomUUID()): Principal => ({
  organization,
  subject,
  isService: false,
  isSuperAdmin: false,
});

/** A backend of an organization. */
export const serviceOf = (organization: string): Principal => ({
  organization,
  subject: 'backend',
  isService: true,
  isSuperAdmin: false,
});

/** A user who administers the deployment. */
export const superAdminOf = (organization: string): Principal => ({ ...userOf(organization), isSuperAdmin: true });
