import { isListed } from '../domain/access.ts';
import { type Conversation, hasParticipants, isAbout, type LinkFilter } from '../domain/conversation.ts';
import { actingUser, type Principal, principalIn, type UserId } from '../domain/principal.ts';
import { severalAtOnce } from '../store/batches.ts';
import {
  globalConversations,
  readHeads,
  readShownParticipants,
  userConversations,
} from '../store/conversation-lists.ts';
import type { ConversationRef } from '../store/keys.ts';
import type { Table } from '../store/table.ts';
import type { Deps } from './deps.ts';
import type { NumberedPage } from './numbered-page.ts';
import { latest, readWritten, type Transcript, type Weighing, type WrittenMessages } from './transcript.ts';

export interface ListTranscriptsInput extends Weighing {
  readonly actingUserId: UserId | undefined;
  /** Whose conversations; undefined for the caller's own, and of a super admin for those of all organizations. */
  readonly organization: string | undefined;
  readonly link: LinkFilter;
  readonly page: NumberedPage;
}

/**
 * A page of a user's conversations and the global ones, newest created first, each with its latest messages. Past the end
 * there are none.
 *
 * Three trips. A page reads the heads of all conversations before it, to know that they are still there, and a narrowed list
 * those of all.
 * @throws Failure `validation_failed`, `forbidden`, `unavailable`
 */
export async function listTranscripts(
  { table }: Deps,
  principal: Principal,
  { actingUserId, organization, link, page, bytesOf }: ListTranscriptsInput,
): Promise<readonly Transcript[]> {
  const user = actingUser(principal, actingUserId, 'userId');
  const end = page.number * page.size;
  const refs = await newestFirst(table, principal, user, organization);
  const conversations = (await firstOf(table, refs, link, end)).slice(end - page.size);

  const written = new Map<string, WrittenMessages>();
  const [shown] = await Promise.all([
    readShownParticipants(table, conversations.filter(hasParticipants), user),
    severalAtOnce(conversations, async ({ id }) => {
      written.set(id, await readWritten(table, id, user, { bytesOf }, latest));
    }),
  ]);
  return conversations.flatMap((conversation): Transcript[] => {
    const { messages, isTruncated } = written.get(conversation.id) ?? { messages: [], isTruncated: false };
    const participants = shown.get(conversation.id) ?? [];
    if (!isListed(conversation, participants, user)) return [];
    return [{ conversation: { ...conversation, participants }, messages, isTruncated }];
  });
}

/** All that a list may hold. Nobody is of another organization's everybody. */
async function newestFirst(
  table: Table,
  principal: Principal,
  user: UserId,
  wanted: string | undefined,
): Promise<ConversationRef[]> {
  const { organization } = principalIn(principal, wanted);
  const isEverywhere = wanted === undefined && principal.isSuperAdmin;
  const [joined, global] = await Promise.all([
    userConversations(table, isEverywhere ? undefined : organization, user),
    organization === principal.organization ? globalConversations(table, organization) : [],
  ]);
  // Ids of conversations sort as they were created.
  return [...joined, ...global].sort((a, b) => (a.id < b.id ? 1 : -1));
}

/** Where some are gone so many more are looked at, at least. */
const FURTHER = 25;

/** The first conversations of a list that are there, and about what is asked for; nearly always in one trip. */
async function firstOf(
  table: Table,
  refs: readonly ConversationRef[],
  link: LinkFilter,
  most: number,
): Promise<Conversation[]> {
  const isNarrowed = link.type !== undefined || link.id !== undefined;
  const found: Conversation[] = [];
  for (let start = 0; start < refs.length && found.length < most; ) {
    const missing = isNarrowed ? refs.length : Math.max(most - found.length, start === 0 ? 0 : FURTHER);
    const heads = await readHeads(table, refs.slice(start, start + missing), { consistent: false });
    found.push(...heads.filter((head) => isAbout(head, link)));
    start += missing;
  }
  return found.slice(0, most);
}
