import type * as z from 'zod/mini';
import type * as contract from '../../contract/native/profile.ts';
import type { Profile } from '../../domain/profile.ts';
import { isoTime } from '../time.ts';

/** A profile as the native dialect shows it. */
export const profileBody = ({ createdAt, ...profile }: Profile): z.infer<typeof contract.Profile> => ({
  ...profile,
  createdAt: isoTime(createdAt),
});
