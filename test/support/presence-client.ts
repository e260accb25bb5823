import * as z from 'zod/mini';
import type { Principal } from '../../core/domain/principal.ts';
import type { HeardFrame } from './connections.ts';
import type { SocketsWorld } from './sockets-world.ts';

const Users = z.array(z.looseObject({ id: z.string() }));
const Welcome = z.looseObject({ activeUsers: Users });
const OfUsers = z.looseObject({ users: Users });

const idsIn = (users: z.infer<typeof Users>): string[] => users.map(({ id }) => id);

/** A client that knows of presence what it has heard, by the rules of the protocol. */
export class PresenceClient {
  readonly user: Principal;
  readonly connectionId: string;
  /** Who is active, as far as it knows; undefined before it is welcomed. */
  active: Set<string> | undefined;
  readonly #early: HeardFrame[] = [];

  constructor(user: Principal, connectionId: string) {
    this.user = user;
    this.connectionId = connectionId;
  }

  /** Reads what has come; answers the frames. */
  listen({ connections }: SocketsWorld): HeardFrame[] {
    const frames = connections.heard(this.connectionId);
    for (const frame of frames) this.#learn(frame);
    return frames;
  }

  #learn(frame: HeardFrame): void {
    if (frame.event === 'session.welcome') {
      this.active = new Set(idsIn(Welcome.parse(frame.data).activeUsers));
      // What came before the welcome may be newer than what it says.
      for (const early of this.#early.splice(0)) this.#learn(early);
    } else if (!this.active) {
      this.#early.push(frame);
    } else {
      for (const id of idsIn(OfUsers.parse(frame.data).users)) {
        if (frame.event === 'user.connected') this.active.add(id);
        else this.active.delete(id);
      }
    }
  }
}
