import { bearer, type DialectDocument } from '../route.ts';
import { Conversation, CreateConversationRequest, Participant, TaggedConversation } from './conversation.ts';
import { ErrorBody, ServerError, ValidationError } from './error.ts';
import { AddReactionRequest, Message, SendMessageRequest } from './message.ts';

export const v1Document: DialectDocument = {
  title: 'Parley: chat of platforms',
  description:
    'Direct conversations of the users of a platform, in snake_case and in envelopes. Every call carries a bearer token of ' +
    'the issuer that the deployment trusts, and the public key of a platform of the same organization.',
  basePath: '/api/v1/chat',
  schemas: {
    Conversation,
    TaggedConversation,
    Participant,
    CreateConversationRequest,
    Message,
    SendMessageRequest,
    AddReactionRequest,
    ErrorBody,
    ValidationError,
    ServerError,
  },
  securitySchemes: { token: bearer, platform: { type: 'apiKey', in: 'header', name: 'X-PUBLIC-KEY' } },
  errors: {
    422: { description: 'Something in the request is not as it must be', schema: ValidationError },
    '4XX': { description: 'Refused', schema: ErrorBody },
    '5XX': { description: 'Failed here; 503 may be tried again', schema: ServerError },
  },
};
