import * as z from 'zod/mini';
import { deviceTypes } from '../../message-content.ts';
import { acting } from '../../parameters.ts';
import { route } from '../../route.ts';

export const countDevices = route({
  dialect: 'v1',
  method: 'GET',
  path: '/api/v1/chat/stats/devices',
  operation: 'count-devices',
  summary: "Count the messages that were sent in the caller's conversations, by the type of their devices",
  request: { query: z.object(acting) },
  responses: {
    200: z.object({
      data: z.array(z.object({ _id: z.enum(deviceTypes), count: z.int().check(z.minimum(0)) })),
    }),
  },
});
