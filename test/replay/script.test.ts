import { expect, test } from 'vitest';
import { parseLog } from '../../replay/log.ts';
import { type Step, scriptOf } from '../../replay/script.ts';

/** A log whose lines are given as `ann joins`, `ann leaves`, or `ann says`. */
const logOf = (...lines: string[]) => {
  const entries = lines.map((line, n) => {
    const [nick, does] = line.split(' ');
    const rest = does === 'says' ? { text: `${n}` } : { event: does === 'joins' ? 'join' : 'leave' };
    return JSON.stringify({ n, nick, ...rest });
  });
  return parseLog(entries.join('\n'), 'x.ndjson');
};

const told = (steps: readonly Step[]) =>
  steps.map((step) => {
    if (step.act === 'read') return `${step.nick} reads ${step.upTo}`;
    return `${step.nick} ${step.act}s${step.act === 'say' ? ` ${step.text}` : ''}`;
  });

test('who comes and goes does so in its place; what cannot be is passed over and counted', () => {
  const { starters, steps, passedOver } = scriptOf(
    logOf(
      'ann says',
      'bea joins',
      'ann joins',
      'bea leaves',
      'bea leaves',
      'cleo leaves',
      'bea joins',
      'dan leaves',
      'dan says',
    ),
  );
  expect(starters).toEqual(['ann', 'cleo', 'dan']);
  expect(told(steps)).toEqual([
    'ann says 0',
    'bea joins',
    'bea leaves',
    'cleo leaves',
    'bea joins',
    'dan leaves',
    'dan joins',
    'dan says 8',
    'ann reads 1',
  ]);
  expect(passedOver).toBe(2);
});

test('where everybody joins, the first one is there all the same', () => {
  const { starters, steps, passedOver } = scriptOf(
    logOf('ann joins', 'bea joins', 'ann leaves', 'bea leaves', 'bea says'),
  );
  expect(starters).toEqual(['ann']);
  expect(told(steps)).toEqual(['bea joins', 'ann leaves', 'bea leaves', 'bea joins', 'bea says 4']);
  expect(passedOver).toBe(1);
});

test('who is present reads as the log goes on, the newest and much older messages', () => {
  const lines = Array.from({ length: 400 }, (_, at) => `nick-${at % 7} says`);
  const { steps } = scriptOf(logOf(...lines, 'nick-0 leaves', 'nick-8 joins'));
  let said = 0;
  const reads = steps.flatMap((step, at) => {
    if (step.act === 'say') said += 1;
    if (step.act !== 'read') return [];
    const next = steps[at + 1];
    return { ...step, behind: said - step.upTo, beforeWriting: next?.act === 'say' && next.nick === step.nick };
  });
  expect(reads).toHaveLength(200);
  expect(new Set(reads.map(({ nick }) => nick)).size).toBe(7);
  expect(reads.every(({ upTo, behind }) => upTo >= 1 && behind >= 0)).toBe(true);
  const writers = reads.filter(({ behind, beforeWriting }) => behind === 0 && beforeWriting);
  expect(writers.length).toBeGreaterThanOrEqual(100);
  expect(reads.filter(({ behind }) => behind > 100).length).toBeGreaterThan(20);
  expect(scriptOf(logOf(...lines)).steps).toEqual(scriptOf(logOf(...lines)).steps);
});
