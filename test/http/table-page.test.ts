import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import * as z from 'zod/mini';
import type { TableAccess } from '../../infra/conversations-table.ts';
import { authorizerAccess, httpAccess, scheduleAccess, socketAccess, streamAccess } from '../../infra/table-access.ts';
import { connectTo } from '../local/socket-client.ts';
import { conversationIn, someone, useCloud } from '../support/cloud.ts';
import { playEverything } from '../support/scenario.ts';

/** So many posts to sockets fail from now on. */
let failing = 0;
const post = () => (failing-- > 0 ? 500 : undefined);
const { cloud, call, reply, rows } = useCloud({ faults: { post } });

const page = readFileSync(new URL('../../docs/table.md', import.meta.url), 'utf8');

/** The rows of the page's tables whose first cell is not their title, each as its cells. */
const tableRows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| entity') && !line.startsWith('| operation'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );

const codeIn = (cell = ''): string[] => [...cell.matchAll(/`([^`]*)`/g)].map(([, code = '']) => code);

/** Whether a key is of one of the forms in a cell; a cell without any says that there is no such key. */
function hasForm(cell: string | undefined, key: string | undefined): boolean {
  const forms = codeIn(cell).map((form) => new RegExp(`^${form.replace(/<[^>]*>/g, '.+')}$`, 's'));
  return key === undefined ? forms.length === 0 : forms.some((form) => form.test(key));
}

const Row = z.catchall(
  z.object({
    entity: z.string(),
    pk: z.string(),
    sk: z.string(),
    gsi1pk: z.optional(z.string()),
    gsi1sk: z.optional(z.string()),
  }),
  z.unknown(),
);

test('the page of the table shows each item with its keys and attributes, and no others', async () => {
  await playEverything({ call, reply }, randomUUID());
  // A socket, and a message that it has still to hear of.
  const ann = someone(randomUUID());
  const { next } = await connectTo(cloud().liveUrl ?? '', ['parley.v1', `bearer.${await cloud().token({ ...ann })}`]);
  expect(await next()).toContain('session.welcome');
  const body = { type: 'group', participantIds: [ann.sub] };
  const { id } = conversationIn(await call(ann, 'POST /conversations', { body }));
  await cloud().settled();
  failing = 2;
  await call(ann, `POST /conversations/${id}/messages`, { body: { text: 'hello' } });

  const entities = new Map(tableRows.filter(([name = '']) => !name.startsWith('`')).map((cells) => [cells[0], cells]));
  const seen = new Map<string, Set<string>>();
  for (const item of await rows()) {
    const { entity, pk, sk, gsi1pk, gsi1sk, ...attributes } = Row.parse(item);
    const [, pkForm, skForm, gsi1pkForm, gsi1skForm] = entities.get(entity) ?? [];
    expect({ entity, pk, sk, fits: hasForm(pkForm, pk) && hasForm(skForm, sk) }).toMatchObject({ fits: true });
    // Nobody who has left, or was never added, stands in the index; of conversations the global ones do.
    const { kind, role, leftAt } = attributes;
    const indexed = entity === 'conversation' ? kind === 'global' : entity !== 'participant' || (role && !leftAt);
    const fits = hasForm(indexed ? gsi1pkForm : '', gsi1pk) && hasForm(indexed ? gsi1skForm : '', gsi1sk);
    expect({ entity, gsi1pk, gsi1sk, fits }).toMatchObject({ fits: true });
    const names = seen.get(entity) ?? new Set<string>();
    for (const name of Object.keys(attributes)) names.add(name.replace(/^socket .*/, 'socket <connection>'));
    seen.set(entity, names);
  }
  expect(Object.fromEntries([...seen].map(([entity, names]) => [entity, [...names].toSorted()]))).toEqual(
    Object.fromEntries([...entities].map(([entity, cells]) => [entity, codeIn(cells[5]).toSorted()])),
  );
});

test('the page of the table lists what each function does, as its role allows', () => {
  const inFolder = (folder: string, accesses: Readonly<Record<string, TableAccess>>) =>
    Object.fromEntries(Object.entries(accesses).map(([name, access]) => [`${folder}/${name}`, access]));
  const access: Readonly<Record<string, TableAccess>> = {
    ...httpAccess,
    'rest-authorizer': authorizerAccess,
    'authorizers/socket': authorizerAccess,
    ...inFolder('socket', socketAccess),
    ...inFolder('stream', streamAccess),
    ...inFolder('schedule', scheduleAccess),
  };
  const allowed = Object.entries(access)
    .map(
      ([name, { table = [], index = [] }]) =>
        [name, [...table, ...index.map((action) => `${action} (index)`)]] as const,
    )
    .filter(([, actions]) => actions.length > 0);
  const listed = tableRows
    .filter(([name = '']) => name.startsWith('`'))
    .map(([name = '', actions = '']) => [name.slice(1, -1), actions.match(/\w+(?: \(index\))?/g) ?? []] as const);
  const sorted = (rows: readonly (readonly [string, readonly string[]])[]) =>
    Object.fromEntries(rows.map(([name, actions]) => [name, actions.toSorted()]));
  expect(sorted(listed)).toEqual(sorted(allowed));
});
