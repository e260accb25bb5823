import { v5 } from 'uuid';
import type { Api } from './api.ts';

/** Makes the ids of nicks differ from those that others derive from the same words. */
const NICKS = '619192b4-4eba-447a-a5b9-316c34ccfb73';

/** The user that a nick stands for: the same one in every log and every run. */
export const userIdOf = (nick: string): string => v5(nick, NICKS);

/** Gives the token of a nick's user; each is asked for once. */
export type Tokens = (nick: string) => Promise<string>;

/** The tokens of the members of one organization. */
export function tokensOf(api: Api, organization: string): Tokens {
  const tokens = new Map<string, Promise<string>>();
  return (nick) => {
    const token = tokens.get(nick) ?? api.tokenFor({ id: userIdOf(nick), organization, name: nick });
    tokens.set(nick, token);
    return token;
  };
}
