import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { Message } from '../domain/message.ts';
import type { Membership } from '../domain/participant.ts';
import type { UserId } from '../domain/principal.ts';
import { participantKey } from './keys.ts';
import { IS_ACTIVE, membershipFrom } from './participants.ts';
import { orUnavailable } from './retrying.ts';
import type { Table } from './table.ts';
import type { TransactionItem } from './writing.ts';

const MOVE = 'SET readMessageId = :id, readOrdinal = :ordinal, readAt = :at';

const to = ({ id, ordinal }: Message, at: number) => ({ ':id': id, ':ordinal': ordinal, ':at': at });

/** The write that moves a sender's read position to the message it sends; refused unless the sender takes part. */
export const readOwnMessage = (message: Message, senderId: UserId): TransactionItem => ({
  Update: {
    Key: participantKey(message.conversationId, senderId),
    UpdateExpression: MOVE,
    ConditionExpression: IS_ACTIVE,
    ExpressionAttributeValues: to(message, message.createdAt),
  },
});

/**
 * Moves a participant's read position to a message, never backwards.
 * @param now Unix milliseconds
 * @returns the participant as it stands then; undefined where the user never took part
 * @throws Failure `unavailable`
 */
export async function moveReadPosition(
  { client, name, signal }: Table,
  message: Message,
  userId: UserId,
  now: number,
): Promise<Membership | undefined> {
  const update = new UpdateCommand({
    TableName: name,
    Key: participantKey(message.conversationId, userId),
    UpdateExpression: MOVE,
    // The ids of a conversation's messages sort as the messages do.
    ConditionExpression: `${IS_ACTIVE} AND (attribute_not_exists(readMessageId) OR readMessageId < :id)`,
    ExpressionAttributeValues: to(message, now),
    ReturnValues: 'ALL_NEW',
    ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
  });
  try {
    const { Attributes } = await orUnavailable(client.send(update, { abortSignal: signal }));
    return Attributes && membershipFrom(Attributes);
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return error.Item && membershipFrom(unmarshall(error.Item));
  }
}
