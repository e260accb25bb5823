// What runs in a function's worker: Lambda's runtime. It loads the bundle and carries out one invocation at a time.
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { Invocation, type Report, Startup } from './protocol.ts';

const report = (message: Report) => parentPort?.postMessage(message);

const failure = (thrown: unknown): Report => {
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { failure: { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' } };
};

const { file, handler: name } = Startup.parse(workerData);

const loadHandler = async () => {
  const bundle: Record<string, unknown> = await import(pathToFileURL(file).href);
  const handler = bundle[name];
  if (typeof handler !== 'function') throw new TypeError(`${name} is not exported or no function`);
  return handler;
};

try {
  const handler = await loadHandler();
  parentPort?.on('message', async (message: unknown) => {
    try {
      const { event, deadline, context } = Invocation.parse(message);
      const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
      const result: unknown = await handler(JSON.parse(event), { ...context, getRemainingTimeInMillis });
      report({ result: JSON.stringify(result) ?? 'null' });
    } catch (thrown) {
      report(failure(thrown));
    }
  });
  report({ ready: true });
} catch (thrown) {
  report(failure(thrown));
}
