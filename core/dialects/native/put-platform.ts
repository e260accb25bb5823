import * as routes from '../../contract/native/routes/platforms.ts';
import type { Platform } from '../../domain/platform.ts';
import type { PutPlatformInput } from '../../operations/put-platform.ts';
import { nativeCodec } from './codec.ts';

export const putPlatform = nativeCodec(routes.putPlatform, {
  decode: ({ path, query, body }): PutPlatformInput => ({
    publicKey: path.publicKey,
    name: body.name,
    actingUserId: query.userId,
  }),
  encode: (platform: Platform) => ({ status: 200, body: platform }),
});
