import * as routes from '../../contract/native/routes/users.ts';
import type { ProfilePage } from '../../operations/list-profiles.ts';
import { nativeCodec, nextPage } from './codec.ts';
import { listInput } from './list-input.ts';
import { profileBody } from './profile.ts';

export const listProfiles = nativeCodec(routes.listProfiles, {
  decode: listInput,
  encode: ({ profiles, next }: ProfilePage, request) => ({
    status: 200,
    headers: nextPage(routes.listProfiles, request, next),
    body: profiles.map(profileBody),
  }),
});
