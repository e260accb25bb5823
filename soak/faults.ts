import type { Faults } from '../local/faults.ts';
import type { Plan } from './plan.ts';
import type { Random } from './random.ts';

/** Faults that can be ended. */
export interface Trouble extends Faults {
  /** From now on all goes well. */
  end(): void;
  /** What has gone wrong so far, by kind. */
  readonly counts: ReadonlyMap<string, number>;
}

/** The functions that deliver: they die in the midst of an audience, and of a batch. */
const delivering = /SendMessage|ReplyToMessage|ConversationChanges|Presence/;

/** Has everything fail now and then that may fail in AWS. */
export function makeTrouble({ failingPosts, dyingInvocations }: Plan, random: Random): Trouble {
  const counts = new Map<string, number>();
  let over = false;
  const count = (kind: string) => void counts.set(kind, (counts.get(kind) ?? 0) + 1);

  return {
    post() {
      if (over) return undefined;
      for (const kind of [410, 429, 500, 'hang'] as const) {
        if (!random.permille(failingPosts)) continue;
        count(`posts ${kind}`);
        return kind;
      }
      return undefined;
    },
    invocation(name) {
      if (over || !delivering.test(name) || !random.permille(dyingInvocations)) return undefined;
      count('invocations that died');
      return { dieAfterMs: Math.floor(random.next() * 40) };
    },
    repeatBatch() {
      if (over || !random.permille(50)) return false;
      count('batches twice');
      return true;
    },
    end() {
      over = true;
    },
    counts,
  };
}
