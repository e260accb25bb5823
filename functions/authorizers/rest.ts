import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { authenticator, unauthorized } from '../edge/authenticate.ts';

const authenticate = authenticator();

/**
 * Lets a bearer of a good token call the whole API: the gateway caches the answer for the token, whatever route it was
 * asked for first. Membership is the functions' business.
 */
export const handler = async (event: APIGatewayRequestAuthorizerEvent): Promise<APIGatewayAuthorizerResult> => {
  const [header, ...more] = Object.entries(event.multiValueHeaders ?? {})
    .filter(([name]) => name.toLowerCase() === 'authorization')
    .flatMap(([, values]) => values ?? []);
  const [, token] = /^Bearer +(\S+)$/i.exec(header ?? '') ?? [];
  // Of several headers the gateway may cache our answer under another one than we read.
  if (!token || more.length > 0) throw unauthorized();

  const identity = await authenticate(token);
  const [api = '', stage = ''] = event.methodArn.split('/');
  return {
    principalId: identity.sub,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: `${api}/${stage}/*` }],
    },
    context: { ...identity },
  };
};
