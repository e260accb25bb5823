import { expect, test } from 'vitest';
import { firstCodePoints } from '../../core/contract/text.ts';
import { label, point, uuid } from '../../core/contract/values.ts';

test('a time is the first whole millisecond that is not before it, and none is before 1970', () => {
  const time = (text: string) => point().parse(text);
  expect(time('2024-01-01T00:00:00.000Z')).toEqual({ time: Date.UTC(2024, 0, 1) });
  expect(time('2024-01-01T01:00:00+01:00')).toEqual({ time: Date.UTC(2024, 0, 1) });
  expect(time('2024-01-01T00:00:00.000000Z')).toEqual({ time: Date.UTC(2024, 0, 1) });
  expect(time('2024-01-01T00:00:00.000500Z')).toEqual({ time: Date.UTC(2024, 0, 1) + 1 });
  expect(time('2024-01-01T00:00:00.9999Z')).toEqual({ time: Date.UTC(2024, 0, 1) + 1_000 });
  expect(time('1969-12-31T23:59:59Z')).toEqual({ time: 0 });
  expect(time('550E8400-E29B-41D4-A716-446655440000')).toEqual({ messageId: '550e8400-e29b-41d4-a716-446655440000' });
});

test('ids are read in lower case; labels have no white space around them and nothing invisible in them', () => {
  expect(uuid().parse('FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF')).toBe('ffffffff-ffff-ffff-ffff-ffffffffffff');
  const isLabel = (text: string) => label(5).safeParse(text).success;
  expect(['7', 'a b', 'ключ', '👩‍👩'].map(isLabel)).toEqual([true, true, true, true]);
  expect([' 7', '7 ', 'a\tb', '\u0000', '', '123456', '\ud83d'].map(isLabel)).toEqual(Array(7).fill(false));
});

test('text is cut between characters', () => {
  expect(firstCodePoints('abc', 5)).toBe('abc');
  expect(firstCodePoints('\u{1F600}\u{1F601}\u{1F602}', 2)).toBe('\u{1F600}\u{1F601}');
});
