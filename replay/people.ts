import { v5 } from 'uuid';
import type { Api } from './api.ts';

/** Makes the ids of nicks differ from those that others derive from the same words. */
const NICKS = '619192b4-4eba-447a-a5b9-316c34ccfb73';

/** The user that a nick stands for: the same one in every log and every run. */
export const userIdOf = (nick: string): string => v5(nick, NICKS);

/** Gives the tokens of the members of one organization; each is asked for once. */
export interface Tokens {
  /** That of a nick's user. */
  of(nick: string): Promise<string>;
  /** That of a service, which adds people, and reads what it takes no part in. */
  ofService(): Promise<string>;
}

/** The tokens of one organization. */
export function tokensOf(api: Api, organization: string): Tokens {
  const tokens = new Map<string, Promise<string>>();
  const once = (id: string, name: string, roles: readonly string[]) => {
    const token = tokens.get(id) ?? api.tokenFor({ id, organization, name, roles });
    tokens.set(id, token);
    return token;
  };
  return {
    of: (nick) => once(userIdOf(nick), nick, []),
    ofService: () => once('replay', 'replay', ['SERVICE']),
  };
}
