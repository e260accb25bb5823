import * as z from 'zod/mini';
import { componentsOf, type Json, nameSchemas, schemaOf } from './json-schema.ts';
import type { Action } from './live/action.ts';
import type { Event } from './live/event.ts';
import { AckFrame, ActionFrame, ErrorFrame, EventFrame } from './live/frame.ts';
import { ListedConversation, LiveMessage, PresentParticipant } from './live/values.ts';
import { Conversation, CreateConversationRequest, Link } from './native/conversation.ts';
import { Participant } from './native/participant.ts';
import { Profile } from './native/profile.ts';
import { Reaction } from './native/reaction.ts';
import { ConversationRead } from './native/read.ts';
import { actions, events, subprotocol, tokenSubprotocol } from './socket.ts';

const schemas = {
  Conversation,
  ListedConversation,
  CreateConversationRequest,
  Link,
  Participant,
  PresentParticipant,
  LiveMessage,
  Reaction,
  ConversationRead,
  Profile,
};

const ERROR = 'error';
const ackOf = ({ name }: Action) => `${name}.ack`;
/** An event may be called as an action is. */
const keyOf = ({ name }: Event) => `event.${name}`;
const inChannel = (message: string) => ({ $ref: `#/channels/live/messages/${message}` });

/**
 * The AsyncAPI 3 document of the live dialect, derived from the manifest, from the server's point of view: it receives
 * actions, and sends answers and events.
 * @param url where the socket opens; none in the published document, which holds for every deployment
 */
export function asyncApiDocument({ url }: { url?: string } = {}): Json {
  nameSchemas(schemas);
  const { protocol, host, pathname } = url === undefined ? {} : new URL(url);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Parley: live',
      version: '1',
      license: { name: 'MIT' },
      description:
        `One WebSocket of the subprotocol \`${subprotocol}\`, opened with a token: \`${tokenSubprotocol}<token>\` as a second ` +
        'subprotocol, in `Authorization` or in `?token=`.',
    },
    defaultContentType: 'application/json',
    ...(protocol && { servers: { this: { host, protocol: protocol.replace(':', ''), pathname } } }),
    channels: {
      live: {
        description: 'Each action is answered by one frame with its id; events come by themselves.',
        messages: {
          ...Object.fromEntries(actions.flatMap((action) => [actionMessage(action), ackMessage(action)])),
          [ERROR]: { summary: 'The action failed', payload: schemaOf(ErrorFrame, 'output') },
          ...Object.fromEntries(events.map(eventMessage)),
        },
      },
    },
    operations: {
      ...Object.fromEntries(actions.map((action) => [action.name, receive(action)])),
      ...Object.fromEntries(events.map((event) => [keyOf(event), send(event)])),
    },
    components: { schemas: componentsOf(schemas) },
  };
}

const actionMessage = ({ name, summary, data }: Action): [string, Json] => [
  name,
  {
    summary,
    payload: schemaOf(
      z.extend(ActionFrame, { action: z.literal(name), data: required(data) ? data : z.optional(data) }),
      'input',
    ),
  },
];

const required = (data: z.ZodMiniType): boolean => !data.safeParse({}).success;

const ackMessage = (action: Action): [string, Json] => [
  ackOf(action),
  { summary: `${action.name} is done`, payload: schemaOf(z.extend(AckFrame, { data: action.ack }), 'output') },
];

const eventMessage = (event: Event): [string, Json] => {
  const { name, summary, data } = event;
  return [
    keyOf(event),
    { summary, payload: schemaOf(z.extend(EventFrame, { event: z.literal(name), data }), 'output') },
  ];
};

const receive = (action: Action): Json => ({
  action: 'receive',
  summary: action.summary,
  channel: { $ref: '#/channels/live' },
  messages: [inChannel(action.name)],
  reply: { channel: { $ref: '#/channels/live' }, messages: [inChannel(ackOf(action)), inChannel(ERROR)] },
});

const send = (event: Event): Json => ({
  action: 'send',
  summary: event.summary,
  description: `To ${event.audience}.`,
  channel: { $ref: '#/channels/live' },
  messages: [inChannel(keyOf(event))],
});
