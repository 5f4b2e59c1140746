/** URLs of endpoints: validation, redaction, and the URL that a text without a scheme probably stands for. */

/** Reports whether the text is an `http` or `https` URL. */
export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/**
 * Returns the URL with user, password and query redacted: all three may hold secrets.
 *
 * @throws {TypeError} if the text is not a URL.
 */
export function redactUrl(url: string): string {
  // Without the value, which may be secret.
  if (!URL.canParse(url)) throw new TypeError('redactUrl: url: expected a URL');
  const { username, password, search, origin, pathname, host, protocol } = new URL(url);
  const authority = username === '' && password === '' ? origin : `${protocol}//[redacted]@${host}`;
  return `${authority}${pathname}${search === '' ? '' : '?[redacted]'}`;
}

/** Host that cannot be mistaken for a key: without capitals, and with digits only beside a dot; `collector:4318`, `10.0.0.1`. */
const namedHost = /^(?:\[[\da-f:.]+\]:\d+|:\d+|(?:[a-z_-]+|[a-z\d_-]+(?:\.[a-z\d_-]+)+)(?::\d+)?)$/;
const anyHost = /^(?:\[[\da-f:.]+\]|[\w.-]+)(?::\d+)?$/i;

/** Parts of a text in place of a URL. */
interface UrlParts {
  readonly scheme: string;
  readonly hasUser: boolean;
  readonly host: string;
  readonly path: string;
  readonly hasQuery: boolean;
}

/** Splits a text that is not a URL; returns `undefined` if no host can be told from a secret. */
function partsOf(text: string): UrlParts | undefined {
  const unquoted = text.trim().replace(/^(["'])(.*)\1$/s, '$2');
  const end = unquoted.search(/[?#]/);
  const [address, query] = end < 0 ? [unquoted, ''] : [unquoted.slice(0, end), unquoted.slice(end)];
  // A password may contain '?' or '#'.
  if (query.includes('@')) return undefined;
  const [, scheme = '', user = '', host = '', path = ''] =
    /^((?:[a-z][a-z\d+.-]*)?:?\/\/)?(.*@)?([^/@]*)(.*)$/is.exec(address) ?? [];
  // Only after a scheme of HTTP is any text a host; elsewhere it may be a user and a password.
  const isHost = /^https?:\/\/$/i.test(scheme) ? anyHost.test(host) : namedHost.test(host) && hasValidPort(host);
  return isHost ? { scheme, hasUser: user !== '', host, path, hasQuery: query !== '' } : undefined;
}

function hasValidPort(host: string): boolean {
  return Number(/:(\d+)$/.exec(host)?.[1] ?? 0) <= 65_535;
}

/** Returns an invalid endpoint with user, password and query redacted; everything if no host can be told from a secret. */
export function redactEndpoint(text: string): string {
  const parts = partsOf(text);
  return parts === undefined ? '[redacted]' : `${parts.scheme}${authorityOf(parts)}`;
}

/** Returns the URL that an invalid endpoint probably stands for, redacted; `undefined` if no URL is likely. */
export function likelyUrl(text: string): string | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const { scheme, host } = parts;
  const secure = /^https/i.test(scheme) || host.endsWith(':443');
  const named = host.startsWith(':') ? `localhost${host}` : host;
  const url = `${secure ? 'https' : 'http'}://${authorityOf({ ...parts, host: named })}`;
  return isHttpUrl(url) ? url : undefined;
}

function authorityOf({ hasUser, host, path, hasQuery }: UrlParts): string {
  return `${hasUser ? '[redacted]@' : ''}${host}${path}${hasQuery ? '?[redacted]' : ''}`;
}
