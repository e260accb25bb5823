import * as z from 'zod/mini';
import type { Issuer } from './issuer.ts';

/** Somebody whom the laptop knows from the start: the claims of a token. */
export interface Person {
  readonly sub: string;
  readonly org_id: string;
  readonly name: string;
  readonly email: string;
}

// Ids that a person can read.
const cafe = 'cafe0000-0000-4000-8000-000000000000';
const facade = 'facade00-0000-4000-8000-000000000000';

/** Three people of one organization, and one of another. */
export const people = {
  ada: { sub: 'ada00000-0000-4000-8000-000000000000', org_id: cafe, name: 'Ada', email: 'ada@cafe.example' },
  abe: { sub: 'abe00000-0000-4000-8000-000000000000', org_id: cafe, name: 'Abe', email: 'abe@cafe.example' },
  bea: { sub: 'bea00000-0000-4000-8000-000000000000', org_id: cafe, name: 'Bea', email: 'bea@cafe.example' },
  dee: { sub: 'dee00000-0000-4000-8000-000000000000', org_id: facade, name: 'Dee', email: 'dee@facade.example' },
} satisfies Record<string, Person>;

/** The app of the café, by whose key its users speak the dialect of platforms. */
export const platform = { publicKey: 'cafe', name: 'The café’s app' };

const service = { sub: 'cafe-backend', org_id: cafe, roles: ['SERVICE'] };

const name = 'Opening day';
/** By this link the conversation is found again. */
const link = { type: 'example', id: 'opening-day' };
const messages: readonly (readonly [author: Person, text: string])[] = [
  [people.ada, 'Good morning! We open at nine.'],
  [people.abe, 'The espresso machine is warm, and so is the first tray of croissants. 🥐'],
  [people.bea, 'There is a queue outside already.'],
  [people.ada, 'Then let us open ten minutes early.'],
];

/** What of the little world is only known once it exists. */
export interface World {
  readonly conversationId: string;
}

const Conversation = z.object({
  id: z.string(),
  lastSeq: z.number(),
  link: z.nullable(z.object({ type: z.string(), id: z.string() })),
});
type Conversation = z.output<typeof Conversation>;

/**
 * Makes the platform of the little world, and lets its people be known and have their conversation, through the API that
 * runs at `origin`. What exists already is left as it is.
 * @throws Error if the API refuses a request
 */
export async function createWorld(origin: string, issuer: Issuer): Promise<World> {
  await call(origin, issuer, service, `/platforms/${platform.publicKey}`, { name: platform.name }, 'PUT');
  // Whoever calls is known from then on.
  for (const person of Object.values(people)) await call(origin, issuer, person, `/users/${person.sub}`);
  const conversation = (await findConversation(origin, issuer)) ?? (await createConversation(origin, issuer));
  // Were the last start cut short, the rest of the messages would still be missing.
  for (const [author, text] of messages.slice(conversation.lastSeq)) {
    await call(origin, issuer, author, `/conversations/${conversation.id}/messages`, { text });
  }
  return { conversationId: conversation.id };
}

async function findConversation(origin: string, issuer: Issuer): Promise<Conversation | undefined> {
  for (let page: string | undefined = '/conversations?limit=100'; page !== undefined; ) {
    const answer = await call(origin, issuer, people.ada, page);
    const found = z
      .array(Conversation)
      .parse(await answer.json())
      .find((conversation) => conversation.link?.type === link.type && conversation.link.id === link.id);
    if (found !== undefined) return found;
    page = /<([^>]*)>; *rel="next"/.exec(answer.headers.get('link') ?? '')?.[1];
  }
  return undefined;
}

async function createConversation(origin: string, issuer: Issuer): Promise<Conversation> {
  const participantIds = [people.abe.sub, people.bea.sub];
  const answer = await call(origin, issuer, people.ada, '/conversations', {
    type: 'group',
    name,
    participantIds,
    link,
  });
  return Conversation.parse(await answer.json());
}

/** Calls the API as somebody: with a `body` by POST, else by GET, unless another method is named. */
async function call(
  origin: string,
  issuer: Issuer,
  person: Person | typeof service,
  path: string,
  body?: unknown,
  method = body === undefined ? 'GET' : 'POST',
): Promise<Response> {
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: { authorization: `Bearer ${await issuer.token({ ...person })}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!answer.ok)
    throw new Error(`unable to create the little world; ${path} answered ${answer.status}: ${await answer.text()}`);
  return answer;
}
