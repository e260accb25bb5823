import * as routes from '../../contract/native/routes/platforms.ts';
import type { Platform } from '../../domain/platform.ts';
import type { GetPlatformInput } from '../../operations/get-platform.ts';
import { nativeCodec } from './codec.ts';

export const getPlatform = nativeCodec(routes.getPlatform, {
  decode: ({ path, query }): GetPlatformInput => ({ publicKey: path.publicKey, actingUserId: query.userId }),
  encode: (platform: Platform) => ({ status: 200, body: platform }),
});
