/** Who can reach the endpoint: only this machine, or others, who then have to authenticate. */
import type { Problem } from '../../../errors.js';

/**
 * Whether only programs of this machine reach a server that listens on `host`: `localhost`, 127.0.0.0/8, ::1, and the
 * former written as IPv6. Any other name or address is reachable by others, the empty one and `0.0.0.0` above all.
 */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === 'localhost') return true;
  if (/^127(\.(25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/.test(host)) return true;
  const address = /^\[.*\]$/.test(host) ? host.slice(1, -1) : host;
  const url = `http://[${address}]`;
  if (!address.includes(':') || !/^[0-9a-f:.]+$/i.test(address) || !URL.canParse(url)) return false;
  // A URL writes every address in the one shortest form.
  return /^\[::(1|ffff:7f[0-9a-f]{2}:[0-9a-f]{1,4})\]$/.test(new URL(url).hostname);
}

/**
 * What is wrong with listening on `host`, if anything: others reach it, nobody has to authenticate, and nobody said that
 * this is meant.
 */
export function exposureProblem(endpoint: {
  readonly host: string;
  /** Whether users, tokens, a check, or client certificates that are verified are required. */
  readonly protectedBy: boolean;
  readonly allowUnprotected: boolean;
}): Problem | undefined {
  const { host, protectedBy, allowUnprotected } = endpoint;
  if (protectedBy || allowUnprotected || isLoopback(host)) return undefined;
  return {
    where: 'prometheus.host',
    value: host,
    expected:
      'a host that only this machine reaches, such as localhost, while nobody has to authenticate; ' +
      'either set users (OTELIER_PROMETHEUS_BASIC_AUTH_USERS), bearerTokens (OTELIER_PROMETHEUS_BEARER_TOKENS), ' +
      'tlsClientCaFile (OTELIER_PROMETHEUS_TLS_CLIENT_CA_FILE) or a web configuration that does, ' +
      'or say that it is meant to be open with allowUnprotected (OTELIER_PROMETHEUS_ALLOW_UNPROTECTED=true)',
  };
}
