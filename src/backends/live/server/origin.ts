/** Checks that a request does not come from the web page of another site, which a browser would send with credentials. */
import type { RequestHeaders } from '../../../delivery/routes.js';

/** Reports whether the request names no origin, as programs do, or its own. */
export function isOwnOrigin(headers: RequestHeaders): boolean {
  const { host } = headers;
  // The other name is that of WebSocket's version 8.
  const origin = headers.origin ?? headers['sec-websocket-origin']?.toString();
  if (origin === undefined) return true;
  const [, scheme] = /^(https?:\/\/)[^/?#@\\]+$/i.exec(origin) ?? [];
  if (scheme === undefined || host === undefined) return false;
  // The scheme is not compared: behind a proxy that ends TLS, it differs. Parsing removes the default port.
  const [from, own] = [origin, scheme + host].map((url) => (URL.canParse(url) ? new URL(url) : undefined));
  return from !== undefined && from.host === own?.host;
}
