/** Checks that an endpoint which other machines can reach requires authentication. */
import type { Problem } from '../../../errors.js';

/**
 * Reports whether only programs on this machine reach a server that listens on `host`: `localhost`, 127.0.0.0/8, ::1, or
 * 127.0.0.0/8 mapped to IPv6. Any other host, including the empty one and `0.0.0.0`, counts as reachable from outside.
 */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  if (/^127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(host)) return true;
  const address = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
  const url = `http://[${address}]`;
  if (!address.includes(':') || !/^[0-9a-f:.]+$/i.test(address) || !URL.canParse(url)) return false;
  // URL normalizes the address to its shortest form.
  return /^\[::(1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/.test(new URL(url).hostname);
}

/** Longest host in a message beside its remedy. */
const maxShownLength = 12;

/**
 * Returns the problem of listening on `host`: other machines reach it, no authentication is required, and
 * `allowUnprotected` is not set. Returns `undefined` when there is no problem.
 */
export function exposureProblem(endpoint: {
  readonly host: string;
  /** True if users, tokens, a check or verified client certificates are required. */
  readonly isProtected: boolean;
  readonly allowUnprotected: boolean;
}): Problem | undefined {
  const { host, isProtected, allowUnprotected } = endpoint;
  if (isProtected || allowUnprotected || isLoopback(host)) return undefined;
  return {
    where: 'prometheus.host',
    value: host,
    expected: 'authentication, because other machines reach it',
    // The variable of the safe remedy whole, the other one for who looks for it.
    statement:
      `${host.length > maxShownLength ? 'it' : host || 'an empty host'} is reachable from other machines: ` +
      'set OTELIER_PROMETHEUS_BEARER_TOKENS (or …ALLOW_UNPROTECTED=true)',
  };
}
