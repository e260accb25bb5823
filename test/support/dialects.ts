import { utf8Bytes } from '../../core/contract/text.ts';
import type { HttpRequest } from '../../core/dialects/codec.ts';
import { bytesOf } from '../../core/dialects/v2/message.ts';
import type { DeviceType, MessageContext } from '../../core/domain/message-context.ts';
import type { Principal, UserId } from '../../core/domain/principal.ts';
import { createDescribedConversation } from '../../core/operations/create-described-conversation.ts';
import * as making from '../../core/operations/create-transcript.ts';
import type { Deps } from '../../core/operations/deps.ts';
import { getTranscript } from '../../core/operations/get-transcript.ts';
import { listDescribedConversations } from '../../core/operations/list-described-conversations.ts';
import { listDescribedMessages } from '../../core/operations/list-described-messages.ts';
import * as listing from '../../core/operations/list-transcripts.ts';
import { listWrittenMessages } from '../../core/operations/list-written-messages.ts';
import { markMessageRead } from '../../core/operations/mark-message-read.ts';
import type { NumberedPage } from '../../core/operations/numbered-page.ts';
import { putProfile } from '../../core/operations/put-profile.ts';
import * as patching from '../../core/operations/update-transcript.ts';
import type { RealtimeDeps } from '../../core/realtime/deps.ts';
import * as sending from '../../core/realtime/send-to-receiver.ts';
import { sent } from './flow.ts';

/** What the dialects v2 and v1 do that the native one does not, where a test says only what matters to it. */
export const createTranscript = (
  deps: Deps,
  caller: Principal,
  participantIds: readonly UserId[],
  input: Partial<making.CreateTranscriptInput> = {},
) =>
  making.createTranscript(deps, caller, {
    organization: undefined,
    name: null,
    link: null,
    participantIds,
    actingUserId: undefined,
    idempotencyKey: undefined,
    bytesOf,
    ...input,
  });

export const transcript = (deps: Deps, caller: Principal, conversationId: string, actingUserId?: UserId) =>
  getTranscript(deps, caller, { conversationId, actingUserId, bytesOf });

export const transcripts = (deps: Deps, caller: Principal, input: Partial<listing.ListTranscriptsInput> = {}) =>
  listing.listTranscripts(deps, caller, {
    actingUserId: undefined,
    organization: undefined,
    link: {},
    page: { number: 1, size: 50 },
    bytesOf,
    ...input,
  });

/** Changes a conversation as whoever takes part in it may. */
export const patch = (
  deps: Deps,
  caller: Principal,
  id: string,
  changes: Partial<patching.UpdateTranscriptInput> = {},
) =>
  patching.updateTranscript(deps, caller, {
    id,
    name: undefined,
    status: undefined,
    byAnyParticipant: true,
    actingUserId: undefined,
    bytesOf,
    ...changes,
  });

/** The messages of a conversation: all for which there is room, or a page of them. */
export const written = (deps: Deps, caller: Principal, conversationId: string, page?: NumberedPage) =>
  listWrittenMessages(deps, caller, { conversationId, actingUserId: undefined, page, bytesOf });

export const described = (deps: Deps, caller: Principal, conversationId: string, page: Partial<NumberedPage> = {}) =>
  listDescribedMessages(deps, caller, {
    conversationId,
    actingUserId: undefined,
    page: { number: 1, size: 100, ...page },
  });

export const describedConversations = (deps: Deps, caller: Principal, page: Partial<NumberedPage> = {}) =>
  listDescribedConversations(deps, caller, { actingUserId: undefined, page: { number: 1, size: 100, ...page } });

/** A direct conversation of two who are known. */
export const createDescribed = (deps: Deps, caller: Principal, participantId: UserId) =>
  createDescribedConversation(deps, caller, {
    kind: 'direct',
    name: null,
    link: null,
    participantIds: [participantId],
    actingUserId: undefined,
    idempotencyKey: undefined,
  });

export const readMessage = (deps: Deps, caller: Principal, messageId: string) =>
  markMessageRead(deps, caller, { messageId, actingUserId: undefined });

/** Makes a user known to its organization. */
export const introduce = (deps: Deps, user: Principal, name: string) =>
  putProfile(deps, user, {
    userId: user.subject,
    actingUserId: undefined,
    details: { name, email: `${name}@example.com`, avatarUrl: null },
  });

/** What a platform sends along with a text from a device of some type. */
export const sentFrom = (type: DeviceType, context: Partial<MessageContext> = {}): MessageContext => ({
  type: 'text',
  attachments: [],
  metadata: { reference: 7 },
  device: {
    type,
    os: 'Linux',
    osVersion: '6.1',
    appVersion: null,
    model: null,
    browser: 'Firefox',
    browserVersion: null,
  },
  publicKey: 'key',
  ...context,
});

/** Sends to the other participant of a direct conversation. */
export const sendTo = (
  deps: RealtimeDeps,
  caller: Principal,
  conversationId: string,
  receiverId: UserId,
  text: string,
  input: Partial<sending.SendToReceiverInput> = {},
) =>
  sending.sendToReceiver(deps, caller, {
    ...sent(conversationId, text),
    receiverId,
    context: sentFrom('web'),
    ...input,
  });

/** A request of a platform, as far as an answer depends on it. */
export const request: HttpRequest = {
  url: '/',
  path: {},
  query: {},
  headers: { 'x-public-key': 'key' },
  body: undefined,
};

/**
 * What a body weighs of the four mebibytes that an answer may have: as JSON, or, where it leaves its function as a string
 * within JSON, by its share of five megabytes.
 */
export function bytesCarried(body: unknown): number {
  const json = JSON.stringify(body);
  return Math.max(utf8Bytes(json), (utf8Bytes(JSON.stringify(json)) * 4 * 1024 * 1024) / 5_000_000);
}
