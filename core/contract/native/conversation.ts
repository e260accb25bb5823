import * as z from 'zod/mini';
import { limits } from '../limits.ts';
import { label, linkId, timestamp, uuid, writtenText } from '../values.ts';
import { Participant } from './participant.ts';

export const Link = z.object({ type: z.string(), id: z.string() });

const types = ['direct', 'group'] as const;

/** The type of each kind: whatever is not direct is a group to who knows of no other kinds. */
export const typeOf = {
  direct: 'direct',
  group: 'group',
  global: 'group',
  reply: 'group',
} as const satisfies Record<string, (typeof types)[number]>;

export const Conversation = z.object({
  id: uuid(),
  type: z.enum(types),
  kind: z.enum(['direct', 'group', 'global', 'reply']),
  name: z.nullable(z.string()),
  status: z.enum(['active', 'archived']),
  ownerId: z.nullable(uuid()),
  /** Of a reply, the message that it hangs on: `{ type: 'message', id }`. */
  link: z.nullable(Link),
  createdAt: timestamp(),
  lastMessageAt: z.nullable(timestamp()),
  lastSeq: z.int().check(z.minimum(0)),
  participantCount: z.int().check(z.minimum(0)),
  /** Active ones; past `limits.roster`, the caller alone; nobody in a global one or a reply, to which nobody is added. */
  participants: z.array(Participant),
});

const mustBeAType = 'must be "direct" or "group"';
const mustNameUsers = 'must be an array of user ids';

/** Also where some fields are wrong, so that all faults are told at once; of what is no object there are none. */
const ofAnyObject = ({ issues }: { readonly issues: readonly { readonly path?: readonly unknown[] | undefined }[] }) =>
  issues.every(({ path = [] }) => path.length > 0);

/** Asks for a kind by `kind`, by `type`, or by both alike; read as `kind`. */
export const CreateConversationRequest = z.pipe(
  z
    .object({
      type: z.optional(z.enum(types, mustBeAType)).check(z.meta({ description: 'Required without `kind`' })),
      kind: z
        .optional(z.enum(['direct', 'group', 'global'], 'must be "direct", "group" or "global"'))
        .check(z.meta({ description: 'Required without `type`, with which it must agree; "global" is a group' })),
      name: z.nullish(writtenText(limits.name)),
      participantIds: z
        .optional(
          z
            .array(uuid(), mustNameUsers)
            .check(z.maxLength(limits.participantsInCreate, `must name at most ${limits.participantsInCreate} users`)),
        )
        .check(z.meta({ description: 'At least one; of a global conversation none' })),
      link: z.nullish(z.object({ type: label(limits.linkType), id: linkId() })),
    })
    .check(
      z.refine(({ type, kind }) => type !== undefined || kind !== undefined, {
        error: mustBeAType,
        path: ['type'],
        when: ofAnyObject,
      }),
      z.refine(({ kind, participantIds }) => kind === 'global' || participantIds !== undefined, {
        error: mustNameUsers,
        path: ['participantIds'],
        when: ofAnyObject,
      }),
      z.refine(({ kind, participantIds }) => kind === 'global' || participantIds?.length !== 0, {
        error: 'must name at least one user',
        path: ['participantIds'],
        when: ofAnyObject,
      }),
      z.refine(({ type, kind }) => type === undefined || kind === undefined || typeOf[kind] === type, {
        error: 'must agree with the type',
        path: ['kind'],
      }),
    ),
  z.transform(({ type, kind, participantIds = [], ...rest }) => ({
    ...rest,
    kind: kind ?? (type === 'direct' ? ('direct' as const) : ('group' as const)),
    participantIds,
  })),
);

export const UpdateConversationRequest = z
  .object({
    /** Null takes the name away. */
    name: z.nullish(writtenText(limits.name)),
    status: z.optional(z.enum(['active', 'archived'], 'must be "active" or "archived"')),
  })
  .check(z.refine(({ name, status }) => name !== undefined || status !== undefined, 'must change name or status'));
