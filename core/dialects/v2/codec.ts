import type * as z from 'zod/mini';
import { errorStatus } from '../../contract/errors.ts';
import type { RequestSchemas, Route } from '../../contract/route.ts';
import type { HTTPError, HTTPValidationError } from '../../contract/v2/error.ts';
import { isUuid } from '../../contract/values.ts';
import { type Failure, type Fault, forbidden, notFound } from '../../domain/errors.ts';
import type { Principal } from '../../domain/principal.ts';
import {
  type Codec,
  checked,
  type HttpRequest,
  type HttpResponse,
  inText,
  type Parsed,
  parseRequest,
} from '../codec.ts';
import { words } from './words.ts';

/** What the dialect calls otherwise than operations do, for the faults that those find. */
const names: Readonly<Record<string, string>> = { participantIds: 'participant_user_ids', senderUserId: 'userId' };

/** A codec of the dialect of organizations: snake_case, bare bodies, errors as FastAPI writes them. */
export const v2Codec = <Schemas extends RequestSchemas, Input, Output>(
  route: Route<Schemas>,
  {
    decode,
    encode,
  }: {
    readonly decode: (request: Parsed<Schemas>) => Input;
    readonly encode: (output: Output, request: HttpRequest) => HttpResponse;
  },
): Codec<Input, Output> => ({
  route,
  admit,
  decode: (request) => decode(parseRequest(route, request, words)),
  encode: (output, request) => checked(route, encode(output, request)),
  encodeFailure,
});

/** Lets those pass whose token names an organization as the dialect does: by a UUID. */
async function admit(_: unknown, { organization }: Principal): Promise<void> {
  if (!isUuid(organization)) throw forbidden('The token names no organization');
}

function encodeFailure(failure: Failure): HttpResponse {
  const { code, message, faults } = asTold(failure);
  const refused = faults.filter((fault) => fault.place !== undefined);
  if (code === 'validation_failed' && refused.length > 0) {
    return { status: 422, body: { detail: refused.map(detailOf) } satisfies z.infer<typeof HTTPValidationError> };
  }
  const detail = faults.length > 0 ? inText(faults, names) : message;
  return { status: errorStatus[code], body: { detail } satisfies z.infer<typeof HTTPError> };
}

/** Of a conversation in which somebody does not take part the dialect says that there is none. */
const asTold = (failure: Failure): Failure =>
  failure.reason === 'not_participant' ? notFound('Conversation') : failure;

const detailOf = ({ place, path, message, type = 'value_error' }: Fault) => ({
  loc: [place === 'headers' ? 'header' : (place ?? 'body'), ...(path === '' ? [] : path.split('.').map(step))],
  msg: message,
  type,
});

const step = (name: string): string | number => (/^\d+$/.test(name) ? Number(name) : name);
