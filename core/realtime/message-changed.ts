import {
  conversationCreated,
  messageDeleted,
  messageUpdated,
  participantJoined,
  participantLeft,
  reactionAdded,
  reactionRemoved,
} from '../dialects/live/events.ts';
import type { Message } from '../domain/message.ts';
import { changeBetween } from '../domain/message-change.ts';
import type { Reaction } from '../domain/reaction.ts';
import type { MessageRecord } from '../store/changes.ts';
import { type Current, readCurrent } from '../store/conversations.ts';
import { type Audience, audienceOf } from './audience.ts';
import type { RealtimeDeps } from './deps.ts';
import { tell } from './tell.ts';
import { shown, type Telling, tellingAll, tellingMessage, tellingNew, tellingReply } from './telling.ts';

/**
 * Tells of a message that is new or was changed. It is shown as it is now; of what is gone, or was undone since, nobody
 * hears.
 * @param at when the record was written, in Unix milliseconds
 * @throws Failure `unavailable`
 */
export async function messageChanged(
  deps: RealtimeDeps,
  { before, after, to }: MessageRecord,
  at: number,
): Promise<void> {
  const { id, subjectId } = after;
  const found = await readCurrent(deps.table, id, { messageId: id, userId: subjectId });
  if (!found?.message) return;
  const { message, conversation } = found;
  const all = audienceOf(deps.table, found);
  const tellEach = (telling: Telling, audience: Audience = all) =>
    tell(deps, conversation.organization, audience, telling, to);

  const change = changeBetween(before, after);
  switch (change.kind) {
    case 'created':
      if (message.systemEvent === 'join') return tellEach(tellingJoin(found, message));
      if (message.systemEvent === 'leave')
        return tellEach(tellingLeave(found, message), withDeparted(all, found, message));
      return tellEach(conversation.kind === 'reply' ? tellingReply(message, shown(found)) : tellingNew(message));
    case 'edited':
      if (message.deletedAt !== null) return;
      return tellEach(tellingMessage(message, messageUpdated));
    case 'deleted':
      return tellEach(tellingMessage(message, messageDeleted));
    case 'reacted': {
      const isThere = (one: Reaction) => message.reactions.some(({ id }) => id === one.id);
      const added = change.added.filter(isThere);
      const removed = change.removed.filter((one) => !isThere(one));
      const frames = [
        ...added.map((one) => reactionAdded(message, one, after.revision)),
        ...removed.map((one) => reactionRemoved(message, one, after.revision, at)),
      ];
      return frames.length > 0 ? tellEach(tellingAll(...frames)) : undefined;
    }
  }
}

/** Whoever joined, and who created the conversation, hear of that; the others of the new participant. */
function tellingJoin(found: Current, message: Message): Telling {
  const { conversation, own: joined } = found;
  if (!joined || joined.leftAt !== null || joined.joinedAt !== message.createdAt) return tellingNew(message);
  const toOthers = [participantJoined(conversation.id, joined)];
  const toThem = [conversationCreated(shown(found), message.createdAt)];
  return tellingNew(message, ({ userId }) =>
    userId === joined.userId || userId === conversation.creatorId ? toThem : toOthers,
  );
}

/** Whoever left, and the others, hear of that; the others also of the message. */
function tellingLeave({ conversation, own: departed }: Current, message: Message): Telling {
  if (departed?.leftAt !== message.createdAt) return tellingNew(message);
  const left = tellingAll(participantLeft(conversation.id, departed));
  const toOthers = tellingNew(message, left);
  return (listener) => (listener.userId === departed.userId ? left(listener) : toOthers(listener));
}

async function* withDeparted(audience: Audience, { own: departed }: Current, message: Message): Audience {
  yield* audience;
  if (departed?.leftAt === message.createdAt) yield [departed];
}
