import { changeFrom } from '../store/changes.ts';
import { conversationChanged } from './conversation-changed.ts';
import type { RealtimeDeps } from './deps.ts';
import { messageChanged } from './message-changed.ts';
import { participantChanged } from './participant-changed.ts';

/** A record of the table's stream: an item before and after a change, as Lambda has them. */
export interface ChangedItem {
  readonly before: unknown;
  readonly after: unknown;
  /** When it was written, in Unix milliseconds; now, where that is not known. */
  readonly at: number | undefined;
}

/**
 * Does what is to be done about a change in a conversation: tells the sockets that are to hear of it, and erases what was
 * removed. May be called late and repeatedly: that tells again what still is so, and changes nothing more in the table.
 * @throws Failure `unavailable` when some socket may still be reached, but was not: then it is to be called again
 */
export async function tellOfChange(deps: RealtimeDeps, { before, after, at = deps.now() }: ChangedItem): Promise<void> {
  const change = changeFrom(before, after);
  switch (change?.entity) {
    case 'conversation':
      return conversationChanged(deps, change, at);
    case 'message':
      return messageChanged(deps, change, at);
    case 'participant':
      return participantChanged(deps, change);
  }
}
