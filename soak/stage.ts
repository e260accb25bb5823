import { randomUUID } from 'node:crypto';
import * as z from 'zod/mini';
import type { Cloud } from '../local/cloud.ts';
import type { Api } from './api.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

export interface User {
  readonly id: string;
  readonly organization: string;
  readonly token: string;
}

export interface Place {
  readonly id: string;
  readonly organization: string;
  /** Owns it, and adds who comes. */
  readonly owner: User;
  /** Stay all the time, the owner among them. */
  readonly residents: readonly User[];
  /** Leaves and is added again. */
  readonly guest: User;
}

/** Who takes part, and where. */
export interface Stage {
  readonly users: readonly User[];
  readonly places: readonly Place[];
  /** A service of each organization, which reads everything in the end. */
  readonly services: ReadonlyMap<string, string>;
}

const Created = z.object({ id: z.string() });

/** Makes the users and their conversations. */
export async function setStage(cloud: Cloud, api: Api, plan: Plan, random: Random): Promise<Stage> {
  const organizations = Array.from({ length: plan.organizations }, () => randomUUID());
  const users = await Promise.all(
    Array.from({ length: plan.users }, async (_, at): Promise<User> => {
      const [id, organization] = [randomUUID(), organizations[at % organizations.length] ?? ''];
      return {
        id,
        organization,
        token: await cloud.token({ sub: id, org_id: organization, name: `user ${at}` }, 3_600),
      };
    }),
  );
  const services = new Map<string, string>();
  for (const organization of organizations) {
    services.set(organization, await cloud.token({ sub: 'soak', org_id: organization, roles: ['SERVICE'] }, 3_600));
  }

  const places = await Promise.all(
    Array.from({ length: plan.conversations }, async (_, at): Promise<Place> => {
      const organization = organizations[at % organizations.length] ?? '';
      const colleagues = users.filter((user) => user.organization === organization);
      const [owner, guest, ...others] = shuffled(colleagues, random);
      if (!owner || !guest) throw new Error('unable to set the stage; an organization needs two users');
      const residents = [owner, ...others.slice(0, 1 + Math.floor(random.next() * others.length))];
      const participantIds = [...residents.slice(1), guest].map(({ id }) => id);
      const body = { type: 'group', name: `of ${organization}`, participantIds };
      const { id } = await api({ token: owner.token, method: 'POST', path: '/conversations', body }, Created);
      return { id, organization, owner, guest, residents };
    }),
  );
  return { users, places, services };
}

function shuffled<Each>(items: readonly Each[], random: Random): Each[] {
  return items
    .map((item) => ({ item, order: random.next() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item);
}
