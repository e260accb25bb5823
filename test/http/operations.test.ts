import { randomUUID } from 'node:crypto';
import { expect, test, vi } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { actions } from '../../core/contract/socket.ts';
import { holdsToken, useCloud } from '../support/cloud.ts';
import { playEveryFrame } from '../support/live-scenario.ts';
import { playEverything } from '../support/scenario.ts';

const { call, reply, cloud, logs } = useCloud();

test('functions are granted what they do and nothing else, and log every request but nothing of what it says', async () => {
  const secret = `secret ${randomUUID()}`;
  const requestIds: string[] = [];
  const watched: typeof call = async (...request) => {
    const answer = await call(...request);
    expect(answer.status, `${request[1]}: ${JSON.stringify(answer.body)}`).toBeLessThan(500);
    requestIds.push(answer.headers.get('x-request-id') ?? '');
    return answer;
  };
  await playEverything({ call: watched, reply }, secret);
  await playEveryFrame({ call: watched, cloud }, secret);
  await cloud().settled();

  const lines = logs.map((line) => JSON.parse(line));
  expect(logs.join('\n')).not.toContain(secret);
  expect(logs.join('\n')).not.toContain('secret.example');
  expect(logs.filter(holdsToken)).toEqual([]);
  const logged = new Set(lines.map(({ requestId }) => requestId));
  const unseen = requestIds.filter((id) => !logged.has(id));
  // The one that the gateway refused by itself never reached a function.
  expect(unseen).toHaveLength(1);
  expect(
    lines.filter(({ route }) => route === `POST /conversations/{id}/messages`).map(({ status }) => status),
  ).toEqual([201, 201, 201, 409, 400, 400, 201, 201]);

  const access = cloud().access();
  // Beside those of the manifests: two authorizers, what a connection begins and ends with, the stream's two and the sweep.
  const operations = new Set(routes.map(({ operation }) => operation));
  expect(access.size).toBe(operations.size + actions.length + 2 + 3 + 2 + 1);
  const named = (of: 'granted' | 'performed') =>
    Object.fromEntries([...cloud().access()].map(([name, each]) => [name, each[of]]));
  // The functions of sockets that have just closed are at work still.
  await vi.waitFor(() => expect(named('granted')).toEqual(named('performed')), 30_000);
});
