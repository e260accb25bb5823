import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import { asyncApiDocument } from '../../core/contract/asyncapi.ts';
import { actions, events } from '../../core/contract/socket.ts';

const document = asyncApiDocument();

/** Every reference within a value. */
function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    name === '$ref' && typeof inner === 'string' ? [inner] : referencesIn(inner),
  );
}

/** What a reference within the document points to. */
const resolve = (reference: string): unknown =>
  reference
    .replace('#/', '')
    .split('/')
    .reduce<unknown>((value, part) => z.record(z.string(), z.unknown()).parse(value)[part], document);

test('every reference leads to something', () => {
  const references = referencesIn(document);
  expect(references.length).toBeGreaterThan(100);
  expect(references.filter((reference) => resolve(reference) === undefined)).toEqual([]);
});

test('the server receives every action, and answers it by its ack or an error; it sends every event', () => {
  const { operations } = z.object({ operations: z.record(z.string(), z.unknown()) }).parse(document);
  const channel = { $ref: '#/channels/live' };
  const message = (name: string) => ({ $ref: `#/channels/live/messages/${name}` });
  expect(Object.keys(operations)).toHaveLength(actions.length + events.length);
  for (const { name } of actions) {
    const reply = { channel, messages: [message(`${name}.ack`), message('error')] };
    expect(operations[name]).toMatchObject({ action: 'receive', channel, messages: [message(name)], reply });
  }
  for (const { name } of events) {
    const key = `event.${name}`;
    expect(operations[key]).toMatchObject({ action: 'send', channel, messages: [message(key)] });
  }
});

test('an action without required data may leave it out', () => {
  const required = (name: string) =>
    z
      .object({ payload: z.object({ required: z.array(z.string()) }) })
      .parse(resolve(`#/channels/live/messages/${name}`)).payload.required;
  expect(required('ping')).toEqual(['action', 'id']);
  expect(required('typing')).toEqual(['action', 'id', 'data']);
});
