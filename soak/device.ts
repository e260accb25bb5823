import { type Following, follow } from '../client/live/follow.ts';
import type { LiveEvent } from '../client/live/frames.ts';
import { type Live, openLive } from '../client/live/live.ts';
import type { User } from './stage.ts';

/** A message as a device heard of it by itself. */
export interface Heard {
  readonly conversationId: string;
  readonly seq: number;
  /** On the clock of `performance`. */
  readonly at: number;
}

/** One device of a user, built upon nothing but what its socket tells it. */
export interface Device {
  readonly user: User;
  readonly live: Live;
  readonly following: Following;
  /** Who it believes is active. */
  readonly active: ReadonlySet<string>;
  readonly heard: readonly Heard[];
  /** Live messages that it had not, and that it had already. */
  readonly delivered: number;
  readonly repeated: number;
  /** Everything that it heard and that names what is not its organization's. */
  readonly foreign: readonly string[];
  close(): void;
}

/**
 * Opens a device.
 * @param isForeign whether an event, as text, names something of another organization
 */
export function openDevice(
  user: User,
  { url, pingMs, isForeign }: { url: string; pingMs: number; isForeign: (text: string) => boolean },
): Device {
  const pauseMs = (attempt: number) => Math.min(1_000, 50 * 2 ** attempt);
  const live = openLive({ url, token: () => user.token, pingMs, pauseMs });
  const active = new Set<string>();
  const heard: Heard[] = [];
  const foreign: string[] = [];
  let delivered = 0;
  let repeated = 0;

  const hear = (event: LiveEvent) => {
    const text = JSON.stringify(event);
    if (isForeign(text)) foreign.push(text);
    switch (event.event) {
      case 'session.welcome':
        active.clear();
        for (const { id } of event.data.activeUsers) active.add(id);
        break;
      case 'user.connected':
        for (const { id } of event.data.users) active.add(id);
        break;
      case 'user.disconnected':
        for (const { id } of event.data.users) active.delete(id);
        break;
      case 'message.created': {
        const { conversationId, seq } = event.data.message;
        heard.push({ conversationId, seq, at: performance.now() });
        const isKnown = following.logs.get(conversationId)?.messages.some((message) => message.seq === seq);
        if (isKnown) repeated += 1;
        else delivered += 1;
        break;
      }
      default:
    }
  };

  // Before the follower, which takes messages in.
  live.on({ event: hear });
  const following = follow(live, user.id);
  return {
    user,
    live,
    following,
    active,
    heard,
    foreign,
    get delivered() {
      return delivered;
    },
    get repeated() {
      return repeated;
    },
    close() {
      following.end();
      live.close();
    },
  };
}
