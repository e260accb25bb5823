import { expect, test } from 'vitest';
import { createConversation } from '../../core/operations/create-conversation.ts';
import { getConversation } from '../../core/operations/get-conversation.ts';
import { listConversations } from '../../core/operations/list-conversations.ts';
import { listMessages } from '../../core/operations/list-messages.ts';
import { sendMessage } from '../../core/operations/send-message.ts';
import { userOf } from '../support/people.ts';
import { depsOf, useTables } from '../support/table.ts';

const openTable = useTables();

test('a message sent is the next one read', async () => {
  const deps = depsOf(await openTable());
  const ann = userOf('acme');
  const { conversation } = await createConversation(deps, ann, {
    kind: 'group',
    name: 'x',
    link: null,
    participantIds: [ann.subject],
    actingUserId: undefined,
    idempotencyKey: undefined,
  });
  const sent = await sendMessage(deps, ann, {
    conversationId: conversation.id,
    text: 'hi',
    replyToMessageId: null,
    clientMessageId: 'k',
    actingUserId: undefined,
    idempotencyKey: undefined,
  });
  const page = await listMessages(deps, ann, {
    conversationId: conversation.id,
    limit: 50,
    actingUserId: undefined,
    cursor: undefined,
    before: undefined,
    after: undefined,
  });
  expect(page).toEqual({ messages: [sent], next: undefined });
  console.log(
    await getConversation(deps, ann, { id: conversation.id, actingUserId: undefined }),
    sent,
    await listConversations(deps, ann, { actingUserId: undefined, limit: 50, cursor: undefined }),
  );
});
