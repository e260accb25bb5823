import * as routes from '../../contract/v1/routes/stats.ts';
import type { CountDevicesInput, DeviceCount } from '../../operations/count-devices.ts';
import { v1Codec } from './codec.ts';

export const countDevices = v1Codec(routes.countDevices, {
  action: 'get device statistics',
  decode: ({ query }): CountDevicesInput => ({ actingUserId: query.userId }),
  encode: (counts: readonly DeviceCount[]) => ({
    status: 200,
    body: { data: counts.map(({ type, count }) => ({ _id: type, count })) },
  }),
});
