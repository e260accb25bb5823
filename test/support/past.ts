import { BatchWriteCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { nextMessage } from '../../core/domain/message.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { readConversation } from '../../core/store/conversations.ts';
import { headKey } from '../../core/store/keys.ts';
import { putMessage } from '../../core/store/messages.ts';

/** So many characters of words. */
export const words = (length: number) => 'word '.repeat(length / 5);

/** Gives a conversation a long past, in bulk: the items are those that sends would have left. */
export async function withPast(
  deps: Deps,
  conversationId: string,
  organization: string,
  senderId: string,
  count: number,
  text = words(200),
) {
  if (count === 0) return;
  const { table, now } = deps;
  const found = await readConversation(table, organization, conversationId, undefined);
  if (!found) throw new Error('no conversation');
  let conversation = found.conversation;
  const items = [];
  for (let at = 0; at < count; at += 1) {
    const draft = { senderId, text, replyToMessageId: null, clientMessageId: null };
    const message = nextMessage(conversation, draft, now());
    items.push({ PutRequest: { Item: putMessage(message).Put?.Item } });
    conversation = {
      ...conversation,
      lastSeq: message.seq,
      lastOrdinal: message.ordinal,
      lastMessageAt: message.createdAt,
      lastSenderId: senderId,
    };
  }
  for (let start = 0; start < items.length; start += 25) {
    await table.client.send(new BatchWriteCommand({ RequestItems: { [table.name]: items.slice(start, start + 25) } }));
  }
  await table.client.send(
    new UpdateCommand({
      TableName: table.name,
      Key: headKey(conversationId),
      UpdateExpression: 'SET lastSeq = :seq, lastOrdinal = :ordinal, lastMessageAt = :at, lastSenderId = :sender',
      ExpressionAttributeValues: {
        ':seq': conversation.lastSeq,
        ':ordinal': conversation.lastOrdinal,
        ':at': conversation.lastMessageAt,
        ':sender': conversation.lastSenderId,
      },
    }),
  );
}
