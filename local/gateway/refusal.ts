/** Each way in which the gateway refuses by itself, with the status that it has and its message in AWS's words. */
export const refusals = {
  ACCESS_DENIED: { status: 403, message: 'User is not authorized to access this resource' },
  AUTHORIZER_CONFIGURATION_ERROR: { status: 500, message: null },
  AUTHORIZER_FAILURE: { status: 500, message: null },
  DEFAULT_4XX: { status: 403, message: "Authorization header requires 'Credential' parameter." },
  DEFAULT_5XX: { status: 502, message: 'Internal server error' },
  INTEGRATION_TIMEOUT: { status: 504, message: 'Endpoint request timed out' },
  MISSING_AUTHENTICATION_TOKEN: { status: 403, message: 'Missing Authentication Token' },
  REQUEST_TOO_LARGE: { status: 413, message: 'Request Too Long' },
  UNAUTHORIZED: { status: 401, message: 'Unauthorized' },
} as const;

export type RefusalType = keyof typeof refusals;

/** A request that the gateway refuses by itself. */
export class Refusal extends Error {
  readonly type: RefusalType;

  constructor(type: RefusalType) {
    super(type);
    this.type = type;
  }
}
