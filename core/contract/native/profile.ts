import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { emailAddress, timestamp, uuid, webUrl, writtenText } from '../values.ts';

export const Profile = z.object({
  id: uuid(),
  name: z.nullable(z.string()),
  email: z.nullable(z.string()),
  avatarUrl: z.nullable(z.string()),
  createdAt: timestamp(),
});

/** The whole profile: what is absent becomes null. */
export const PutProfileRequest = z.object({
  name: z.nullish(writtenText(limits.name)),
  email: z.nullish(emailAddress()),
  avatarUrl: z.nullish(webUrl()),
});
