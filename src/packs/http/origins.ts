/** Requested servers, identified by scheme, host and port. */
import { otherValue } from '../../model/instrument.js';

/** A requested server and its attributes. */
export interface Origin {
  /** The origin as in URLs; `unix:PATH` for a Unix domain socket. */
  readonly name: string;
  readonly attributes: {
    readonly 'url.scheme': 'http' | 'https';
    readonly 'server.address': string;
    readonly 'server.port'?: number;
  };
}

/** Cache of parsed origins, so that each URL is parsed once. Holds at most `limit` entries. */
export class Origins {
  readonly #cache = new Map<string, Origin>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /**
   * Returns the origin of a request.
   *
   * @param url scheme, host and an optional port; port 0 means that the port is unknown.
   * @param socketPath the path of the Unix domain socket that the request uses, if any.
   */
  of(url: string, socketPath?: string): Origin {
    const key = socketPath === undefined ? url : `${url} ${socketPath}`;
    const cached = this.#cache.get(key);
    if (cached !== undefined) return cached;
    const origin = socketPath === undefined ? parse(url) : socketOrigin(url, socketPath);
    if (this.#cache.size < this.#limit) this.#cache.set(key, origin);
    return origin;
  }
}

function parse(url: string): Origin {
  const scheme = schemeOf(url);
  try {
    const { hostname, port, origin } = new URL(url);
    const defaultPort = scheme === 'https' ? 443 : 80;
    return {
      name: origin,
      attributes: {
        'url.scheme': scheme,
        'server.address': hostname.replace(/^\[|\]$/g, ''),
        ...(port === '0' ? {} : { 'server.port': port === '' ? defaultPort : Number(port) }),
      },
    };
  } catch {
    return { name: otherValue, attributes: { 'url.scheme': scheme, 'server.address': otherValue } };
  }
}

function socketOrigin(url: string, path: string): Origin {
  return { name: `unix:${path}`, attributes: { 'url.scheme': schemeOf(url), 'server.address': path } };
}

function schemeOf(url: string): 'http' | 'https' {
  return url.startsWith('https:') ? 'https' : 'http';
}
