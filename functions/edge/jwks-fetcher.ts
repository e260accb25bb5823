import { request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { FetchError } from 'aws-jwt-verify/error';
import { type Fetcher, SimpleFetcher } from 'aws-jwt-verify/https';

const TIMEOUT_MS = 1_500;
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** How an issuer's keys are fetched: over HTTPS, and over plain HTTP from the machine itself alone, for development. */
export const jwksFetcher = (uri: string): Fetcher => {
  const { protocol, hostname } = new URL(uri);
  return protocol === 'http:' && LOOPBACK.has(hostname) ? { fetch: fetchPlain } : new SimpleFetcher();
};

const fetchPlain = (uri: string): Promise<ArrayBuffer> =>
  new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(new FetchError(uri, error));
    request(uri, { signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      if (response.statusCode !== 200) fail(`status ${response.statusCode}`);
      else buffer(response).then((body) => resolve(new Uint8Array(body).buffer), fail);
    })
      .on('error', fail)
      .end();
  });
