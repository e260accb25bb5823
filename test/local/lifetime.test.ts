import { expect, test } from 'vitest';
import { beginLifetime } from '../../local/lifetime.ts';

test('closes everything, the youngest first, once', async () => {
  const lifetime = beginLifetime();
  const closed: string[] = [];
  expect(await lifetime.keep('a', (part) => closed.push(part))).toBe('a');
  await lifetime.keep(Promise.resolve('b'), async (part) => closed.push(part));
  await Promise.all([lifetime.end(), lifetime.end()]);
  expect(closed).toEqual(['b', 'a']);
});

test('closes what opens only after the end', async () => {
  const lifetime = beginLifetime();
  const opening = Promise.withResolvers<string>();
  const closed: string[] = [];
  const kept = lifetime.keep(opening.promise, (part) => closed.push(part));
  const refused = expect(kept).rejects.toThrow(/abort/);
  const ended = lifetime.end();
  opening.resolve('late');
  await Promise.all([ended, refused]);
  expect(closed).toEqual(['late']);
});

test('tells openings that the end has come', async () => {
  const lifetime = beginLifetime();
  expect(lifetime.ending.aborted).toBe(false);
  await lifetime.end();
  expect(lifetime.ending.aborted).toBe(true);
});

test('takes in nothing more once its signal came, and closes what it was given', async () => {
  const stop = new AbortController();
  const lifetime = beginLifetime(stop.signal);
  const closed: string[] = [];
  stop.abort(new Error('stop'));
  await expect(lifetime.keep('a', (part) => closed.push(part))).rejects.toThrow('stop');
  await lifetime.end();
  expect(closed).toEqual(['a']);
});

test('passes over what did not open', async () => {
  const lifetime = beginLifetime();
  await expect(lifetime.keep(Promise.reject(new Error('no')))).rejects.toThrow('no');
  await lifetime.end();
});

test('closes the rest when something does not close, and tells', async () => {
  const lifetime = beginLifetime();
  const closed: string[] = [];
  await lifetime.keep('a', (part) => closed.push(part));
  await lifetime.keep('b', () => Promise.reject(new Error('stuck')));
  await expect(lifetime.end()).rejects.toThrow('stuck');
  expect(closed).toEqual(['a']);
});
