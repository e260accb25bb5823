import * as z from 'zod/mini';

type AnySchema = z.ZodMiniType;

/** What a request is parsed with. `headers` are named in lower case. Parts that a route does not read are absent. */
export interface RequestSchemas {
  readonly path?: AnySchema;
  readonly query?: z.ZodMiniObject;
  readonly headers?: AnySchema;
  readonly body?: AnySchema;
}

/** Which of the published REST contracts a route belongs to; each has its own form of errors. */
export type Dialect = 'native' | 'v2' | 'v1';

/** What there is to say of a dialect as a whole, in its document. */
export interface DialectDocument {
  readonly title: string;
  readonly description: string;
  /** What all of its paths begin with. */
  readonly basePath: string;
  /** The schemas that it names once and refers to. */
  readonly schemas: Readonly<Record<string, AnySchema>>;
  /** What it asks for of a caller, as OpenAPI says it: all of these. */
  readonly securitySchemes: Readonly<Record<string, object>>;
  /** The body of each status by which a request may fail. */
  readonly errors: Readonly<Record<string, { readonly description: string; readonly schema: AnySchema }>>;
}

/** A token in `Authorization`, as OpenAPI says it. */
export const bearer = { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } as const;

/** The response of a status that has no body: 204. */
export const nothing = z.undefined();

/** One entry of the manifest: the whole public description of one route. */
export interface Route<Request extends RequestSchemas = RequestSchemas> {
  readonly dialect: Dialect;
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** As API Gateway writes it: `/conversations/{id}`. */
  readonly path: `/${string}`;
  /** The one function that serves this route, in kebab case: `create-conversation`. */
  readonly operation: string;
  readonly summary: string;
  /** Answered without a token. */
  readonly public?: true;
  readonly request: Request;
  /** The body of each status that the function answers by success; `nothing` of one without. */
  readonly responses: Readonly<Record<number, AnySchema>>;
  /** Whether the answer may carry `Link: <…>; rel="next"`. */
  readonly paged?: true;
  /** Other headers that the answer may carry, in lower case, with what they say. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Declares a route, keeping the exact types of its schemas. */
export const route = <const Request extends RequestSchemas>(definition: Route<Request>): Route<Request> => definition;

/** The key by which a gateway event names its route: `POST /conversations/{id}/messages`. */
export const routeKey = (route: { method: string; path: string }): string => `${route.method} ${route.path}`;
