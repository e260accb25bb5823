import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import * as native from '../../core/contract/native/conversation.ts';
import { Message as NativeMessage } from '../../core/contract/native/message.ts';
import { Participant as NativeParticipant } from '../../core/contract/native/participant.ts';
import * as v1 from '../../core/contract/v1/conversation.ts';
import { Message as V1Message } from '../../core/contract/v1/message.ts';
import * as v2 from '../../core/contract/v2/conversation.ts';
import { Message as V2Message } from '../../core/contract/v2/message.ts';

const page = readFileSync(new URL('../../docs/dialects.md', import.meta.url), 'utf8');

/** The fields that a section's table names, by the dialect of their column. */
function documented(section: string): Record<'native' | 'v2' | 'v1', string[]> {
  const [, table = ''] = new RegExp(`\n### ${section}\n(.*?)\n##`, 's').exec(page) ?? [];
  const rows = table.split('\n').filter((line) => /^\| [`|]|^\| \|/.test(line));
  const column = (at: number) =>
    rows
      .flatMap((row) => [...(row.split('|')[at] ?? '').matchAll(/`([^`]+)`/g)].map(([, name = '']) => name))
      .toSorted();
  return { native: column(1), v2: column(2), v1: column(3) };
}

/** A schema's fields by their paths, into objects as far as the page goes into them. */
const fieldsOf = (schema: z.ZodMiniObject, into: readonly string[]): string[] =>
  Object.entries(schema.shape)
    .flatMap(([name, field]) => {
      const inner = objectIn(field);
      return inner && into.includes(name) ? fieldsOf(inner, []).map((part) => `${name}.${part}`) : [name];
    })
    .toSorted();

/** The object in a field that may be null or missing. */
function objectIn(field: unknown): z.ZodMiniObject | undefined {
  if (field instanceof z.ZodMiniObject) return field;
  const wraps = field instanceof z.ZodMiniNullable || field instanceof z.ZodMiniOptional;
  return wraps ? objectIn(field._zod.def.innerType) : undefined;
}

test.each([
  ['Conversation', native.Conversation, v2.Conversation, v1.TaggedConversation],
  ['Participant', NativeParticipant, v2.Participant, v1.Participant],
  ['Message', NativeMessage, V2Message, V1Message],
] as const)('each field of a %s stands once in its dialect’s column', (section, ofNative, ofV2, ofV1) => {
  const into = ['link', 'content', 'pivot', 'taggable_info', 'context', 'status', 'timestamps'];
  expect(documented(section)).toEqual({
    native: fieldsOf(ofNative, into),
    v2: fieldsOf(ofV2, into),
    v1: fieldsOf(ofV1, into),
  });
});
