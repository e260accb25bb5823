import { announcement } from './announce.ts';
import { messageKey } from './keys.ts';
import type { Table } from './table.ts';
import { updateItem } from './writing.ts';

/** A message that is for more connections than this by name is for all. */
const MOST_NAMED = 1_000;

/**
 * Has the stream's consumer deliver a message, if it is there.
 * @param to the connections that have still to hear of it; undefined for all of its audience
 * @throws Failure `unavailable`
 */
export async function handOver(table: Table, messageId: string, to: readonly string[] | undefined): Promise<void> {
  const named = to && to.length <= MOST_NAMED ? new Set(to) : undefined;
  await updateItem(table, {
    Key: messageKey(messageId),
    UpdateExpression: `SET announce = :announce${named ? ', announceTo = :to' : ' REMOVE announceTo'}`,
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeValues: { ':announce': announcement(), ...(named ? { ':to': named } : {}) },
  });
}
