import * as z from 'zod/mini';
import { Profile } from '../../native/profile.ts';
import { timestamp } from '../../values.ts';
import { action } from '../action.ts';
import { acting, nextPage, ofPage } from '../values.ts';

export const getActiveUsers = action({
  name: 'getActiveUsers',
  operation: 'get-active-users',
  summary: 'List the users of the organization who have a socket open',
  data: z.object(ofPage),
  ack: z.object({ users: z.array(Profile), ...nextPage }),
});

export const ping = action({
  name: 'ping',
  operation: 'ping',
  summary: 'Keep the socket alive',
  data: z.object(acting),
  ack: z.object({ now: timestamp() }),
});
