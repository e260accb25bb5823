import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Posted, Publisher } from '../../core/realtime/publisher.ts';

const Frame = z.looseObject({ type: z.string(), event: z.optional(z.string()), data: z.optional(z.unknown()) });
export type HeardFrame = z.infer<typeof Frame>;

/** The id of a connection, about as a gateway makes it. */
export const newConnectionId = (): string => `${randomUUID().slice(0, 14)}=`;

/** A gateway that knows which connections are open, remembers what each has heard, and fails as it is told to. */
export class Connections implements Publisher {
  readonly #open = new Map<string, string[]>();
  /** All that were closed by us, in their order. */
  readonly closed: string[] = [];
  /** All posts, in their order: to whom. */
  readonly posts: string[] = [];
  /** What the next posts are answered, before any is let through. */
  readonly trouble: Posted[] = [];

  open(connectionId: string): void {
    this.#open.set(connectionId, []);
  }

  /** The client, or its network, is gone. */
  drop(connectionId: string): void {
    this.#open.delete(connectionId);
  }

  isOpen(connectionId: string): boolean {
    return this.#open.has(connectionId);
  }

  /** What a connection has heard since it was asked last. */
  heard(connectionId: string): HeardFrame[] {
    return (this.#open.get(connectionId)?.splice(0) ?? []).map((text) => Frame.parse(JSON.parse(text)));
  }

  async post(connectionId: string, frame: string): Promise<Posted> {
    this.posts.push(connectionId);
    const trouble = this.trouble.shift();
    if (trouble && trouble !== 'posted') return trouble;
    const heard = this.#open.get(connectionId);
    if (!heard) return 'gone';
    heard.push(frame);
    return 'posted';
  }

  async close(connectionId: string): Promise<void> {
    this.closed.push(connectionId);
    this.drop(connectionId);
  }
}
