import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Cloud, startCloud } from '../../local/cloud.ts';
import { type Log, parseLog, readLog } from '../../replay/log.ts';
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
  expect(replayed.conversations.map(({ sent, links, droppedLinks }) => [sent.length, links, droppedLinks])).toEqual([
    [40, 36, 2],
    [35, 28, 7],
  ]);
  expect(replayed.sendMs).toHaveLength(75);
  expect(told).toEqual(['75 to send', ...Array.from({ length: 75 }, () => 'sent'), 'end']);
  const text = summary(replayed).join('\n');
  expect(text).toContain('2005-07-06_14.ndjson');
  expect(text).toContain('15 joins and leaves passed over');
  expect(text).toContain('everything is as it was sent');
});

test('more people than a conversation shows, and more messages than a page holds', async () => {
  const entries = Array.from({ length: 250 }, (_, n) =>
    JSON.stringify(
      n < 205 ? { n, nick: `nick ${n}`, event: 'join' } : { n, nick: `nick ${n % 3}`, text: `${n}`, replyTo: n - 1 },
    ),
  );
  const more = Array.from({ length: 70 }, (_, at) => JSON.stringify({ n: 250 + at, nick: 'nick 7', text: `${at}` }));
  const log = parseLog([...entries, ...more].join('\n'), 'crowd.ndjson');
  const { findings, conversations } = await replay([log], { url: cloud.url, organization: randomUUID() });
  expect(findings).toEqual([]);
  expect(conversations.map(({ sent, links, droppedLinks }) => [sent.length, links, droppedLinks])).toEqual([
    [115, 44, 1],
  ]);
});

test('what the API refuses ends the replay', async () => {
  const log = parseLog('{"n":1,"nick":"ann","text":"hi"}', 'x.ndjson');
  await expect(replay([log], { url: cloud.url, organization: 'not an organization' })).rejects.toThrow(
    'unable to create a conversation',
  );
});
