import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway';
import { type ErrorCode, errorStatus } from '../core/contract/errors.ts';
import { gatewayResponseCors } from './cors.ts';

interface Refusal {
  readonly code: ErrorCode;
  readonly message: string;
  readonly types: readonly ResponseType[];
}

/** Seconds after which a caller may try again where the trouble passes by itself. */
const retryAfter = 1;

/** What API Gateway refuses by itself, each kind with our code. One that is not named takes the default of its class. */
const refusals: readonly Refusal[] = [
  {
    code: 'unauthorized',
    message: 'Unauthenticated.',
    types: [ResponseType.UNAUTHORIZED],
  },
  {
    code: 'forbidden',
    message: 'Forbidden',
    types: [ResponseType.ACCESS_DENIED, ResponseType.INVALID_API_KEY, ResponseType.WAF_FILTERED],
  },
  {
    // Where no method is, API Gateway takes the request for one that AWS credentials should have signed. So an unknown
    // route is, by its words, a missing token, and with a bearer token a bad signature, for which there is no type but the
    // default. No method of ours wants a signature, and every other type has its own entry.
    code: 'not_found',
    message: 'Not found',
    types: [
      ResponseType.MISSING_AUTHENTICATION_TOKEN,
      ResponseType.RESOURCE_NOT_FOUND,
      ResponseType.INVALID_SIGNATURE,
      ResponseType.EXPIRED_TOKEN,
      ResponseType.DEFAULT_4XX,
    ],
  },
  {
    code: 'validation_failed',
    message: 'Bad request',
    types: [ResponseType.BAD_REQUEST_BODY, ResponseType.BAD_REQUEST_PARAMETERS, ResponseType.UNSUPPORTED_MEDIA_TYPE],
  },
  {
    code: 'payload_too_large',
    message: 'Payload too large',
    types: [ResponseType.REQUEST_TOO_LARGE],
  },
  {
    code: 'rate_limited',
    message: 'Too many requests',
    types: [ResponseType.THROTTLED, ResponseType.QUOTA_EXCEEDED],
  },
  {
    code: 'unavailable',
    message: 'Service unavailable',
    types: [
      ResponseType.AUTHORIZER_FAILURE,
      ResponseType.AUTHORIZER_CONFIGURATION_ERROR,
      ResponseType.INTEGRATION_FAILURE,
      ResponseType.INTEGRATION_TIMEOUT,
    ],
  },
  {
    code: 'internal_error',
    message: 'Internal server error',
    types: [ResponseType.API_CONFIGURATION_ERROR, ResponseType.DEFAULT_5XX],
  },
];

/** The body that holds every dialect's form of an error at once. API Gateway fills in the request's id, nothing else. */
const template = (code: ErrorCode, message: string): string =>
  JSON.stringify({ error: code, message, detail: message, requestId: '$context.requestId' });

/** Answers whatever `api` refuses before a function sees it as the contract says; `origins` are those whose pages may read it. */
export const addGatewayResponses = (api: RestApi, origins: readonly string[]): void => {
  for (const { code, message, types } of refusals) {
    const mayRetry = code === 'unavailable' || code === 'rate_limited';
    for (const type of types) {
      api.addGatewayResponse(type.responseType, {
        type,
        statusCode: String(errorStatus[code]),
        templates: { 'application/json': template(code, message) },
        responseHeaders: {
          'x-request-id': 'context.requestId',
          ...(mayRetry ? { 'Retry-After': `'${retryAfter}'` } : {}),
          ...gatewayResponseCors(origins),
        },
      });
    }
  }
};
