import * as routes from '../../contract/native/routes/users.ts';
import type { Profile } from '../../domain/profile.ts';
import type { PutProfileInput } from '../../operations/put-profile.ts';
import { nativeCodec } from './codec.ts';
import { profileBody } from './profile.ts';

export const putProfile = nativeCodec(routes.putProfile, {
  decode: ({ path, query, body: { name = null, email = null, avatarUrl = null } }): PutProfileInput => ({
    userId: path.userId,
    actingUserId: query.userId,
    details: { name, email, avatarUrl },
  }),
  encode: (profile: Profile) => ({ status: 200, body: profileBody(profile) }),
});
