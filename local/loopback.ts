import { type HttpRequest, headerOf } from './http.ts';

/** This machine as a browser names it, and nothing around it. */
const loopbackHost = /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;
const loopbackOrigin = /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i;

/**
 * Whether a request for the laptop's own pages may be answered. They hand out tokens, and nothing but this stands between
 * them and any web page that the developer has open. Listening at loopback does not help: the browser is on this machine.
 * - A page elsewhere can send requests here; the browser then names the page's origin in `Origin`.
 * - A page can have its own name point to 127.0.0.1 (DNS rebinding), and its requests are then same-origin; but the
 *   browser still names that host in `Host`.
 */
export function isFromLoopback(request: HttpRequest): boolean {
  const origin = headerOf(request, 'origin');
  return loopbackHost.test(headerOf(request, 'host') ?? '') && (origin === undefined || loopbackOrigin.test(origin));
}
