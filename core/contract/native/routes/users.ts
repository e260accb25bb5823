import * as z from 'zod/mini';
import { acting, paging } from '../../parameters.ts';
import { route } from '../../route.ts';
import { uuid } from '../../values.ts';
import { Profile, PutProfileRequest } from '../profile.ts';

/** Whose profile it is; not the acting user. */
const byUser = z.object({ userId: uuid() });

export const listProfiles = route({
  dialect: 'native',
  method: 'GET',
  path: '/users',
  operation: 'list-profiles',
  summary: "List the profiles of the caller's organization, in the order of their ids",
  request: { query: z.object({ ...acting, ...paging }) },
  responses: { 200: z.array(Profile) },
  paged: true,
});

export const getProfile = route({
  dialect: 'native',
  method: 'GET',
  path: '/users/{userId}',
  operation: 'get-profile',
  summary: "Get a user's profile",
  request: { path: byUser, query: z.object(acting) },
  responses: { 200: Profile },
});

export const putProfile = route({
  dialect: 'native',
  method: 'PUT',
  path: '/users/{userId}',
  operation: 'put-profile',
  summary: "Replace one's own profile, or as a service anybody's",
  request: { path: byUser, query: z.object(acting), body: PutProfileRequest },
  responses: { 200: Profile },
});
