import * as routes from '../../contract/native/routes/users.ts';
import type { Profile } from '../../domain/profile.ts';
import type { GetProfileInput } from '../../operations/get-profile.ts';
import { nativeCodec } from './codec.ts';
import { profileBody } from './profile.ts';

export const getProfile = nativeCodec(routes.getProfile, {
  decode: ({ path, query }): GetProfileInput => ({ userId: path.userId, actingUserId: query.userId }),
  encode: (profile: Profile) => ({ status: 200, body: profileBody(profile) }),
});
