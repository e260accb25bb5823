import { expect, test } from 'vitest';
import { ExpiringMap } from '../../local/gateway/expiring-map.ts';

test('keeps a value for its time, and drops what has expired when another comes', () => {
  let now = 0;
  const map = new ExpiringMap<string>(() => now);
  map.set('short', 'a', 10);
  map.set('long', 'b', 30);
  now = 9;
  expect(map.get('short')).toBe('a');
  now = 10;
  expect([map.get('short'), map.get('long'), map.size]).toEqual([undefined, 'b', 2]);
  map.set('new', 'c', 10);
  expect([map.get('long'), map.get('new'), map.size]).toEqual(['b', 'c', 2]);
});

test('a value that is kept anew lasts from then on', () => {
  let now = 0;
  const map = new ExpiringMap<string>(() => now);
  map.set('key', 'a', 10);
  now = 5;
  map.set('key', 'b', 10);
  now = 14;
  expect([map.get('key'), map.size]).toEqual(['b', 1]);
});
