import {
  type Resources,
  restApi,
  type SmallFunction,
  socketAuthorizer,
  socketRoute,
  table,
  webSocketApi,
} from './small-stack.ts';

const connections = (method: string) => ({
  'Fn::Sub': `arn:aws:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${Live}/live/${method}/@connections/*`,
});

/** What may be done to connections by the methods of `@connections`. */
const connectionStatements = (...methods: string[]) =>
  methods.map((method) => ({
    Effect: 'Allow',
    Action: 'execute-api:ManageConnections',
    Resource: connections(method),
  }));

/** Posts to a connection, as the SDK would; gives the status. */
const post = `
  const post = async (id, text) => {
    const { AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI: endpoint, AWS_ACCESS_KEY_ID: key } = process.env;
    const authorization = 'AWS4-HMAC-SHA256 Credential=' + key + '/20260101/us-east-1/execute-api/aws4_request';
    const url = endpoint + '/@connections/' + encodeURIComponent(id);
    return (await fetch(url, { method: 'POST', headers: { authorization }, body: text })).status;
  };`;

/** The functions of a small live stack. All of them log their events. */
export const liveFunctions: Readonly<Record<string, SmallFunction>> = {
  // Lets in whom the token calls good.
  Guard: {
    source: `export const handler = async (event) => {
      console.log(JSON.stringify({ guard: event }));
      const token = event.queryStringParameters?.token;
      if (token === 'bad') throw new Error('Unauthorized');
      if (token === 'broken') throw new Error('no keys');
      if (token === 'odd') return 'yes';
      const Effect = token === 'denied' ? 'Deny' : 'Allow';
      return {
        principalId: 'ada',
        policyDocument: { Statement: [{ Effect, Action: 'execute-api:Invoke', Resource: event.methodArn }] },
        context: { admin: true, age: 36 },
      };
    }`,
  },
  // Does what the query says.
  Connect: {
    source: `${post}
    export const handler = async (event) => {
      console.log(JSON.stringify(event));
      const { status = '200', protocol, how } = event.queryStringParameters ?? {};
      const { connectionId } = event.requestContext;
      if (how === 'throw') throw new Error('no');
      if (how === 'hang') await new Promise(() => {});
      if (how === 'odd') return 'welcome';
      if (how === 'post') console.log('early post ' + (await post(connectionId, 'too early')));
      return { statusCode: Number(status), headers: protocol && { 'Sec-WebSocket-Protocol': protocol } };
    }`,
    statements: connectionStatements('POST'),
  },
  Disconnect: { source: 'export const handler = async (event) => console.log(JSON.stringify(event))' },
  // Answers as the message says.
  Say: {
    source: `${post}
    export const handler = async (event) => {
      console.log(JSON.stringify(event));
      const { how, to, after } = JSON.parse(event.body);
      if (how === 'throw') throw new Error('secret');
      if (how === 'hang') await new Promise(() => {});
      if (how === 'nothing') return { statusCode: 200 };
      if (how === 'odd') return 'nonsense';
      if (how === 'status') return { statusCode: 500, body: 'as it is' };
      if (how === 'flood') return { statusCode: 200, body: 'x'.repeat(128 * 1024 + 1) };
      if (how === 'environment') return { statusCode: 200, body: JSON.stringify(process.env) };
      if (how === 'post') return { statusCode: 200, body: 'posted ' + (await post(to, 'hello')) };
      return { statusCode: 200, body: JSON.stringify(event) };
    }`,
    statements: connectionStatements('POST'),
    properties: { Timeout: 60 },
  },
  Default: { source: 'export const handler = async ({ body }) => ({ statusCode: 200, body: "default: " + body })' },
  // Has no route of its own: who is let do something with connections.
  Manager: { statements: connectionStatements('*') },
  Poster: { statements: connectionStatements('POST') },
  Nobody: {},
};

/** A small stack with a WebSocket API. */
export const liveStack: Resources = {
  ...restApi,
  ...table,
  ...webSocketApi,
  ...socketAuthorizer('Auth', 'Guard'),
  ...socketRoute('$connect', 'Connect', { authorizer: 'Auth' }),
  ...socketRoute('$disconnect', 'Disconnect'),
  ...socketRoute('say', 'Say', { answers: true }),
  ...socketRoute('mute', 'Say'),
  ...socketRoute('brief', 'Say', { answers: true, timeoutMs: 100 }),
  ...socketRoute('$default', 'Default', { answers: true }),
};
