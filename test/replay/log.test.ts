import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseLog, readLog } from '../../replay/log.ts';

const line = (entry: object): string => JSON.stringify({ n: 7, at: '11:11', nick: 'ann', text: 'hi', ...entry });

test('a log holds its people, and what they said and how they came and went, in order', () => {
  const lines = [
    line({ n: 1 }),
    line({ n: 2, nick: 'bea', text: undefined, event: 'join' }),
    line({ n: 4, text: ' as\u00a0it is ', replyTo: 1 }),
    line({ n: 5, text: undefined, event: 'leave' }),
  ];
  expect(parseLog(`${lines.join('\n')}\n`, 'some/where/x.ndjson')).toEqual({
    name: 'x.ndjson',
    nicks: ['ann', 'bea'],
    lines: [
      { n: 1, nick: 'ann', text: 'hi', replyTo: undefined },
      { nick: 'bea', event: 'join' },
      { n: 4, nick: 'ann', text: ' as\u00a0it is ', replyTo: 1 },
      { nick: 'ann', event: 'leave' },
    ],
  });
});

describe('what is wrong with a line is told by file and line', () => {
  test.each([
    ['no JSON', '{"n": 1, "nick"', 'it is not JSON'],
    ['no object', '[]', 'must be an object'],
    ['no number', line({ n: '7' }), 'n: must be a whole number'],
    ['no nick', line({ nick: '' }), 'nick: must not be empty'],
    ['nothing said', line({ text: undefined }), 'must have either a text or an event'],
    ['said while joining', line({ event: 'join' }), 'must have either a text or an event'],
    ['another event', line({ text: undefined, event: 'kick' }), 'event: must be "join" or "leave"'],
    ['a blank text', line({ text: ' \t' }), 'text: must not be blank'],
    ['a text that no message can hold', line({ text: 'x'.repeat(5_001) }), 'text: must have at most 5000 characters'],
    ['a link to nowhere', line({ replyTo: 'ann' }), 'replyTo: must be a whole number'],
    ['a number twice', line({ n: 1 }), 'n: 1 was there before'],
  ])('%s', (_, bad, why) => {
    expect(() => parseLog(`${line({ n: 1 })}\n\n${bad}\n`, 'x.ndjson')).toThrow(`unable to read x.ndjson:3; ${why}`);
  });
});

test('a file that is empty or missing is told by its name', async () => {
  expect(() => parseLog('\n', 'x.ndjson')).toThrow('unable to play x.ndjson; nobody is in it');
  await expect(readLog('/no/such/x.ndjson')).rejects.toThrow('unable to read /no/such/x.ndjson; ENOENT');
});

test('the fixtures are logs', async () => {
  const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/ubuntu-irc/${name}.ndjson`, import.meta.url));
  const logs = await Promise.all(['2005-07-06_14', '2008-07-14_18'].map((name) => readLog(fixture(name))));
  expect(logs.map(({ lines }) => lines.length)).toEqual([55, 35]);
});
