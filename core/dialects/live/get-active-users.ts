import * as actions from '../../contract/live/actions/presence.ts';
import type { ActiveUserPage } from '../../operations/list-active-users.ts';
import { profileBody } from '../native/profile.ts';
import { liveCodec } from './codec.ts';
import { pageInput } from './page-input.ts';
import { fitting } from './room.ts';

export const getActiveUsers = liveCodec(actions.getActiveUsers, {
  decode: pageInput,
  encode: (page: ActiveUserPage) => {
    const users = fitting(page.users.map(profileBody));
    return { users: [...users], cursor: page.nextAfter(users.length) };
  },
});
