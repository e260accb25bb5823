import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { addressOf, listening } from '../../local/listening.ts';

/** As much of S3 and Lambda as the command speaks with: one bucket, which is a folder, and functions of the test. */
export interface Aws {
  readonly url: string;
  /** The bucket's objects, by key. */
  keys(): Promise<string[]>;
  close(): void;
}

/** Takes an event, and answers or throws as a function does. */
export type Fn = (event: unknown) => unknown;

/** So many objects are on a page of a list. */
const PAGE = 2;

export async function startAws(
  bucket: string,
  directory: string,
  functions: Readonly<Record<string, Fn>>,
): Promise<Aws> {
  const keys = async (): Promise<string[]> => {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(directory.length + 1)).toSorted();
  };

  const list = async (query: URLSearchParams): Promise<Answer> => {
    const prefix = query.get('prefix') ?? '';
    const after = query.get('continuation-token') ?? '';
    const found = (await keys()).filter((key) => key.startsWith(prefix) && key > after);
    const page = found.slice(0, PAGE);
    const isTruncated = found.length > PAGE;
    const next = isTruncated ? `<NextContinuationToken>${page.at(-1)}</NextContinuationToken>` : '';
    const contents = page.map((key) => `<Contents><Key>${key}</Key></Contents>`).join('');
    return {
      status: 200,
      body: `<ListBucketResult><IsTruncated>${isTruncated}</IsTruncated>${next}${contents}</ListBucketResult>`,
    };
  };

  const invoke = async (name: string, event: unknown): Promise<Answer> => {
    const fn = functions[name];
    if (!fn) {
      const body = JSON.stringify({ Message: `Function not found: ${name}`, Type: 'User' });
      return { status: 404, body, headers: { 'x-amzn-errortype': 'ResourceNotFoundException' } };
    }
    try {
      return { status: 200, body: JSON.stringify(await fn(event)) };
    } catch {
      const body = JSON.stringify({ errorType: 'Unconsumed', errorMessage: '' });
      return { status: 200, body, headers: { 'x-amz-function-error': 'Unhandled' } };
    }
  };

  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://aws');
    const [, name] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(pathname) ?? [];
    if (name !== undefined) return invoke(decodeURIComponent(name), JSON.parse(await text(request)));
    const [, named = '', key = ''] = /^\/([^/]+)\/?(.*)$/.exec(decodeURIComponent(pathname)) ?? [];
    if (named !== bucket)
      return {
        status: 404,
        body: '<Error><Code>NoSuchBucket</Code><Message>There is no such bucket</Message></Error>',
      };
    if (key === '') return list(searchParams);
    const file = join(directory, key);
    if (request.method === 'GET') return { status: 200, body: await readFile(file, 'utf8') };
    if (request.method !== 'DELETE') return { status: 405, body: '' };
    await rm(file);
    return { status: 204, body: '' };
  };

  const server = createServer((request, response) => {
    void answer(request)
      .catch((error: unknown): Answer => ({ status: 500, body: String(error) }))
      .then(({ status, body, headers = {} }) => response.writeHead(status, headers).end(body));
  });
  await listening(server, 0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${addressOf(server).port}`,
    keys,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}
