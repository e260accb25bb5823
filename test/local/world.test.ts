import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import * as z from 'zod/mini';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { people } from '../../local/world.ts';

const dynamodbEndpoint = process.env['DYNAMODB_ENDPOINT'];
// A DynamoDB that is not ours may remember the world of an earlier run.
const newWorldTest = test.skipIf(dynamodbEndpoint !== undefined);

let directory = '';
let cloud: Cloud;
const start = (port = 0) =>
  startCloud({
    port,
    directory,
    assembly: inject('assembly'),
    dynamodbEndpoint,
    world: true,
  });
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-world-'));
  cloud = await start();
});
afterAll(async () => {
  await cloud.close();
  await rm(directory, { recursive: true });
});

const Conversations = z.array(z.object({ id: z.string(), lastSeq: z.number(), participantCount: z.number() }));
const conversationsOf = async (token: string) => {
  const answer = await fetch(`${cloud.url}/conversations`, { headers: { authorization: `Bearer ${token}` } });
  return Conversations.parse(await answer.json());
};

newWorldTest('the people of one organization share a conversation, of which the other sees nothing', async () => {
  const { ada, bea, dee } = people;
  const [shared] = await conversationsOf(await cloud.token({ ...bea }));
  expect(shared).toMatchObject({ participantCount: 3, lastSeq: 4 });
  expect(await conversationsOf(await cloud.token({ ...ada }))).toEqual([shared]);
  expect(await conversationsOf(await cloud.token({ ...dee }))).toEqual([]);
});

newWorldTest('the directory of an organization shows its people, and no other’s', async () => {
  const { ada, abe, bea, dee } = people;
  const directoryOf = async (person: typeof ada) => {
    const headers = { authorization: `Bearer ${await cloud.token({ ...person })}` };
    return (await fetch(`${cloud.url}/users`, { headers })).json();
  };
  const shown = ({ sub: id, name, email }: typeof ada) => expect.objectContaining({ id, name, email });
  expect(await directoryOf(bea)).toEqual([abe, ada, bea].map(shown));
  expect(await directoryOf(dee)).toEqual([shown(dee)]);
});

test('a start on kept data adds nothing, and earlier tokens still hold', async () => {
  const token = await cloud.token({ ...people.ada });
  const before = await conversationsOf(token);
  await cloud.close();
  cloud = await start(Number(new URL(cloud.url).port));
  expect(await conversationsOf(token)).toEqual(before);
});

newWorldTest('the lines of the start page work when they are pasted', async () => {
  const page = await (await fetch(cloud.url)).text();
  const text = page.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
  const commands = [...text.matchAll(/<code>(curl [^\n]*?)<\/code>/g)].map(([, command = '']) => command);
  const answers = [];
  for (const command of commands) {
    const { stdout } = await promisify(execFile)('sh', ['-c', command]);
    answers.push(JSON.parse(stdout));
  }
  expect(answers).toEqual([
    [expect.objectContaining({ name: 'Opening day' })],
    expect.arrayContaining([expect.objectContaining({ seq: 1 }), expect.objectContaining({ seq: 4 })]),
    expect.objectContaining({ seq: 5, text: 'Hello from the terminal' }),
    expect.objectContaining({ type: 'direct' }),
    expect.objectContaining({ error: 'not_found' }),
    expect.arrayContaining([
      expect.objectContaining({ subject: 'Opening day', messages: expect.arrayContaining([expect.anything()]) }),
    ]),
    { message: expect.any(String), data: expect.objectContaining({ taggable_type: 'Order', taggable_id: 7 }) },
    { token: expect.stringMatching(/^eyJ/) },
  ]);
});

test('the functions log JSON into a file, which names no text of a message', async () => {
  const log = await readFile(join(directory, 'functions.log'), 'utf8');
  expect(log).not.toContain('Hello from the terminal');
  for (const line of log.split('\n').filter(Boolean)) expect(() => JSON.parse(line)).not.toThrow();
});
