import type * as z from 'zod/mini';
import type * as contract from '../../contract/v1/message.ts';
import { messageUpdatedAt } from '../../domain/message.ts';
import { withinShares } from '../../domain/page-size.ts';
import type { DescribedMessage } from '../../operations/describe.ts';
import { microTime, microTimeOrNull, personBody } from './values.ts';

type Body = z.infer<typeof contract.Message>;

/**
 * A message as the dialect of platforms shows it.
 * @param publicKey of the platform that is shown it
 */
export function messageBody({ message, sender, receiver, readAt }: DescribedMessage, publicKey: string): Body {
  const { context } = message;
  const device = context?.device;
  return {
    message_id: message.id,
    id: message.id,
    conversation_uuid: message.conversationId,
    sender: sender && personBody(sender),
    receiver: receiver && personBody(receiver),
    context: { text: message.text ?? '', type: context?.type ?? 'text' },
    attachments: [...(context?.attachments ?? [])],
    metadata: message.systemEvent === null ? { ...context?.metadata } : { system_event: message.systemEvent },
    reactions: message.reactions.map(({ userId, emoji, createdAt }) => ({
      user_uuid: userId,
      emoji,
      created_at: microTime(createdAt),
    })),
    status: {
      is_read: readAt !== null,
      read_at: microTimeOrNull(readAt),
      delivered_at: microTime(message.createdAt),
      is_deleted: message.deletedAt !== null,
    },
    timestamps: { created_at: microTime(message.createdAt), updated_at: microTime(messageUpdatedAt(message)) },
    pbk: context?.publicKey ?? publicKey,
    device: {
      type: device?.type ?? null,
      os: device?.os ?? null,
      os_version: device?.osVersion ?? null,
      app_version: device?.appVersion ?? null,
      model: device?.model ?? null,
      browser: device?.browser ?? null,
      browser_version: device?.browserVersion ?? null,
    },
  };
}

/**
 * Messages as a list shows them, and whether all of each. Where not all of them fit into one answer, the largest are without
 * their reactions, and then without what was sent along; smaller pages have it.
 */
export function messageBodies(
  messages: readonly DescribedMessage[],
  publicKey: string,
): { readonly bodies: Body[]; readonly isTruncated: boolean } {
  const whole = messages.map((message) => messageBody(message, publicKey));
  const bodies = withinShares(whole, withoutReactions, withoutExtras);
  return { bodies, isTruncated: bodies.some((body, at) => body !== whole[at]) };
}

const withoutReactions = (body: Body): Body => (body.reactions.length === 0 ? body : { ...body, reactions: [] });

const withoutExtras = (body: Body): Body =>
  body.attachments.length === 0 && Object.keys(body.metadata).length === 0
    ? body
    : { ...body, attachments: [], metadata: {} };
