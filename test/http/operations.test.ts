import { randomUUID } from 'node:crypto';
import { expect, test } from 'vitest';
import { routes } from '../../core/contract/routes.ts';
import { useCloud } from '../support/cloud.ts';
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
  await cloud().settled();

  const lines = logs.map((line) => JSON.parse(line));
  expect(logs.join('\n')).not.toContain(secret);
  expect(logs.join('\n')).not.toContain('secret.example');
  expect(logs.join('\n')).not.toContain('eyJ');
  const logged = new Set(lines.map(({ requestId }) => requestId));
  const unseen = requestIds.filter((id) => !logged.has(id));
  // The one that the gateway refused by itself never reached a function.
  expect(unseen).toHaveLength(1);
  expect(
    lines.filter(({ route }) => route === `POST /conversations/{id}/messages`).map(({ status }) => status),
  ).toEqual([201, 201, 201, 409, 400, 400]);

  const access = cloud().access();
  expect(access.size).toBe(new Set(routes.map(({ operation }) => operation)).size + 2);
  for (const [name, { granted, performed }] of access) {
    expect({ name, granted }).toEqual({ name, granted: performed });
  }
});
