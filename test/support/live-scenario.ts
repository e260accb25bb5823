import { randomUUID } from 'node:crypto';
import { DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { type Live, LiveError, openLive } from '../../client/live/live.ts';
import { actions } from '../../core/contract/socket.ts';
import { userOwner } from '../../core/domain/socket.ts';
import { socketsIndexKey, socketsKey } from '../../core/store/keys.ts';
import { engineClient } from '../../local/dynamodb/table.ts';
import type { Faults } from '../../local/faults.ts';
import { type Caller, conversationIn, someone, type TestCloud } from './cloud.ts';
import { newConnectionId } from './connections.ts';

const STUBBORN = 'stubborn';

/** The faults that the scenario of every frame needs: some connections take nothing. */
export const stubbornSockets: Faults = { post: (id) => (id.startsWith(STUBBORN) ? 429 : undefined) };

/**
 * Plays everything that any function does for sockets, each thing at least once.
 * @param secret stands in whatever people write
 */
export async function playEveryFrame(
  { call, cloud }: Pick<TestCloud, 'call' | 'cloud'>,
  secret: string,
): Promise<void> {
  const org_id = randomUUID();
  const person = (): Caller => ({ ...someone(org_id), name: secret });
  const [ann, bob, boss] = [person(), person(), { ...person(), roles: ['SUPER_ADMIN'] }];
  const lives: Live[] = [];
  const open = async (caller: Caller) => {
    const live = openLive({ url: cloud().liveUrl ?? '', token: () => cloud().token({ ...caller }) });
    lives.push(live);
    await new Promise<void>((resolve) => live.on({ state: (state) => state === 'open' && resolve() }));
    return live;
  };
  const ghosts = ghostsOf(cloud(), org_id);

  try {
    // Of whose end nobody else can find out before its own function does: there is nobody to be told of it.
    (await open({ ...person(), org_id: randomUUID() })).close();

    const own = await open(ann);
    const other = await open(bob);
    await open(ann);
    const chief = await open(boss);
    const text = secret;

    // Whoever is told of anything finds a socket that is gone, the last one of its owner.
    const gil = someone(org_id);
    const participantIds = [bob.sub, gil.sub];
    const { conversation } = await own.request('createConversation', { type: 'group', name: secret, participantIds });
    const { id: conversationId } = conversation;
    await cloud().settled();
    const haunted = async <Result>(act: () => Promise<Result>): Promise<Result> => {
      await ghosts.put(gil);
      const result = await act();
      await cloud().settled();
      return result;
    };
    const { message } = await haunted(() =>
      own.request('sendMessage', { conversationId, text, clientMessageId: secret }),
    );
    const about = { conversationId, messageId: message.id };
    // One that is so new that the gateway may not know it yet is left to the consumer, which waits for it.
    await ghosts.put(gil, { at: Date.now() - 5_000 });
    await own.request('sendMessage', { conversationId, text });
    await cloud().settled();
    await haunted(() => call(ann, `POST /conversations/${conversationId}/messages`, { body: { text } }));
    await haunted(() => other.request('replyToMessage', { ...about, text, clientMessageId: secret }));
    await haunted(() => other.request('replyToMessage', { ...about, text, clientMessageId: secret }));
    await haunted(() => own.request('typing', { conversationId, typing: true }));
    await haunted(() => call(ann, `PATCH /messages/${message.id}`, { body: { text: `${text}!` } }));
    await haunted(() => open(person()));
    // One that takes nothing.
    await ghosts.put(gil, { prefix: STUBBORN });
    await call(ann, `PATCH /messages/${message.id}`, { body: { text } });
    await cloud().settled();
    await ghosts.put(gil, { prefix: STUBBORN });
    await open(person());
    await cloud().settled();
    await other.request('markRead', about);
    await refused(other.request('markRead', { ...about, messageId: randomUUID() }));

    await own.request('getMessagesSince', { conversationId, since: message.id });
    await own.request('getMessagesBefore', { conversationId, before: message.id });
    await own.request('getConversationParticipants', { conversationId });
    await own.request('getActiveUsers', {});
    await own.request('listConversations', {});
    await own.request('ping', {});

    // What the whole organization hears.
    const global = { kind: 'global', name: secret } as const;
    const { conversation: news } = await chief.request('createConversation', global);
    const everywhere = { conversationId: news.id };
    const told = await own.request('sendMessage', { ...everywhere, text });
    const answered = { ...everywhere, messageId: told.message.id };
    await own.request('replyToMessage', { ...answered, text });
    await own.request('typing', { ...everywhere, typing: false });
    await other.request('markRead', answered);
    await call(ann, `POST /conversations/${news.id}/messages`, { body: { text } });
    const { conversation: replies } = await own.request('replyToMessage', { ...answered, text });
    await other.request('getMessagesSince', { conversationId: replies.id, since: '2020-01-01T00:00:00Z' });

    // Direct ones, left and begun again; and large ones, by each way there is.
    const direct = { type: 'direct' as const, participantIds: [bob.sub] };
    const pair = await own.request('createConversation', direct);
    await other.request('leaveConversation', { conversationId: pair.conversation.id });
    await own.request('createConversation', direct);
    const many = Array.from({ length: 199 }, () => randomUUID());
    const crowd = await own.request('createConversation', { type: 'group', participantIds: many });
    const inCrowd = { conversationId: crowd.conversation.id };
    await own.request('inviteToConversation', { ...inCrowd, userIds: [bob.sub, randomUUID()] });
    await own.request('sendMessage', { ...inCrowd, text });
    await cloud().settled();
    await other.request('getConversationParticipants', inCrowd);
    await other.request('leaveConversation', inCrowd);
    await own.request('leaveConversation', inCrowd);
    await own.request('removeConversation', { conversationId });

    // Large, and left by a last admin who does not own it.
    const body = { type: 'group', participantIds: [bob.sub, ...many, randomUUID()] };
    const grown = conversationIn(await call(ann, 'POST /conversations', { body }));
    await other.request('leaveConversation', { conversationId: grown.id });

    // Sockets that nobody counts as open: their last words, and a sweep.
    await wakeTheDead(cloud(), ann);
    await ghosts.put(gil, { lapsed: true });
    await cloud().settled();
    await cloud().runSchedules();
  } finally {
    for (const live of lives) live.close();
  }
  await cloud().settled();
}

const refused = (asked: Promise<unknown>): Promise<void> =>
  asked.then(
    () => {
      throw new Error('an action should have been refused');
    },
    (error: unknown) => {
      if (!(error instanceof LiveError)) throw error;
    },
  );

/** Puts sockets where nobody is: registered, old, and unknown to the gateway. */
function ghostsOf(cloud: ReturnType<TestCloud['cloud']>, organization: string) {
  return {
    /** @param at when the socket opened: the gateway may not know one yet that is younger than ten seconds */
    async put({ sub }: Caller, { lapsed = false, at = 0, prefix = '' } = {}): Promise<void> {
      const client = DynamoDBDocumentClient.from(engineClient(cloud.engineEndpoint));
      const owner = userOwner(organization, sub);
      const [id, later] = [prefix + newConnectionId(), Date.now() + 600_000];
      await client.send(
        new PutCommand({
          TableName: cloud.tableName,
          Item: {
            ...socketsKey(owner),
            ...socketsIndexKey(owner),
            entity: 'sockets',
            ids: new Set([id]),
            [`socket ${id}`]: { at, lease: lapsed ? 0 : later, exp: later },
          },
        }),
      );
      client.destroy();
    },
  };
}

/** Has every action's function serve a frame of a socket that is no longer registered: it says so, and closes it. */
async function wakeTheDead(cloud: ReturnType<TestCloud['cloud']>, { sub, org_id }: Caller): Promise<void> {
  const names = [...cloud.access().keys()];
  const authorizer = { sub, organization: org_id, service: 'false', superAdmin: 'false', exp: '4102444800' };
  for (const { name, operation } of actions) {
    const pascal = operation.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
    const functionName = names.find((one) => one.startsWith(`Socket${pascal}Function`));
    if (functionName === undefined) throw new Error(`there is no function of ${name}`);
    const requestContext = {
      ...{ eventType: 'MESSAGE', connectionId: 'gone=', connectedAt: 0, requestTimeEpoch: Date.now(), authorizer },
      requestId: randomUUID(),
    };
    await cloud.invoke(functionName, { requestContext, body: JSON.stringify({ action: name, id: '1' }) });
  }
}
