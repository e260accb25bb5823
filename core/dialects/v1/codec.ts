import type * as z from 'zod/mini';
import { errorStatus } from '../../contract/errors.ts';
import type { RequestSchemas, Route } from '../../contract/route.ts';
import type { ErrorBody, ServerError, ValidationError } from '../../contract/v1/error.ts';
import type { Failure, Fault, Reason } from '../../domain/errors.ts';
import { admitPlatform } from '../../operations/admit-platform.ts';
import {
  type Codec,
  checked,
  type HttpRequest,
  type HttpResponse,
  inText,
  type Parsed,
  parseRequest,
} from '../codec.ts';
import { bodyFrom } from './body.ts';
import { words } from './words.ts';

const PUBLIC_KEY = 'x-public-key';

/** What the dialect calls otherwise than operations do, for the faults that those find. */
const names: Readonly<Record<string, string>> = { participantIds: 'participant_uuid' };

/** The public key by which a request that was admitted says which platform it is from. */
const publicKeyIn = ({ headers }: HttpRequest): string => headers[PUBLIC_KEY] ?? '';

/**
 * A codec of the dialect of platforms: snake_case, bodies in envelopes, errors as Laravel writes them. Each call names its
 * platform beside its token.
 */
export const v1Codec = <Schemas extends RequestSchemas, Input, Output>(
  route: Route<Schemas>,
  {
    action,
    decode,
    encode,
  }: {
    /** What has failed when it fails by our fault: `send message`. */
    readonly action: string;
    readonly decode: (request: Parsed<Schemas>, publicKey: string) => Input;
    readonly encode: (output: Output, publicKey: string) => HttpResponse;
  },
): Codec<Input, Output> => ({
  route,
  admit: (deps, principal, headers) => admitPlatform(deps, principal, headers[PUBLIC_KEY]),
  decode: (request) =>
    decode(parseRequest(route, { ...request, body: bodyFrom(request.body) }, words), publicKeyIn(request)),
  encode: (output, request) => checked(route, encode(output, publicKeyIn(request))),
  encodeFailure: (failure) => encodeFailure(failure, action),
});

/** What is no fault of a request's form, and still is one of a field. */
const ofFields: Readonly<Partial<Record<Reason, Readonly<Record<string, string>>>>> = {
  archived: { conversation_uuid: 'The selected conversation is archived.' },
  not_direct: { conversation_uuid: 'The selected conversation is not between two participants.' },
  unknown_participant: { participant_uuid: 'The selected participant uuid is invalid.' },
};

function encodeFailure({ code, message, faults, reason }: Failure, action: string): HttpResponse {
  const field = reason && ofFields[reason];
  if (field) return refusal(Object.entries(field));
  const refused = faults.filter(({ place }) => place !== undefined);
  if (code === 'validation_failed' && refused.length > 0) return refusal(refused.map(sentence));
  if (code === 'internal_error') {
    const body = { success: false as const, message: `Failed to ${action}`, error: 'Internal server error' };
    return { status: errorStatus[code], body: body satisfies z.infer<typeof ServerError> };
  }
  const told = faults.length > 0 ? inText(faults, names) : message;
  return { status: errorStatus[code], body: { message: told } satisfies z.infer<typeof ErrorBody> };
}

const sentence = ({ path: field, message }: Fault): [field: string, message: string] => {
  const attribute = field.replace(/[A-Z]/g, '_$&').toLowerCase().replaceAll('_', ' ');
  return [field, message.replace(':attribute', attribute)];
};

/** The answer to a request of which fields are at fault. */
function refusal(told: readonly (readonly [field: string, message: string])[]): HttpResponse {
  const errors: Record<string, string[]> = {};
  for (const [field, message] of told) errors[field] = [...(errors[field] ?? []), message];
  const [[, first] = ['', '']] = told;
  const more = told.length - 1;
  const rest = more === 0 ? '' : ` (and ${more} more error${more === 1 ? '' : 's'})`;
  return { status: 422, body: { message: first + rest, errors } satisfies z.infer<typeof ValidationError> };
}
