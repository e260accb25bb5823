import { deviceTypes } from '../contract/message-content.ts';
import type { DeviceType } from '../domain/message-context.ts';
import { actingUser, type Principal, type UserId } from '../domain/principal.ts';
import { readHeads, userConversations } from '../store/conversation-lists.ts';
import type { Deps } from './deps.ts';

export interface CountDevicesInput {
  readonly actingUserId: UserId | undefined;
}

export interface DeviceCount {
  readonly type: DeviceType;
  readonly count: number;
}

/**
 * How many messages were sent from each type of device in a user's conversations, deleted ones included; the most used
 * first, and none that was not used. Exact: each conversation counts them in the transactions that store them. Two trips.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function countDevices(
  { table }: Deps,
  principal: Principal,
  { actingUserId }: CountDevicesInput,
): Promise<readonly DeviceCount[]> {
  const user = actingUser(principal, actingUserId, 'userId');
  const refs = await userConversations(table, principal.organization, user);
  const conversations = await readHeads(table, refs, { consistent: true });
  return deviceTypes
    .map((type) => ({ type, count: conversations.reduce((sum, { sentFrom }) => sum + sentFrom[type], 0) }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count);
}
