import { restAuthorizer } from '../edge/rest-authorizer.ts';

export const handler = restAuthorizer();
