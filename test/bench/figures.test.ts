import { describe, expect, test } from 'vitest';
import { sequentialTrips, timeInFlight } from '../../bench/flights.ts';
import { textTable } from '../../bench/text-table.ts';
import { quantile } from '../../replay/quantile.ts';

const flights = (...spans: [number, number][]) => spans.map(([begin, end]) => ({ begin, end }));

describe('time in flight counts each moment once, and trips only what waits for what was before', () => {
  test.each([
    ['nothing', flights(), 0, 0],
    ['one after the other', flights([0, 2], [3, 5]), 4, 2],
    ['two at once', flights([0, 3], [1, 4]), 4, 1],
    ['one within the other', flights([0, 10], [2, 4]), 10, 1],
    ['a chain beside a long one', flights([0, 10], [0, 4], [5, 9]), 10, 2],
    ['in whatever order they ended', flights([6, 8], [0, 2], [3, 5]), 6, 3],
  ])('%s', (_, recorded, time, trips) => {
    expect(timeInFlight(recorded)).toBe(time);
    expect(sequentialTrips(recorded)).toBe(trips);
  });
});

test('a quantile is one of the values', () => {
  const values = [5, 1, 4, 2, 3];
  expect([0, 0.5, 0.99, 1].map((q) => quantile(values, q))).toEqual([1, 3, 5, 5]);
  expect(quantile([7], 0.01)).toBe(7);
  expect(quantile([], 0.5)).toBeNaN();
});

test('a table aligns names to the left and figures to the right', () => {
  expect(
    textTable(
      ['name', 'ms'],
      [
        ['send', '7'],
        ['a longer name', '123'],
      ],
    ).split('\n'),
  ).toEqual(['name            ms', '─────────────  ───', 'send             7', 'a longer name  123']);
});
