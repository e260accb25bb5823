import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from '@aws-sdk/client-apigatewaymanagementapi';

/**
 * What became of a frame: the gateway has taken it; it knows no such connection, which may also be too new to it; or it did
 * not take it for now.
 */
export type Posted = 'posted' | 'gone' | 'failed';

/** The way to open connections. */
export interface Publisher {
  /** Posts one frame; never throws. */
  post(connectionId: string, frame: string): Promise<Posted>;
  /**
   * Closes a connection, if it is open.
   * @throws what the gateway said, if it did not close it
   */
  close(connectionId: string): Promise<void>;
}

/** An answer takes some milliseconds; who waits for one longer is better off with another attempt. */
const ATTEMPT_MS = 1_500;

/**
 * The gateway that the environment names: `CONNECTIONS_URL`, and `AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI` where it is not
 * AWS's own.
 * @throws Error without an address
 */
export function publisherFromEnvironment(): Publisher {
  const endpoint = process.env['AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI'] ?? process.env['CONNECTIONS_URL'];
  if (!endpoint) throw new Error('unable to reach connections; CONNECTIONS_URL is not set');
  const client = new ApiGatewayManagementApiClient({
    endpoint,
    // Whoever is not reached at once is handed on.
    maxAttempts: 2,
    requestHandler: { requestTimeout: ATTEMPT_MS, socketTimeout: ATTEMPT_MS, throwOnRequestTimeout: true },
  });

  return {
    async post(connectionId, frame) {
      try {
        await client.send(new PostToConnectionCommand({ ConnectionId: connectionId, Data: frame }));
        return 'posted';
      } catch (error) {
        return error instanceof GoneException ? 'gone' : 'failed';
      }
    },
    async close(connectionId) {
      try {
        await client.send(new DeleteConnectionCommand({ ConnectionId: connectionId }));
      } catch (error) {
        if (!(error instanceof GoneException)) throw error;
      }
    },
  };
}
