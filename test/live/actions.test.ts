import { expect, test } from 'vitest';
import type { ActionName } from '../../client/live/frames.ts';
import { actions } from '../../core/contract/socket.ts';
import { holdsToken, useCloud } from '../support/cloud.ts';
import {
  type Audience,
  everybody,
  type Plays,
  participants,
  quietly,
  rowsOf,
  useAudience,
} from '../support/live-audience.ts';

const cloud = useCloud();
const { gather, expectHeard } = useAudience(cloud);

const created = 'conversation.created';
const joined = 'participant.joined';
const left = 'participant.left';
const message = 'message.created';
const text = 'Tuesday!';

/** What has happened before that of which a test is about. */
const after = async <Result>({ forget }: Audience, before: Promise<Result>): Promise<Result> => {
  const result = await before;
  await forget();
  return result;
};

const boss = ({ dan }: Audience) => ({ ...dan.caller, roles: ['SUPER_ADMIN'] });
/** A conversation of the whole organization. */
const global = async (scene: Audience) => {
  const chief = await after(scene, scene.open(boss(scene)));
  const { conversation } = await after(scene, chief.request('createConversation', { kind: 'global', name: 'News' }));
  await chief.close();
  return conversation.id;
};

const plays: Plays<ActionName> = {
  listConversations: {
    listed: quietly(async ({ ann, conversationId }) => {
      const { conversations } = await ann.request('listConversations', {});
      expect(conversations.find(({ id }) => id === conversationId)).toMatchObject({ unreadCount: 1, lastSeq: 1 });
    }),
  },
  createConversation: {
    'a group': {
      act: ({ ann, bob }) =>
        ann.request('createConversation', { type: 'group', name: 'New', participantIds: [bob.caller.sub] }),
      expected: { ann: [created], tab: [created], bob: [created] },
    },
    'a direct one': {
      act: ({ bob, dan }) => bob.request('createConversation', { kind: 'direct', participantIds: [dan.caller.sub] }),
      expected: { bob: [created], dan: [created] },
    },
    'a direct one that there is': quietly(async (scene) => {
      const { bob, cid } = scene;
      const pair = { type: 'direct' as const, participantIds: [cid.caller.sub] };
      const first = await after(scene, bob.request('createConversation', pair));
      const again = await cid.request('createConversation', { ...pair, participantIds: [bob.caller.sub] });
      expect(again.conversation.id).toBe(first.conversation.id);
    }),
    'a group, by a service': {
      act: ({ service, bob, cid }) =>
        service.request('createConversation', { type: 'group', participantIds: [bob.caller.sub, cid.caller.sub] }),
      expected: { bob: [created], cid: [created] },
    },
    'one of the whole organization, by a service': {
      act: ({ service }) => service.request('createConversation', { kind: 'global' }),
      expected: everybody(created),
    },
  },
  inviteToConversation: {
    'one of them new': {
      act: async ({ ann, bob, dan, conversationId }) => {
        const userIds = [dan.caller.sub, bob.caller.sub];
        const { participants } = await ann.request('inviteToConversation', { conversationId, userIds, role: 'admin' });
        expect(participants.map(({ userId, role }) => [userId, role])).toEqual([
          [dan.caller.sub, 'admin'],
          [bob.caller.sub, 'member'],
        ]);
      },
      expected: {
        ann: [created, message],
        tab: [created, message],
        bob: [joined, message],
        cid: [joined, message],
        dan: [created, message],
      },
    },
    'somebody who is there': quietly(({ ann, bob, conversationId }) =>
      ann.request('inviteToConversation', { conversationId, userIds: [bob.caller.sub] }),
    ),
  },
  leaveConversation: {
    'by a member': {
      act: ({ cid, conversationId }) => cid.request('leaveConversation', { conversationId }),
      expected: { ann: [left, message], tab: [left, message], bob: [left, message], cid: [left] },
    },
    'by its owner': {
      act: ({ ann, conversationId }) => ann.request('leaveConversation', { conversationId }),
      expected: participants('conversation.removed'),
    },
  },
  removeConversation: {
    'by its owner': {
      act: ({ ann, conversationId }) => ann.request('removeConversation', { conversationId }),
      expected: participants('conversation.removed'),
    },
    'by a member': quietly(async ({ bob, conversationId }) => {
      expect(await bob.ask('removeConversation', { conversationId })).toMatchObject({ error: { code: 'forbidden' } });
    }),
  },
  sendMessage: {
    'in a group': {
      act: async ({ bob, ann, tab, cid, conversationId, settle }) => {
        const sent = await bob.request('sendMessage', { conversationId, text, clientMessageId: 'a key' });
        expect(sent.message).toMatchObject({ conversationId, seq: 2, text, clientMessageId: 'a key' });
        await settle(ann, tab, cid);
        // Of the key the sender alone is told, on whatever socket.
        const { clientMessageId: _, ...shown } = sent.message;
        for (const { heard } of [ann, tab, cid])
          expect(heard.at(-1)).toMatchObject({ seq: 2, data: { message: shown } });
        for (const { frames } of [ann, tab, cid]) expect(frames.join()).not.toContain('a key');
        expect(bob.heard.at(-1)).toMatchObject({ data: sent });
      },
      expected: participants(message),
    },
    'in the whole organization': {
      act: async (scene) => {
        const conversationId = await global(scene);
        await scene.cid.request('sendMessage', { conversationId, text });
      },
      expected: everybody(message),
    },
    'by a service, for a participant': {
      act: ({ service, cid, conversationId }) =>
        service.request('sendMessage', { conversationId, text, userId: cid.caller.sub }),
      expected: participants(message),
    },
    'in a conversation of replies': quietly(async (scene) => {
      const { ann, conversationId, messageId } = scene;
      const replied = await after(scene, ann.request('replyToMessage', { conversationId, messageId, text }));
      const answer = await ann.ask('sendMessage', { conversationId: replied.conversation.id, text });
      expect(answer).toMatchObject({ error: { code: 'conflict' } });
    }),
  },
  replyToMessage: {
    'for the first time': {
      act: async ({ cid, conversationId, messageId }) => {
        const { conversation, ...rest } = await cid.request('replyToMessage', { conversationId, messageId, text });
        expect(rest.message).toMatchObject({ conversationId: conversation.id, seq: 1, text });
        expect(conversation).toMatchObject({ kind: 'reply', link: { type: 'message', id: messageId } });
      },
      expected: participants(created, message),
    },
    'a second time': {
      act: async (scene) => {
        const { ann, bob, conversationId, messageId } = scene;
        await after(scene, ann.request('replyToMessage', { conversationId, messageId, text }));
        const reply = await bob.request('replyToMessage', { conversationId, messageId, text });
        expect(reply.message.seq).toBe(2);
      },
      expected: participants(message),
    },
    'in the whole organization': {
      act: async (scene) => {
        const conversationId = await global(scene);
        const sent = await after(scene, scene.ann.request('sendMessage', { conversationId, text }));
        await scene.bob.request('replyToMessage', { conversationId, messageId: sent.message.id, text });
      },
      expected: everybody(created, message),
    },
  },
  getMessagesSince: {
    'a message': quietly(async ({ ann, conversationId, messageId: since }) => {
      const page = await ann.request('getMessagesSince', { conversationId, since });
      expect(page).toEqual({ messages: [], hasMore: false });
    }),
  },
  getMessagesBefore: {
    'a time': quietly(async ({ ann, conversationId, messageId: id }) => {
      const page = await ann.request('getMessagesBefore', { conversationId, before: '9999-12-31T00:00:00Z' });
      expect(page).toMatchObject({ messages: [{ id, seq: 1 }], hasMore: false });
    }),
  },
  getConversationParticipants: {
    'with who is active': quietly(async ({ ann, bob, cid, conversationId }) => {
      const { participants } = await ann.request('getConversationParticipants', { conversationId });
      const active = participants.filter((one) => one.active).map(({ userId }) => userId);
      expect(active.sort()).toEqual([ann, bob, cid].map(({ caller }) => caller.sub).sort());
    }),
  },
  getActiveUsers: {
    'of the organization': quietly(async ({ ann, bob, cid, dan }) => {
      const { users } = await ann.request('getActiveUsers', {});
      expect(users.map(({ id }) => id)).toEqual([ann, bob, cid, dan].map(({ caller }) => caller.sub).sort());
    }),
  },
  markRead: {
    'for the first time': {
      act: ({ ann, conversationId, messageId }) => ann.request('markRead', { conversationId, messageId }),
      expected: participants('conversation.read'),
    },
    'what was read before': quietly(({ bob, conversationId, messageId }) =>
      bob.request('markRead', { conversationId, messageId }),
    ),
  },
  typing: {
    begun: {
      act: async ({ ann, bob, conversationId, settle }) => {
        await ann.request('typing', { conversationId, typing: true });
        await settle(bob);
        const data = { userId: ann.caller.sub, typing: true };
        expect(bob.heard).toMatchObject([{ event: 'typing', conversationId, data }]);
      },
      expected: { bob: ['typing'], cid: ['typing'] },
    },
  },
  ping: { answered: quietly(({ ann }) => ann.request('ping', {})) },
};

test('the table names every action', () => {
  expect(Object.keys(plays)).toEqual(actions.map(({ name }) => name));
});

test.each(rowsOf(plays))('who hears what of %s: %s', async (_, __, { act, expected }) => {
  await act(await gather());
  await expectHeard(expected);
});

test('nothing of that went wrong, nor stands in the logs', () => {
  expect(cloud.logs.filter((line) => line.includes('"ERROR"'))).toEqual([]);
  const said = [text, 'Monday?', 'a key', 'Plans'];
  expect(said.filter((each) => cloud.logs.some((line) => line.includes(each)))).toEqual([]);
  expect(cloud.logs.filter(holdsToken)).toEqual([]);
});
