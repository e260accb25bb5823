import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { installedEngine } from '../../local/dynamodb/engine.ts';
import { addressOf, freePort, listening } from '../../local/listening.ts';

const main = fileURLToPath(new URL('../../local/main.ts', import.meta.url));

/** What `npm start` runs, keeping nothing: its process, what it prints, and how it ends. */
function run(
  environment: Record<string, string | undefined>,
  command: [string, ...string[]] = [process.execPath, main],
) {
  const [file, ...args] = command;
  const child = spawn(file, args, { env: { ...process.env, PARLEY_DATA: 'memory', ...environment } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const printed = { out: '', errors: '' };
  child.stdout.on('data', (chunk) => {
    printed.out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    printed.errors += chunk;
  });
  const ended = once(child, 'close').then(([code]) => ({ code, ...printed }));
  return { child, printed, ended };
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await what())) await sleep(20);
}

/** The processes that `child` has started and that still run. */
async function descendants({ pid }: ChildProcess): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return children.split(' ').filter(Boolean).map(Number);
}

const commandOf = (pid: number) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');

const isAlive = async (pid: number) => {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => 'State:\tX');
  return !/^State:\t[XZ]/m.test(status);
};
const isLinux = process.platform === 'linux';

/** Until it listens, and has begun whatever it begins. */
const untilItListens = (port: number) =>
  until(() =>
    fetch(`http://localhost:${port}`).then(
      (answer) => answer.status === 503,
      () => false,
    ),
  );

test('begins with one line, and ends in order at SIGTERM', async () => {
  const port = await freePort();
  const { child, printed, ended } = run({ PORT: String(port) });
  await until(() => printed.out.includes('\n') || child.exitCode !== null);
  expect(printed.out).toBe(`ready at http://localhost:${port} (Ctrl-C ends it)\n`);
  expect((await fetch(`http://localhost:${port}/health`)).status).toBe(200);
  const started = isLinux ? await descendants(child) : [];

  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 0, out: printed.out, errors: '' });
  await until(async () => !(await Promise.all(started.map(isAlive))).includes(true));
});

test('ends in order when it is npm that gets the signal', async () => {
  const port = await freePort();
  const { child, printed, ended } = run({ PORT: String(port) }, ['npm', 'start', '--silent']);
  await until(() => printed.out.includes('ready') || child.exitCode !== null);
  child.kill('SIGTERM');
  expect(await ended).toMatchObject({ code: 0, out: `ready at http://localhost:${port} (Ctrl-C ends it)\n` });
  await expect(fetch(`http://localhost:${port}/health`)).rejects.toThrow();
});

test.each(['SIGTERM', 'SIGINT'] as const)('ends in order when %s comes while it starts', async (signal) => {
  const port = await freePort();
  const { child, ended } = run({ PORT: String(port) });
  await untilItListens(port);
  if (isLinux) await until(async () => (await descendants(child)).length > 0);
  const started = isLinux ? await descendants(child) : [];
  child.kill(signal);
  expect(await ended).toEqual({ code: 0, out: '', errors: '' });
  await until(async () => !(await Promise.all(started.map(isAlive))).includes(true));
});

test.runIf(isLinux && installedEngine() !== null)('leaves no engine behind even when it is killed', async () => {
  const temporary = await mkdtemp(join(tmpdir(), 'parley-killed-'));
  onTestFinished(() => rm(temporary, { recursive: true, force: true }));
  const { child, ended } = run({ PORT: String(await freePort()), TMPDIR: temporary, DYNAMODB_ENDPOINT: undefined });
  const engines = async () => {
    const commands = await Promise.all(
      (await descendants(child)).map(async (pid) => [pid, await commandOf(pid)] as const),
    );
    return commands.filter(([, command]) => /^[^\0]*dynoxide/.test(command)).map(([pid]) => pid);
  };
  await until(async () => (await engines()).length > 0);
  const [engine = 0] = await engines();
  child.kill('SIGKILL');
  await ended;
  await until(async () => !(await isAlive(engine)));
});

test('says that the port is taken', async () => {
  const server = createServer();
  await listening(server, 0, '127.0.0.1');
  const { port } = addressOf(server);
  const { code, out, errors } = await run({ PORT: String(port) }).ended;
  await new Promise((resolve) => server.close(resolve));
  expect([code, out]).toEqual([1, '']);
  expect(errors).toMatch(new RegExp(`^unable to listen at port ${port}; it is taken.*\n$`));
});

test.each([
  ['a port that is none', { PORT: 'http' }, /PORT/],
  ['a way of keeping data that it does not know', { PARLEY_DATA: 'cloud' }, /PARLEY_DATA/],
  ['an engine that does not answer', { DYNAMODB_ENDPOINT: 'http://127.0.0.1:1' }, /127\.0\.0\.1:1; start it/],
])('says what is wrong with %s', async (_, environment, message) => {
  const { code, out, errors } = await run({ PORT: String(await freePort()), ...environment }).ended;
  expect([code, out]).toEqual([1, '']);
  expect(errors).toMatch(message);
  expect(errors).not.toMatch(/\n {4}at /);
});
