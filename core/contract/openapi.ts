import type * as z from 'zod/mini';
import { componentsOf, type Direction, type Json, jsonSchema, nameSchemas, schemaOf } from './json-schema.ts';
import { nativeDocument } from './native/document.ts';
import { type Dialect, type DialectDocument, nothing, type Route } from './route.ts';
import { routes } from './routes.ts';
import { v1Document } from './v1/document.ts';
import { v2Document } from './v2/document.ts';

const documents: Record<Dialect, DialectDocument> = { native: nativeDocument, v2: v2Document, v1: v1Document };

/**
 * The OpenAPI 3.1 document of a dialect, derived from the manifest.
 * @param servers where the API answers; none in the published document, which holds for every deployment
 */
export function openApiDocument(dialect: Dialect, { servers }: { servers?: { url: string }[] } = {}): Json {
  const document = documents[dialect];
  const { title, description, schemas, securitySchemes } = document;
  nameSchemas(schemas);
  const paths: Record<string, Json> = {};
  for (const route of routes.filter((route) => route.dialect === dialect)) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(route, document) };
  }
  return {
    openapi: '3.1.0',
    info: { title, description, version: '1', license: { name: 'MIT', identifier: 'MIT' } },
    ...(servers ? { servers } : {}),
    security: [Object.fromEntries(Object.keys(securitySchemes).map((name) => [name, []]))],
    paths,
    components: {
      securitySchemes,
      schemas: componentsOf(schemas),
    },
  };
}

function operation(route: Route, { basePath, errors }: DialectDocument): Json {
  const { path, query, headers, body } = route.request;
  const parameters = [
    ...parametersIn('path', path),
    ...parametersIn('query', query),
    ...parametersIn('header', headers),
  ];
  const successes = Object.entries(route.responses).map(([status, schema]) => [status, success(route, schema)]);
  return {
    operationId: route.operation.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    tags: [route.path.slice(basePath.length).split('/')[1]],
    summary: route.summary,
    ...(route.public ? { security: [] } : {}),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(body ? { requestBody: { required: true, ...content(body, 'input') } } : {}),
    responses: {
      ...Object.fromEntries(successes),
      ...Object.fromEntries(
        Object.entries(errors).map(([status, { description, schema }]) => [
          status,
          { description, ...content(schema, 'output') },
        ]),
      ),
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
    ...Object.fromEntries(
      Object.entries(route.headers ?? {}).map(([name, description]) => [
        name,
        { description, schema: { type: 'string' } },
      ]),
    ),
  },
  ...(schema === nothing ? {} : content(schema, 'output')),
});

const content = (schema: z.ZodMiniType, direction: Direction): Json => ({
  content: { 'application/json': { schema: schemaOf(schema, direction) } },
});
