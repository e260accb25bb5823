import type * as z from 'zod/mini';
import {
  componentsOf,
  type Direction,
  type Json,
  jsonSchema,
  type NamedSchemas,
  nameSchemas,
  schemaOf,
} from './json-schema.ts';
import { Bookmark, BookmarkedMessage } from './native/bookmark.ts';
import { Conversation, CreateConversationRequest, Link, UpdateConversationRequest } from './native/conversation.ts';
import { ErrorBody } from './native/error.ts';
import { EditMessageRequest, Message, SendMessageRequest } from './native/message.ts';
import { AddParticipantRequest, ChangeRoleRequest, Participant } from './native/participant.ts';
import { Platform, PutPlatformRequest } from './native/platform.ts';
import { Profile, PutProfileRequest } from './native/profile.ts';
import { AddReactionRequest, Reaction } from './native/reaction.ts';
import { ConversationRead, MarkReadRequest } from './native/read.ts';
import { type Dialect, nothing, type Route } from './route.ts';
import { routes } from './routes.ts';

/** What a dialect's document is called, and the schemas that it names once and refers to. */
const dialects: Record<Dialect, { title: string; description: string; schemas: NamedSchemas }> = {
  native: {
    title: 'Parley: conversations',
    description:
      'Conversations, messages and their history. Every call but `/health` carries a bearer token of the issuer that ' +
      'the deployment trusts.',
    schemas: {
      Conversation,
      Participant,
      Link,
      CreateConversationRequest,
      UpdateConversationRequest,
      AddParticipantRequest,
      ChangeRoleRequest,
      ConversationRead,
      MarkReadRequest,
      Message,
      SendMessageRequest,
      EditMessageRequest,
      Reaction,
      AddReactionRequest,
      Bookmark,
      BookmarkedMessage,
      Profile,
      PutProfileRequest,
      Platform,
      PutPlatformRequest,
      ErrorBody,
    },
  },
};

/**
 * The OpenAPI 3.1 document of a dialect, derived from the manifest.
 * @param servers where the API answers; none in the published document, which holds for every deployment
 */
export function openApiDocument(dialect: Dialect, { servers }: { servers?: { url: string }[] } = {}): Json {
  const { title, description, schemas } = dialects[dialect];
  nameSchemas(schemas);
  const paths: Record<string, Json> = {};
  for (const route of routes.filter((route) => route.dialect === dialect)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route) };
  }
  return {
    openapi: '3.1.0',
    info: { title, description, version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    ...(servers ? { servers } : {}),
    security: [{ token: [] }],
    paths,
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: componentsOf(schemas),
    },
  };
}

function operation(route: Route): Json {
  const { path, query, headers, body } = route.request;
  const parameters = [
    ...parametersIn('path', path),
    ...parametersIn('query', query),
    ...parametersIn('header', headers),
  ];
  const successes = Object.entries(route.responses).map(([status, schema]) => [status, success(route, schema)]);
  return {
    operationId: route.operation.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [route.path.split('/')[1]],
    summary: route.summary,
    ...(route.public ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, ...content(body, 'input') } } : {}),
    responses: {
      ...Object.fromEntries(successes),
      '4XX': { description: 'Refused', ...content(ErrorBody, 'output') },
      '5XX': { description: 'Failed here; 503 may be tried again', ...content(ErrorBody, 'output') },
    },
  };
}

function parametersIn(place: 'path' | 'query' | 'header', schema: z.ZodMiniType | undefined): Json[] {
  const { properties = {}, required = [] } = schema ? jsonSchema(schema, 'input') : {};
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}

const success = (route: Route, schema: z.ZodMiniType): Json => ({
  description: 'Done',
  headers: {
    'x-request-id': { schema: { type: 'string' } },
    ...(route.paged
      ? { link: { description: 'The next page, if there is one: `<…>; rel="next"`', schema: { type: 'string' } } }
      : {}),
  },
  ...(schema === nothing ? {} : content(schema, 'output')),
});

const content = (schema: z.ZodMiniType, direction: Direction): Json => ({
  content: { 'application/json': { schema: schemaOf(schema, direction) } },
});
