import * as z from 'zod/mini';
import { limits } from '../../core/contract/limits.ts';
import { EventFrame } from '../../core/contract/live/frame.ts';
import { events } from '../../core/contract/socket.ts';
import { utf8Bytes } from '../../core/contract/text.ts';
import type { Posted, Publisher } from '../../core/realtime/publisher.ts';

/** An event as a socket heard it. */
export interface Heard extends z.infer<typeof EventFrame> {
  readonly data: Readonly<Record<string, unknown>>;
}

const Data = z.record(z.string(), z.unknown());

/** Reads a frame as a client does who is strict: it is one of the events that there are, and of its form. */
function heardIn(text: string): Heard {
  if (utf8Bytes(text) >= limits.frameBytes) throw new Error('a frame is too large');
  const frame = EventFrame.parse(JSON.parse(text));
  const event = events.find(({ name }) => name === frame.event);
  if (!event) throw new Error(`there is no event ${frame.event}`);
  event.data.parse(frame.data);
  return { ...frame, data: Data.parse(frame.data) };
}

/** A gateway that takes frames, unless it is told otherwise, and keeps what it has taken. */
export class RecordingPublisher implements Publisher {
  readonly #heard = new Map<string, Heard[]>();
  readonly closed: string[] = [];
  /** Whether it closes nothing either. */
  isDown = false;
  /** How often it was asked to post. */
  posts = 0;
  /** What becomes of a frame to a connection. */
  fate: (connectionId: string, frame: Heard) => Posted | Promise<Posted> = () => 'posted';
  /** Told of each connection that it closes. */
  onClose: (connectionId: string) => void = () => {};

  async post(connectionId: string, text: string): Promise<Posted> {
    this.posts += 1;
    const frame = heardIn(text);
    const posted = await this.fate(connectionId, frame);
    if (posted === 'posted') this.#heard.set(connectionId, [...this.heard(connectionId), frame]);
    return posted;
  }

  async close(connectionId: string): Promise<void> {
    if (this.isDown) throw new Error('the gateway is down');
    this.closed.push(connectionId);
    this.onClose(connectionId);
  }

  /** All that a connection has heard so far, in this order. */
  heard(connectionId: string): readonly Heard[] {
    return this.#heard.get(connectionId) ?? [];
  }

  /** Has every connection forget what it has heard. */
  forget(): void {
    this.#heard.clear();
    this.posts = 0;
  }
}
