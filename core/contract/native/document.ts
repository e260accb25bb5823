import { bearer, type DialectDocument } from '../route.ts';
import { Bookmark, BookmarkedMessage } from './bookmark.ts';
import { Conversation, CreateConversationRequest, Link, UpdateConversationRequest } from './conversation.ts';
import { ErrorBody } from './error.ts';
import { EditMessageRequest, Message, SendMessageRequest } from './message.ts';
import { AddParticipantRequest, ChangeRoleRequest, Participant } from './participant.ts';
import { Platform, PutPlatformRequest } from './platform.ts';
import { Profile, PutProfileRequest } from './profile.ts';
import { AddReactionRequest, Reaction } from './reaction.ts';
import { ConversationRead, MarkReadRequest } from './read.ts';

export const nativeDocument: DialectDocument = {
  title: 'Parley: conversations',
  description:
    'Conversations, messages and their history. Every call but `/health` carries a bearer token of the issuer that ' +
    'the deployment trusts.',
  basePath: '',
  schemas: {
    Conversation,
    Participant,
    Link,
    CreateConversationRequest,
    UpdateConversationRequest,
    AddParticipantRequest,
    ChangeRoleRequest,
    ConversationRead,
    MarkReadRequest,
    Message,
    SendMessageRequest,
    EditMessageRequest,
    Reaction,
    AddReactionRequest,
    Bookmark,
    BookmarkedMessage,
    Profile,
    PutProfileRequest,
    Platform,
    PutPlatformRequest,
    ErrorBody,
  },
  securitySchemes: { token: bearer },
  errors: {
    '4XX': { description: 'Refused', schema: ErrorBody },
    '5XX': { description: 'Failed here; 503 may be tried again', schema: ErrorBody },
  },
};
