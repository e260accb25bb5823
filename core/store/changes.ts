import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import * as z from 'zod/mini';
import type { MessageState } from '../domain/message-change.ts';
import type { UserId } from '../domain/principal.ts';
import { headFrom, type StoredConversation } from './heads.ts';
import { messageStateFrom } from './messages.ts';
import { readerFrom } from './read-positions.ts';
import type { Item } from './table.ts';

/** An attribute as a record of the stream has it; these are the types that we write. */
const Value: z.ZodMiniType<AttributeValue> = z.lazy(() =>
  z.union([
    z.object({ S: z.string() }),
    z.object({ N: z.string() }),
    z.object({ BOOL: z.boolean() }),
    z.object({ NULL: z.literal(true) }),
    z.object({ SS: z.array(z.string()) }),
    z.object({ L: z.array(Value) }),
    z.object({ M: z.record(z.string(), Value) }),
  ]),
);
const Image = z.optional(z.record(z.string(), Value));

const Announced = z.object({ announce: z.string(), announceTo: z.optional(z.set(z.string())) });
const Announcement = z.object({ announce: z.optional(z.string()) });
const Entity = z.object({ entity: z.string() });

/** A change that a conversation's consumer is told of. */
export type Change =
  | {
      readonly entity: 'message';
      readonly before: MessageState | undefined;
      readonly after: MessageState;
      /** The connections that are to hear of it; undefined for all of the audience. */
      readonly to: ReadonlySet<string> | undefined;
    }
  | { readonly entity: 'participant'; readonly userId: UserId; readonly readMessageId: string }
  | {
      readonly entity: 'conversation';
      readonly before: StoredConversation | undefined;
      readonly after: StoredConversation | undefined;
      /** Whether sockets are to hear of it. */
      readonly isAnnounced: boolean;
    };

/**
 * What a record of the stream tells.
 * @param before the item's old image, and `after` its new one, as Lambda has them; undefined where there is none
 * @returns undefined where it is nobody's business
 */
export function changeFrom(before: unknown, after: unknown): Change | undefined {
  const [old, next] = [itemFrom(before), itemFrom(after)];
  const announced = announcedIn(old, next);
  const { entity } = Entity.parse(next ?? old);
  if (entity === 'conversation') {
    const isAnnounced = announced !== undefined;
    return { entity, before: old && headFrom(old), after: next && headFrom(next), isAnnounced };
  }
  if (!next || !announced) return undefined;
  if (entity === 'message') {
    const to = announced.announceTo;
    return { entity, before: old && messageStateFrom(old), after: messageStateFrom(next), to };
  }
  return entity === 'participant' ? { entity, ...readerFrom(next) } : undefined;
}

function itemFrom(image: unknown): Item | undefined {
  const attributes = Image.parse(image);
  return attributes && unmarshall(attributes);
}

/** The announcement that a change brought, if it did. */
function announcedIn(before: Item | undefined, after: Item | undefined): z.infer<typeof Announced> | undefined {
  const { data } = Announced.safeParse(after);
  return data && data.announce !== Announcement.parse(before ?? {}).announce ? data : undefined;
}
