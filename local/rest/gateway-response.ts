import * as z from 'zod/mini';
import { type RefusalType, refusals } from '../gateway/refusal.ts';
import { type Answer, type HttpRequest, headerOf } from '../http.ts';
import { Problem } from '../problem.ts';
import type { Template } from '../template.ts';

/** How the gateway answers when it refuses by itself. */
export interface GatewayResponse {
  /** Instead of the type's own status. */
  readonly status?: number | undefined;
  /** Headers, by name; each a constant, or the way to a value. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body, with `$context` variables. */
  readonly template: string;
}

const GatewayResponseProperties = z.strictObject({
  RestApiId: z.string(),
  ResponseType: z.string(),
  StatusCode: z.optional(z.coerce.number()),
  ResponseParameters: z._default(
    z.record(
      z.string().check(z.startsWith('gatewayresponse.header.')),
      z
        .string()
        .check(z.regex(/^('[^']*'|context\.requestId|method\.request\.header\.[\w-]+)$/, 'the laptop cannot map this')),
    ),
    {},
  ),
  ResponseTemplates: z._default(z.strictObject({ 'application/json': z.string() }), {
    'application/json': '{"message":$context.error.messageString}',
  }),
});

/** `$context.requestId`, or the same in braces. */
const variable = /\$(?:\{([\w.]+)\}|([a-zA-Z][\w.]*))/g;
const knownVariables = [
  'context.requestId',
  'context.error.message',
  'context.error.messageString',
  'context.error.responseType',
];

/**
 * The gateway responses of the API, by their type.
 * @throws Problem naming one that the laptop cannot play
 */
export function readGatewayResponses(template: Template): Map<string, GatewayResponse> {
  const responses = template.all('AWS::ApiGateway::GatewayResponse', GatewayResponseProperties);
  return new Map(
    responses.map(({ logicalId, properties }) => {
      const body = properties.ResponseTemplates['application/json'];
      const unknown = [...body.matchAll(variable)].find(
        ([, braced, bare]) => !knownVariables.includes(braced ?? bare ?? ''),
      );
      if (unknown !== undefined)
        throw new Problem(`unable to play ${logicalId}; the laptop does not know ${unknown[0]}`);
      const headers = Object.entries(properties.ResponseParameters).map(([name, value]) => [
        name.slice('gatewayresponse.header.'.length),
        value,
      ]);
      return [
        properties.ResponseType,
        { status: properties.StatusCode, headers: Object.fromEntries(headers), template: body },
      ];
    }),
  );
}

const byDefault: GatewayResponse = { headers: {}, template: '{"message":$context.error.messageString}' };

/** The answer to a request that the gateway refuses, as the API's gateway responses have it. */
export function renderRefusal(
  type: RefusalType,
  responses: ReadonlyMap<string, GatewayResponse>,
  request: HttpRequest,
  requestId: string,
): Answer {
  const { status, message } = refusals[type];
  const response = responses.get(type) ?? responses.get(status < 500 ? 'DEFAULT_4XX' : 'DEFAULT_5XX') ?? byDefault;
  const variables: Record<string, string> = {
    'context.requestId': requestId,
    'context.error.message': message ?? 'null',
    'context.error.messageString': JSON.stringify(message),
    'context.error.responseType': type,
  };

  const mapped = (mapping: string): string | undefined => {
    if (mapping.startsWith("'")) return mapping.slice(1, -1);
    if (mapping === 'context.requestId') return requestId;
    return headerOf(request, mapping.slice('method.request.header.'.length));
  };
  const headers = Object.entries(response.headers).flatMap(([name, mapping]) => {
    const value = mapped(mapping);
    return value === undefined ? [] : [[name, value]];
  });

  return {
    status: response.status ?? status,
    headers: { 'content-type': 'application/json', ...Object.fromEntries(headers) },
    body: response.template.replace(
      variable,
      (_, braced?: string, bare?: string) => variables[braced ?? bare ?? ''] ?? '',
    ),
  };
}
