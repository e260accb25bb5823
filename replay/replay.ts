import { openApi } from './api.ts';
import { openHttp } from './http.ts';
import type { Log } from './log.ts';
import { tokensOf } from './people.ts';
import { type Played, play, type Stage, setStage } from './play.ts';
import type { Progress } from './progress.ts';
import { type ReadBack, readBack } from './read-back.ts';

/** What a replay is told. */
export interface ReplayOptions {
  /** Where the API answers: `http://localhost:3000`. */
  readonly url: string;
  /** The organization of all who take part. */
  readonly organization: string;
  readonly progress?: Progress;
}

/** What became of a replay: of each log, and in all. */
export interface Replayed extends ReadBack {
  readonly organization: string;
  readonly conversations: readonly (Stage & Played)[];
  /** How long each send took, in milliseconds, the times it was tried again included. */
  readonly sendMs: readonly number[];
  /** How long it took to play all logs, in milliseconds. */
  readonly playMs: number;
  /** How many requests were sent again, because the API said so. */
  readonly repeats: number;
}

/**
 * Plays logs through the API, all of them at once and each in its own order, then reads everything back and compares.
 * @throws Problem where the API does not answer, or refuses something
 */
export async function replay(logs: readonly Log[], { url, organization, progress }: ReplayOptions): Promise<Replayed> {
  const stop = new AbortController();
  const http = openHttp(stop.signal);
  const api = openApi(http, url);
  const tokens = tokensOf(api, organization);

  try {
    await api.knock();
    const stages = await Promise.all(logs.map((log) => setStage(api, log, tokens)));

    const sendMs: number[] = [];
    const onSent = (ms: number) => {
      sendMs.push(ms);
      progress?.sent();
    };
    const toSend = stages.flatMap(({ script }) => script.steps.filter(({ act }) => act === 'say'));
    progress?.begin(toSend.length);
    const begin = performance.now();
    const conversations = await Promise.all(
      stages.map(async (stage) => ({ ...stage, ...(await play(api, stage, tokens, onSent)) })),
    );
    const playMs = performance.now() - begin;
    progress?.end();

    const back = await Promise.all(conversations.map((played) => readBack(api, played, played, tokens)));
    const findings = back.flatMap((each) => each.findings);
    const unreadCounts = back.reduce((sum, each) => sum + each.unreadCounts, 0);
    return { organization, conversations, sendMs, playMs, repeats: http.repeats, findings, unreadCounts };
  } catch (error) {
    // The others need not go on once one of them has failed.
    stop.abort();
    progress?.end();
    throw error;
  }
}
