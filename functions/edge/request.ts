import type { APIGatewayProxyEvent } from 'aws-lambda';
import { limits } from '../../core/contract/limits.ts';
import type { HttpRequest } from '../../core/dialects/codec.ts';
import { Failure } from '../../core/domain/errors.ts';

/**
 * The request in a gateway's event.
 * @throws Failure `payload_too_large`, `malformed_json`
 */
export function requestFrom(event: APIGatewayProxyEvent): HttpRequest {
  return {
    url: event.requestContext.path,
    path: mapValues(event.pathParameters, percentDecoded),
    query: mapValues(event.queryStringParameters),
    headers: headersOf(event),
    body: bodyOf(event),
  };
}

/** The headers in a gateway's event, their names in lower case. */
export const headersOf = ({ headers }: Pick<APIGatewayProxyEvent, 'headers'>): Record<string, string> =>
  Object.fromEntries(Object.entries(mapValues(headers)).map(([name, value]) => [name.toLowerCase(), value]));

function mapValues(
  values: Readonly<Record<string, string | undefined>> | null,
  change: (value: string) => string = (value) => value,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values ?? {}).flatMap(([name, value]) => (value === undefined ? [] : [[name, change(value)]])),
  );
}

// What is no percent-encoding stays as it came: it will not pass for an id.
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function bodyOf({ body, isBase64Encoded }: APIGatewayProxyEvent): unknown {
  if (!body) return undefined;
  const text = isBase64Encoded ? Buffer.from(body, 'base64').toString() : body;
  if (Buffer.byteLength(text) > limits.bodyBytes) {
    throw new Failure('payload_too_large', `The body must have at most ${limits.bodyBytes} bytes`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure('malformed_json', 'The body is not valid JSON');
  }
}
