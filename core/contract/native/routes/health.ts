import * as z from 'zod/mini';
import { route } from '../../route.ts';

export const health = route({
  dialect: 'native',
  method: 'GET',
  path: '/health',
  operation: 'health',
  summary: 'Tell whether the service answers',
  public: true,
  request: {},
  responses: { 200: z.object({ status: z.literal('ok') }) },
});
