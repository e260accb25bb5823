import type { HttpRequest } from '../../local/http.ts';

/** A request as the front hands it on. */
export const request = (method: string, path: string, rest: Partial<HttpRequest> = {}): HttpRequest => ({
  method,
  path,
  query: '',
  headers: [],
  body: Buffer.alloc(0),
  tooLarge: false,
  sourceIp: '127.0.0.1',
  ...rest,
});
