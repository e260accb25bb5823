import * as actions from '../../contract/live/actions/presence.ts';
import { isoTime } from '../time.ts';
import { liveCodec } from './codec.ts';

export const ping = liveCodec(actions.ping, {
  decode: ({ userId }) => ({ actingUserId: userId }),
  encode: (now: number) => ({ now: isoTime(now) }),
});
