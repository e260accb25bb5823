import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import { type Api, Refused } from './api.ts';
import type { Device } from './device.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';
import type { Place, Stage } from './stage.ts';

const Sent = z.object({ id: z.string(), seq: z.number() });
const Anything = z.unknown();

/** A send that was answered. */
export interface Acknowledged {
  readonly conversationId: string;
  readonly clientMessageId: string;
  readonly messageId: string;
}

/** When somebody who was out was asked to be let in again, on the clock of `performance`. */
export interface Return {
  readonly conversationId: string;
  readonly userId: string;
  readonly askedAt: number;
}

export interface Load {
  readonly acknowledged: readonly Acknowledged[];
  readonly returns: readonly Return[];
}

/**
 * Has people write, by their sockets and by REST, change what they wrote, read, leave and come back.
 * @param each is called before each send
 */
export async function play(
  {
    api,
    devices,
    stage,
    plan,
    random,
  }: {
    readonly api: Api;
    readonly devices: readonly Device[];
    readonly stage: Stage;
    readonly plan: Plan;
    readonly random: Random;
  },
  each: (sent: number) => void,
): Promise<Load> {
  const acknowledged: Acknowledged[] = [];
  const returns: Return[] = [];
  let sent = 0;

  const say = async (place: Place) => {
    const author = random.pick(place.residents);
    const clientMessageId = randomUUID();
    const body = { text: `of ${place.organization}`, clientMessageId };
    const own = devices.filter(({ user }) => user.id === author.id);
    const bySocket = own.length > 0 && random.permille(600);
    const { id } = bySocket
      ? (await random.pick(own).live.insist('sendMessage', { conversationId: place.id, ...body })).message
      : await api({ token: author.token, method: 'POST', path: `/conversations/${place.id}/messages`, body }, Sent);
    acknowledged.push({ conversationId: place.id, clientMessageId, messageId: id });

    const { token } = author;
    const path = `/messages/${id}` as const;
    if (random.permille(40))
      await api({ token, method: 'PATCH', path, body: { text: `${body.text}, edited` } }, Anything);
    if (random.permille(40))
      await api({ token, method: 'POST', path: `${path}/reactions`, body: { emoji: '+1' } }, Anything);
    if (random.permille(20)) await api({ token, method: 'DELETE', path }, Anything);
    if (random.permille(100)) {
      const read = { lastReadMessageId: id };
      await api({ token, method: 'POST', path: `/conversations/${place.id}/read`, body: read }, Anything);
    }
  };

  const sender = async () => {
    while (sent < plan.sends) {
      sent += 1;
      each(sent);
      await say(random.pick(stage.places));
    }
  };

  /** The guest of a place goes and comes back; one at a time, since a guest has one part in it. */
  const comings = async () => {
    for (let coming = 0; coming < plan.comings; coming += 1) {
      const { id: conversationId, guest, owner } = random.pick(stage.places);
      const participants = `/conversations/${conversationId}/participants` as const;
      await tolerant(
        api({ token: guest.token, method: 'POST', path: `/conversations/${conversationId}/leave` }, Anything),
      );
      for (let count = 0; count < 3; count += 1)
        await say(random.pick(stage.places.filter(({ id }) => id === conversationId)));
      returns.push({ conversationId, userId: guest.id, askedAt: performance.now() });
      const body = { userId: guest.id };
      await tolerant(api({ token: owner.token, method: 'POST', path: participants, body }, Anything));
    }
  };

  await Promise.all([...Array.from({ length: plan.senders }, sender), comings()]);
  return { acknowledged, returns };
}

/** What was done already is answered by 403 or 409 where the first answer was lost. */
const tolerant = (request: Promise<unknown>): Promise<unknown> =>
  request.catch((error: unknown) => {
    if (!(error instanceof Refused && (error.status === 403 || error.status === 409))) throw error;
  });
