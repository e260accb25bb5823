import * as z from 'zod/mini';
import { limits } from '../../limits.ts';
import { acting } from '../../parameters.ts';
import { route } from '../../route.ts';
import { pathLabel } from '../../values.ts';
import { Platform, PutPlatformRequest } from '../platform.ts';

const byPublicKey = z.object({ publicKey: pathLabel(limits.publicKey) });

export const getPlatform = route({
  dialect: 'native',
  method: 'GET',
  path: '/platforms/{publicKey}',
  operation: 'get-platform',
  summary: 'Get a platform of the organization, as a service',
  request: { path: byPublicKey, query: z.object(acting) },
  responses: { 200: Platform },
});

export const putPlatform = route({
  dialect: 'native',
  method: 'PUT',
  path: '/platforms/{publicKey}',
  operation: 'put-platform',
  summary: 'Name a platform of the organization, as a service; its public key is taken for the organization',
  request: { path: byPublicKey, query: z.object(acting), body: PutPlatformRequest },
  responses: { 200: Platform },
});
