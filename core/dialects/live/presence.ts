import { sessionWelcome, userConnected, userDisconnected } from '../../contract/live/events.ts';
import { bytesInFrame } from '../../domain/page-size.ts';
import type { Profile } from '../../domain/profile.ts';
import type { ActiveUserPage } from '../../operations/list-active-users.ts';
import type { UnreadConversationPage } from '../../operations/list-unread-conversations.ts';
import { profileBody } from '../native/profile.ts';
import { listedConversationBody } from './conversation.ts';
import { eventFrame } from './event.ts';
import { fitting, frameRoom, inFrames } from './room.ts';

/** The frames that tell of users who are active now, or no longer; as few as hold them. `at` in Unix milliseconds. */
const ofUsers = (event: typeof userConnected | typeof userDisconnected) => (users: readonly Profile[], at: number) =>
  inFrames(users.map(profileBody)).map((some) => eventFrame(event, { at, data: { users: [...some] } }));

export const connectedFrames = ofUsers(userConnected);
export const disconnectedFrames = ofUsers(userDisconnected);

/** What a new socket finds. */
export interface Welcome {
  readonly user: Profile;
  readonly active: ActiveUserPage;
  readonly conversations: UnreadConversationPage;
}

/** Of a welcome, so much is for the active users at most; each of them weighs some hundred bytes. */
const usersRoom = frameRoom / 3;

/** The frame that welcomes a socket: where not all fits, each list says where it goes on. `at` in Unix milliseconds. */
export function welcomeFrame({ user, active, conversations }: Welcome, at: number): string {
  const users = fitting(active.users.map(profileBody), usersRoom);
  const rest = frameRoom - bytesInFrame(profileBody(user)) - bytesInFrame(users);
  const listed = fitting(conversations.conversations.map(listedConversationBody), rest);
  return eventFrame(sessionWelcome, {
    at,
    data: {
      user: profileBody(user),
      activeUsers: [...users],
      activeUsersCursor: active.nextAfter(users.length),
      conversations: [...listed],
      conversationsCursor: conversations.nextAfter(listed.length),
    },
  });
}
