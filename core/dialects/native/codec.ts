import { errorStatus } from '../../contract/errors.ts';
import type { RequestSchemas, Route } from '../../contract/route.ts';
import { type Failure, invalid } from '../../domain/errors.ts';
import type { UserId } from '../../domain/principal.ts';
import { type Codec, checked, type HttpRequest, type HttpResponse, type Parsed, parseRequest } from '../codec.ts';
import { words } from './words.ts';

/** A codec of the native dialect: camelCase, bare bodies, errors with a stable code. */
export const nativeCodec = <Schemas extends RequestSchemas, Input, Output>(
  route: Route<Schemas>,
  {
    decode,
    encode,
  }: {
    decode: (request: Parsed<Schemas>) => Input;
    encode: (output: Output, request: HttpRequest) => HttpResponse;
  },
): Codec<Input, Output> => ({
  route,
  decode: (request) => decode(parseRequest(route, request, words)),
  encode: (output, request) => checked(route, encode(output, request)),
  encodeFailure,
});

const encodeFailure = ({ code, message, faults }: Failure, requestId: string): HttpResponse => ({
  status: errorStatus[code],
  body: {
    error: code,
    message,
    ...(faults.length > 0 ? { details: faults.map(({ path, message }) => ({ path, message })) } : {}),
    requestId,
  },
});

/**
 * The acting user of a request that may name it in its query and in its body.
 * @param path where the body names it
 * @throws Failure `validation_failed` when the two differ
 */
export function actingUserIn(
  query: { readonly userId?: UserId | undefined },
  path: string,
  inBody: UserId | null | undefined,
): UserId | undefined {
  if (inBody && query.userId && inBody !== query.userId) {
    throw invalid({ path, message: 'must be the user that the query names' });
  }
  return inBody ?? query.userId;
}

/** `Link` to the next page: the same request, as far as the route reads it, with a cursor. */
export function nextPage(
  { request: { query } }: Route,
  { url, query: sent }: HttpRequest,
  cursor: string | undefined,
): Record<string, string> {
  if (cursor === undefined) return {};
  const known = Object.entries(sent).filter(([name]) => query && Object.hasOwn(query.shape, name));
  return { link: `<${url}?${new URLSearchParams({ ...Object.fromEntries(known), cursor })}>; rel="next"` };
}
