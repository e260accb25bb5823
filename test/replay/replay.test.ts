import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { openApi } from '../../replay/api.ts';
import { openHttp } from '../../replay/http.ts';
import { type Log, parseLog, readLog } from '../../replay/log.ts';
import { tokensOf, userIdOf } from '../../replay/people.ts';
import { readBack } from '../../replay/read-back.ts';
import { replay } from '../../replay/replay.ts';
import { summary } from '../../replay/summary.ts';

let cloud: Cloud;
beforeAll(async () => {
  cloud = await startCloud({ assembly: inject('assembly') });
});
afterAll(() => cloud?.close());

const fixture = (name: string): Promise<Log> =>
  readLog(fileURLToPath(new URL(`../fixtures/ubuntu-irc/${name}.ndjson`, import.meta.url)));

test('real logs are read back as they were played', async () => {
  const logs = await Promise.all(['2005-07-06_14', '2008-07-14_18'].map(fixture));
  const told: string[] = [];
  const progress = {
    begin: (messages: number) => told.push(`${messages} to send`),
    sent: () => told.push('sent'),
    end: () => told.push('end'),
  };
  const replayed = await replay(logs, { url: cloud.url, organization: randomUUID(), progress });

  expect(replayed.findings).toEqual([]);
  expect(
    replayed.conversations.map(({ meant, answered, links, droppedLinks }) => [
      meant.length,
      answered.length,
      links,
      droppedLinks,
    ]),
  ).toEqual([
    [55, 40, 36, 2],
    [35, 35, 28, 7],
  ]);
  expect(replayed.sendMs).toHaveLength(75);
  expect(told).toEqual(['75 to send', ...Array.from({ length: 75 }, () => 'sent'), 'end']);
  const text = summary(replayed).join('\n');
  expect(text).toContain('2005-07-06_14.ndjson');
  expect(text).toContain('14 joins, 1 leaves (0 passed over), 20 reads');
  expect(text).toContain('32 unread counts');
  expect(text).toContain('are as they should be');
});

test('more people, and more messages, than a page holds', async () => {
  const entry = (n: number) => {
    if (n < 103) return { n, nick: `nick ${n}`, event: 'join' };
    if (n === 130) return { n, nick: 'nick 7', event: 'leave' };
    return { n, nick: `nick ${n % 3}`, text: `${n}`, replyTo: n - 1 };
  };
  const log = parseLog(Array.from({ length: 150 }, (_, n) => JSON.stringify(entry(n))).join('\n'), 'crowd.ndjson');
  const { findings, unreadCounts, conversations } = await replay([log], { url: cloud.url, organization: randomUUID() });
  expect(findings).toEqual([]);
  expect(unreadCounts).toBe(102);
  expect(conversations).toMatchObject([{ meant: { length: 149 }, links: 44, droppedLinks: 2 }]);
});

test('what is not as it was played is found', async () => {
  const lines = ['ann', 'bea', 'cleo', 'ann', 'ann'].map((nick, n) =>
    JSON.stringify({ n, nick, ...(nick === 'cleo' ? { event: 'join' } : { text: 'hi' }) }),
  );
  const organization = randomUUID();
  const replayed = await replay([parseLog(lines.join('\n'), 'x.ndjson')], { url: cloud.url, organization });
  expect(replayed.findings).toEqual([]);
  const [played] = replayed.conversations;
  if (played === undefined) throw new Error('unable to go on; nothing was played');

  const api = openApi(openHttp(new AbortController().signal), cloud.url);
  const tokens = tokensOf(api, organization);
  const { conversationId, answered } = played;
  await api.markRead(await tokens.of('cleo'), conversationId, `${answered.at(-1)?.id}`);
  await api.leave(await tokens.of('bea'), conversationId);
  await api.addParticipant(await tokens.ofService(), conversationId, userIdOf('dan'));

  const { findings, unreadCounts } = await readBack(api, played, played, tokens);
  expect(findings.map(({ reading, kind, message }) => [reading, kind, message])).toEqual([
    ['newest first', 'system message', expect.stringContaining(`tells of what was not done: "${userIdOf('bea')}`)],
    ['newest first', 'system message', expect.stringContaining(`tells of what was not done: "${userIdOf('dan')}`)],
    ['oldest first', 'system message', expect.stringContaining(`tells of what was not done: "${userIdOf('bea')}`)],
    ['oldest first', 'system message', expect.stringContaining(`tells of what was not done: "${userIdOf('dan')}`)],
    ['participants', 'participants', 'bea takes part, and is not listed'],
    ['participants', 'participants', `${userIdOf('dan')} is listed, and does not take part`],
    ['unread counts', 'unread', 'cleo is told of 0 unread messages, and has 2'],
  ]);
  expect(unreadCounts).toBe(2);
  const text = summary({ ...replayed, findings });
  expect(text).toContain('Read back: 7 differences');
  expect(text).toContain('  x.ndjson, unread counts: cleo is told of 0 unread messages, and has 2');
});

test('what the API refuses ends the replay', async () => {
  const log = parseLog('{"n":1,"nick":"ann","text":"hi"}', 'x.ndjson');
  await expect(replay([log], { url: cloud.url, organization: 'not an organization' })).rejects.toThrow(
    'unable to create a conversation',
  );
});
