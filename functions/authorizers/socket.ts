import { socketAuthorizer } from '../edge/socket-authorizer.ts';

export const handler = socketAuthorizer();
