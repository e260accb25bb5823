import type * as z from 'zod/mini';
import type { Action } from '../../core/contract/live/action.ts';
import type * as conversations from '../../core/contract/live/actions/conversations.ts';
import type * as messages from '../../core/contract/live/actions/messages.ts';
import type * as presence from '../../core/contract/live/actions/presence.ts';
import type { Event } from '../../core/contract/live/event.ts';
import type * as happenings from '../../core/contract/live/events.ts';
import type { ErrorFrame, EventFrame } from '../../core/contract/live/frame.ts';

type DeclaredActions = typeof conversations & typeof messages & typeof presence;
type DeclaredEvents = (typeof happenings)[keyof typeof happenings];

export type ActionName = keyof DeclaredActions;

/** What is sent with an action. */
export type DataOf<Name extends ActionName> =
  DeclaredActions[Name] extends Action<infer Data, z.ZodMiniType> ? z.input<Data> : never;

/** What an action is answered by. */
export type AckOf<Name extends ActionName> =
  DeclaredActions[Name] extends Action<z.ZodMiniType, infer Ack> ? z.output<Ack> : never;

/** An event as a socket hears it: told apart by `event`. */
export type LiveEvent = DeclaredEvents extends infer Each
  ? Each extends Event<infer Data> & { readonly name: infer Name }
    ? Omit<z.output<typeof EventFrame>, 'event' | 'data'> & { readonly event: Name; readonly data: z.output<Data> }
    : never
  : never;

/** What a failed action is told. */
export type ErrorDetails = z.output<typeof ErrorFrame>['error'];

/** Whatever a socket hears: an answer, an event, or what the gateway says of its own. */
export type ServerFrame =
  | { readonly type: 'ack'; readonly id: string; readonly data: unknown }
  | { readonly type: 'error'; readonly id: string | null; readonly error: ErrorDetails }
  | LiveEvent
  | { readonly type?: never };
