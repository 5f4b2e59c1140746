/**
 * Checks the requested host against DNS rebinding: a web page whose host name resolves to a loopback address could read a
 * local endpoint through the browser, but the browser sends the name of the page in `Host`.
 */
import { isIP } from 'node:net';
import { isLoopback } from './network-exposure.js';

/** Entry of a list that allows any host. */
const anyHost = '*';

/** The parts of a request that name its host. */
export interface HostedRequest {
  readonly headers: { readonly host?: string | undefined };
  readonly url?: string | undefined;
}

/** Reports whether `name` can be an entry of a list of hosts: a host name or address without a port. */
export function isHostName(name: unknown): boolean {
  if (typeof name !== 'string') return false;
  return name === anyHost || isIP(withoutBrackets(name)) !== 0 || /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i.test(name);
}

/**
 * Creates the check of an endpoint; it admits every request unless the endpoint listens on a loopback host or hosts are
 * listed.
 *
 * Admitted are listed hosts, `localhost` and names below it, and addresses: a web page has a name. A request without
 * `Host`, as in HTTP/1.0, does not come from a browser and is admitted.
 *
 * @param host host that the endpoint listens on; `undefined` when it is mounted in a server of the application.
 */
export function createHostCheck(
  host: string | undefined,
  allowedHosts: readonly string[],
): (request: HostedRequest) => boolean {
  const isChecked = allowedHosts.length > 0 || (host !== undefined && isLoopback(host));
  if (!isChecked || allowedHosts.includes(anyHost)) return () => true;
  const allowed = new Set(allowedHosts.map(normalize));
  return (request) => {
    const requested = requestedHost(request);
    if (requested === undefined) return true;
    const name = normalize(requested.replace(/:\d*$/, ''));
    return name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || allowed.has(name);
  };
}

/** Returns host and port of a request; a request target in absolute form takes precedence (RFC 9112, section 3.2.2). */
function requestedHost({ headers, url = '' }: HostedRequest): string | undefined {
  return /^https?:\/\/([^/?#]*)/i.exec(url)?.[1] ?? headers.host;
}

function normalize(name: string): string {
  return withoutBrackets(name.toLowerCase()).replace(/\.$/, '');
}

function withoutBrackets(name: string): string {
  return /^\[.*\]$/.test(name) ? name.slice(1, -1) : name;
}
