import { bearer, type DialectDocument } from '../route.ts';
import { Conversation, ConversationCreate, ConversationUpdate, Participant } from './conversation.ts';
import { HTTPError, HTTPValidationError } from './error.ts';
import { Message, MessageCreate } from './message.ts';

export const v2Document: DialectDocument = {
  title: 'Parley: conversations of organizations',
  description:
    'The same conversations in snake_case, each with its messages. Every call carries a bearer token of the issuer that ' +
    'the deployment trusts, which names an organization by a UUID.',
  basePath: '/api/v2',
  schemas: {
    Conversation,
    Participant,
    ConversationCreate,
    ConversationUpdate,
    Message,
    MessageCreate,
    HTTPError,
    HTTPValidationError,
  },
  securitySchemes: { token: bearer },
  errors: {
    422: { description: 'Something in the request is not as it must be', schema: HTTPValidationError },
    '4XX': { description: 'Refused', schema: HTTPError },
    '5XX': { description: 'Failed here; 503 may be tried again', schema: HTTPError },
  },
};
