import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { routes } from '../../core/contract/routes.ts';
import { Message } from '../../core/contract/v1/message.ts';
import { type Caller, conversationIn, messageIn, someone, useCloud } from '../support/cloud.ts';
import {
  type Audience,
  everybody,
  type Plays,
  participants,
  quietly,
  rowsOf,
  useAudience,
} from '../support/live-audience.ts';
import type { LiveSocket } from '../support/live-socket.ts';
import { registerPlatform } from '../support/probe.ts';

const cloud = useCloud();
const { gather, expectHeard } = useAudience(cloud);

const created = 'conversation.created';
const updated = 'conversation.updated';
const left = 'participant.left';
const message = 'message.created';
const read = 'conversation.read';

const Sent = z.object({ data: Message });

/** Calls, and expects to succeed. */
const call = async (
  caller: Caller,
  route: `${string} /${string}`,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
) => {
  const answer = await cloud.call(caller, route, body === undefined ? { headers } : { body, headers });
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
  return answer;
};

/** Calls as a platform of the organization does, by its public key. */
const fromPlatform = async (
  { service }: Audience,
  { caller }: LiveSocket,
  route: `${string} /${string}`,
  body?: unknown,
) => {
  const publicKey = caller.org_id ?? '';
  await registerPlatform(cloud, service.caller, publicKey, 'Shop');
  return call(caller, route, body, { 'x-public-key': publicKey });
};

/** Ann's conversation with Dan, of which only the message is remembered that she sends him by the platform. */
async function pair(scene: Audience) {
  const { ann, dan, forget, settle } = scene;
  const body = { type: 'direct', participantIds: [dan.caller.sub] };
  const { id } = conversationIn(await call(ann.caller, 'POST /conversations', body));
  await forget();
  const sent = {
    conversation_uuid: id,
    receiver_uuid: dan.caller.sub,
    context_text: 'Hi',
    context_type: 'text',
    device: { type: 'web', os: 'Linux' },
  };
  const answer = await fromPlatform(scene, ann, 'POST /api/v1/chat/messages', sent);
  await settle(dan);
  return { messageId: Sent.parse(answer.body).data.message_id, dan };
}

/** By the dialect of the route, where that is not the native one, and its operation. */
const plays: Plays<string> = {
  'create-conversation': {
    'a group': {
      act: ({ ann, dan }) =>
        call(ann.caller, 'POST /conversations', { type: 'group', participantIds: [dan.caller.sub] }),
      expected: { ann: [created], tab: [created], dan: [created] },
    },
    'one of the whole organization': {
      act: ({ service }) => call(service.caller, 'POST /conversations', { kind: 'global' }),
      expected: everybody(created),
    },
  },
  'update-conversation': {
    renamed: {
      act: async ({ ann, bob, conversationId, settle }) => {
        const { body } = await call(ann.caller, `PATCH /conversations/${conversationId}`, { name: 'Done' });
        await settle(bob);
        expect(bob.heard).toMatchObject([{ data: { conversation: body } }]);
      },
      expected: participants(updated),
    },
    archived: {
      act: ({ ann, conversationId }) =>
        call(ann.caller, `PATCH /conversations/${conversationId}`, { status: 'archived' }),
      expected: participants(updated),
    },
  },
  'remove-conversation': {
    'by its owner': {
      act: ({ ann, conversationId }) => call(ann.caller, `DELETE /conversations/${conversationId}`),
      expected: participants('conversation.removed'),
    },
  },
  'add-participant': {
    'who is new': {
      act: ({ ann, dan, conversationId }) =>
        call(ann.caller, `POST /conversations/${conversationId}/participants`, { userId: dan.caller.sub }),
      expected: {
        ann: [created, message],
        tab: [created, message],
        bob: ['participant.joined', message],
        cid: ['participant.joined', message],
        dan: [created, message],
      },
    },
  },
  'change-role': {
    'of a member': {
      act: ({ ann, bob, conversationId }) =>
        call(ann.caller, `PATCH /conversations/${conversationId}/participants/${bob.caller.sub}`, { role: 'admin' }),
      expected: participants(updated),
    },
  },
  'remove-participant': {
    'who was there': {
      act: ({ ann, cid, conversationId }) =>
        call(ann.caller, `DELETE /conversations/${conversationId}/participants/${cid.caller.sub}`),
      expected: { ann: [left, message], tab: [left, message], bob: [left, message], cid: [left] },
    },
  },
  'leave-conversation': {
    'by a member': {
      act: ({ bob, conversationId }) => call(bob.caller, `POST /conversations/${conversationId}/leave`),
      expected: { ann: [left, message], tab: [left, message], bob: [left], cid: [left, message] },
    },
    'by its owner, which makes another': {
      act: ({ ann, conversationId }) => call(ann.caller, `POST /conversations/${conversationId}/leave`),
      expected: { ann: [left], tab: [left], bob: [updated, left, message], cid: [updated, left, message] },
    },
  },
  'mark-read': {
    'what is new': {
      act: async ({ ann, bob, conversationId, messageId, settle }) => {
        await call(ann.caller, `POST /conversations/${conversationId}/read`, { lastReadMessageId: messageId });
        await settle(bob);
        const read = { conversationId, userId: ann.caller.sub, lastReadMessageId: messageId };
        expect(bob.heard).toMatchObject([{ data: { read } }]);
      },
      expected: participants(read),
    },
  },
  'send-message': {
    'in a group': {
      act: async ({ bob, cid, conversationId, settle }) => {
        const body = { text: 'x', clientMessageId: 'a key' };
        const sent = messageIn(await call(bob.caller, `POST /conversations/${conversationId}/messages`, body));
        await settle(bob, cid);
        expect(bob.heard).toMatchObject([{ seq: 2, data: { message: sent } }]);
        expect(cid.heard).toMatchObject([{ seq: 2, data: { message: { id: sent.id } } }]);
        expect(cid.frames.join()).not.toContain('a key');
      },
      expected: participants(message),
    },
    'by a service, for a participant': {
      act: ({ service, cid, conversationId }) =>
        call(service.caller, `POST /conversations/${conversationId}/messages`, {
          text: 'x',
          senderUserId: cid.caller.sub,
        }),
      expected: participants(message),
    },
    'in the whole organization': {
      act: async ({ service, dan, forget }) => {
        const made = conversationIn(await call(service.caller, 'POST /conversations', { kind: 'global' }));
        await forget();
        await call(dan.caller, `POST /conversations/${made.id}/messages`, { text: 'x' });
      },
      expected: everybody(message),
    },
  },
  'edit-message': {
    'by who wrote it': {
      act: async ({ bob, cid, messageId, settle }) => {
        const edited = messageIn(await call(bob.caller, `PATCH /messages/${messageId}`, { text: 'Tuesday?' }));
        await settle(cid);
        expect(cid.heard).toMatchObject([{ seq: 1, data: { message: edited } }]);
      },
      expected: participants('message.updated'),
    },
  },
  'delete-message': {
    'by an admin': {
      act: async ({ ann, cid, messageId, settle }) => {
        await call(ann.caller, `DELETE /messages/${messageId}`);
        await settle(cid);
        const shown = { id: messageId, text: null, revision: 2, deletedAt: expect.any(String) };
        expect(cid.heard).toMatchObject([{ seq: 1, data: { message: shown } }]);
      },
      expected: participants('message.deleted'),
    },
  },
  'add-reaction': {
    'a new one': {
      act: async ({ cid, bob, messageId, conversationId, settle }) => {
        const { body: reaction } = await call(cid.caller, `POST /messages/${messageId}/reactions`, { emoji: '+1' });
        await settle(bob);
        expect(bob.heard).toMatchObject([{ conversationId, seq: 1, data: { reaction, revision: 2 } }]);
      },
      expected: participants('reaction.added'),
    },
    'one that was there': quietly(async ({ cid, messageId, forget }) => {
      const react = () => call(cid.caller, `POST /messages/${messageId}/reactions`, { emoji: '+1' });
      await react();
      await forget();
      await react();
    }),
  },
  'remove-reaction': {
    'one that was there': {
      act: async ({ cid, bob, messageId, conversationId, forget, settle }) => {
        const { body: reaction } = await call(cid.caller, `POST /messages/${messageId}/reactions`, { emoji: '+1' });
        await forget();
        await call(cid.caller, `DELETE /messages/${messageId}/reactions/${encodeURIComponent('+1')}`);
        await settle(bob);
        expect(bob.heard).toMatchObject([{ conversationId, seq: 1, data: { reaction, revision: 3 } }]);
      },
      expected: participants('reaction.removed'),
    },
  },
  'add-bookmark': {
    'of one’s own': quietly(({ ann, messageId }) => call(ann.caller, `POST /messages/${messageId}/bookmarks`)),
  },
  'remove-bookmark': {
    'of one’s own': quietly(async ({ ann, messageId }) => {
      await call(ann.caller, `POST /messages/${messageId}/bookmarks`);
      await call(ann.caller, `DELETE /messages/${messageId}/bookmarks`);
    }),
  },
  'put-profile': {
    'of one’s own': quietly(({ dan }) => call(dan.caller, `PUT /users/${dan.caller.sub}`, { name: 'Daniel' })),
  },
  'put-platform': {
    'of the organization': quietly(({ service }) =>
      call(service.caller, `PUT /platforms/${service.caller.org_id}`, { name: 'Shop' }),
    ),
  },
  'v2 create-conversation': {
    'between two': {
      act: ({ ann, dan }) => call(ann.caller, 'POST /api/v2/conversations', { participant_user_ids: [dan.caller.sub] }),
      expected: { ann: [created], tab: [created], dan: [created] },
    },
  },
  'v2 update-conversation': {
    'archived, by whoever takes part': {
      act: async ({ bob, cid, conversationId, settle }) => {
        await call(bob.caller, `PATCH /api/v2/conversations/${conversationId}`, { status: 'archived' });
        await settle(cid);
        expect(cid.heard).toMatchObject([{ data: { conversation: { id: conversationId, status: 'archived' } } }]);
      },
      expected: participants(updated),
    },
  },
  'v2 send-message': {
    'in a group': {
      act: async ({ bob, cid, conversationId, settle }) => {
        await call(bob.caller, `POST /api/v2/conversations/${conversationId}/messages`, { body: 'Tuesday?' });
        await settle(cid);
        expect(cid.heard).toMatchObject([{ seq: 2, data: { message: { text: 'Tuesday?' } } }]);
      },
      expected: participants(message),
    },
  },
  'v1 create-conversation': {
    'between two': {
      act: (scene) =>
        fromPlatform(scene, scene.ann, 'POST /api/v1/chat/conversations', {
          participant_uuid: scene.dan.caller.sub,
          taggable_type: 'order',
          taggable_id: 1,
        }),
      expected: { ann: [created], tab: [created], dan: [created] },
    },
  },
  'v1 send-message': {
    'between two': {
      act: async (scene) => {
        const { messageId, dan } = await pair(scene);
        expect(dan.heard).toMatchObject([{ seq: 1, data: { message: { id: messageId, text: 'Hi' } } }]);
      },
      expected: { ann: [message], tab: [message], dan: [message] },
    },
  },
  'v1 mark-read': {
    'by its receiver': {
      act: async (scene) => {
        const { messageId } = await pair(scene);
        await scene.forget();
        await fromPlatform(scene, scene.dan, `PATCH /api/v1/chat/messages/${messageId}/read`);
      },
      expected: { ann: [read], tab: [read], dan: [read] },
    },
  },
  'v1 add-reaction': {
    'a new one': {
      act: async (scene) => {
        const { messageId } = await pair(scene);
        await scene.forget();
        await fromPlatform(scene, scene.dan, `POST /api/v1/chat/messages/${messageId}/reactions`, { emoji: '+1' });
      },
      expected: { ann: ['reaction.added'], tab: ['reaction.added'], dan: ['reaction.added'] },
    },
  },
};

test('the table names every route that writes', () => {
  const writing = routes
    .filter(({ method }) => method !== 'GET')
    .map(({ dialect, operation }) => (dialect === 'native' ? operation : `${dialect} ${operation}`));
  expect(Object.keys(plays).sort()).toEqual(writing.sort());
});

test.each(rowsOf(plays))('who hears what of %s: %s', async (_, __, { act, expected }) => {
  await act(await gather());
  await expectHeard(expected);
});

test('a conversation between two that begins again is told of; somebody who is seen for the first time is not', async () => {
  const { ann, dan, forget } = await gather();
  const pair = { type: 'direct', participantIds: [dan.caller.sub] };
  const { id } = conversationIn(await call(ann.caller, 'POST /conversations', pair));
  await call(dan.caller, `POST /conversations/${id}/leave`);
  await forget();
  await call({ ...someone(ann.caller.org_id ?? ''), name: 'New' }, 'GET /users');
  await call(ann.caller, 'POST /conversations', pair);
  await expectHeard({ ann: [created, message], tab: [created, message], dan: [created, message] });
});
