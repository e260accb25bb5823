import * as routes from '../../contract/native/routes/users.ts';
import type { ListProfilesInput, ProfilePage } from '../../operations/list-profiles.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { profileBody } from './profile.ts';

export const listProfiles = nativeCodec(routes.listProfiles, {
  decode: ({ query }): ListProfilesInput => ({
    actingUserId: query.userId,
    limit: query.limit,
    cursor: query.cursor,
  }),
  encode: ({ profiles, next }: ProfilePage, request) => ({
    status: 200,
    headers: nextPage(routes.listProfiles, request, next),
    body: profiles.map(profileBody),
  }),
});
