import { openApi } from './api.ts';
import { openHttp } from './http.ts';
import type { Log } from './log.ts';
import { tokensOf } from './people.ts';
import { type Played, play, type Stage, setStage } from './play.ts';
import type { Progress } from './progress.ts';
import { type Finding, readBack } from './read-back.ts';

/** What a replay is told. */
export interface ReplayOptions {
  /** Where the API answers: `http://localhost:3000`. */
  readonly url: string;
  /** The organization of all who take part. */
  readonly organization: string;
  readonly progress?: Progress;
}

/** What became of a replay. */
export interface Replayed {
  readonly organization: string;
  readonly conversations: readonly (Stage & Played)[];
  /** How long each send took, in milliseconds, the times it was tried again included. */
  readonly sendMs: readonly number[];
  /** How long it took to send all messages, in milliseconds. */
  readonly playMs: number;
  /** How many requests were sent again, because the API said so. */
  readonly repeats: number;
  /** Where what was read is not what was sent. */
  readonly findings: readonly Finding[];
}

/**
 * Plays logs through the API, all of them at once and each in its own order, then reads everything back and compares.
 * @throws Problem where the API does not answer, or refuses something
 */
export async function replay(logs: readonly Log[], { url, organization, progress }: ReplayOptions): Promise<Replayed> {
  const stop = new AbortController();
  const http = openHttp(stop.signal);
  const api = openApi(http, url);
  const tokenOf = tokensOf(api, organization);

  try {
    await api.knock();
    const stages = await Promise.all(logs.map((log) => setStage(api, log, tokenOf)));

    const sendMs: number[] = [];
    const onSent = (ms: number) => {
      sendMs.push(ms);
      progress?.sent();
    };
    progress?.begin(logs.reduce((sum, { messages }) => sum + messages.length, 0));
    const begin = performance.now();
    const conversations = await Promise.all(
      stages.map(async (stage) => ({ ...stage, ...(await play(api, stage, tokenOf, onSent)) })),
    );
    const playMs = performance.now() - begin;
    progress?.end();

    const findings = await Promise.all(conversations.map((played) => readBack(api, played, played, tokenOf)));
    return { organization, conversations, sendMs, playMs, repeats: http.repeats, findings: findings.flat() };
  } catch (error) {
    // The others need not go on once one of them has failed.
    stop.abort();
    progress?.end();
    throw error;
  }
}
