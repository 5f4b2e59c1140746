/** Servers that are requested, by scheme, host and port. */
import { otherValue } from '../../model/instrument.js';

/** One of them, as attributes tell it. */
export interface Origin {
  /** As URLs have it; `unix:` and a path for a socket of the machine. */
  readonly name: string;
  readonly attributes: {
    readonly 'url.scheme': 'http' | 'https';
    readonly 'server.address': string;
    readonly 'server.port'?: number;
  };
}

/** Origins that were met, so that their URLs are read once; so many of them. */
export class Origins {
  readonly #known = new Map<string, Origin>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @param url scheme, host and perhaps a port, 0 where it is not known; `socketPath` where the way there is a socket of the machine. */
  of(url: string, socketPath?: string): Origin {
    const key = socketPath === undefined ? url : `${url} ${socketPath}`;
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const origin = socketPath === undefined ? read(url) : atSocket(url, socketPath);
    if (this.#known.size < this.#limit) this.#known.set(key, origin);
    return origin;
  }
}

function read(url: string): Origin {
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

function atSocket(url: string, path: string): Origin {
  return { name: `unix:${path}`, attributes: { 'url.scheme': schemeOf(url), 'server.address': path } };
}

function schemeOf(url: string): 'http' | 'https' {
  return url.startsWith('https:') ? 'https' : 'http';
}
