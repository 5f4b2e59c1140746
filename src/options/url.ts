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
const namedHost = /^(?:\[[\da-f:.]+\]:\d{1,5}|:?\d{1,5}|(?:[a-z_-]+|[a-z\d_-]+(?:\.[a-z\d_-]+)+)(?::\d{1,5})?)$/;
/** A variable that no shell has replaced by its value, such as `${HOST}`. */
const placeholder = /\$\{?\w+\}?/;
const onlyPlaceholder = new RegExp(`^${placeholder.source}$`);

/** Parts of a text in place of a URL. */
interface UrlParts {
  /** Quotes around the text. */
  readonly quote: string;
  readonly scheme: string;
  readonly hasUser: boolean;
  readonly host: string;
  readonly path: string;
  readonly hasQuery: boolean;
}

/** Splits a text that is not a URL; returns `undefined` if no host can be told from a secret. */
function partsOf(text: string): UrlParts | undefined {
  const [, quote = '', unquoted = text.trim()] = /^(["'`])(.*)\1$/s.exec(text.trim()) ?? [];
  const end = unquoted.search(/[?#]/);
  const [address, query] = end < 0 ? [unquoted, ''] : [unquoted.slice(0, end), unquoted.slice(end)];
  // A password may contain '?' or '#'.
  if (query.includes('@')) return undefined;
  const [, scheme = '', user = '', host = '', path = ''] =
    /^\s*((?:[a-z][a-z\d+.-]*)?:?\/\/)?(.*@)?([^/@]*)(.*)$/is.exec(address) ?? [];
  // Only after a scheme of HTTP is any text a host; elsewhere it may be a user and a password.
  const isHost = /^https?:\/\/$/i.test(scheme) || namedHost.test(host) || onlyPlaceholder.test(host);
  if (!isHost) return undefined;
  return { quote, scheme, hasUser: user !== '', host: withoutPassword(host), path, hasQuery: query !== '' };
}

/** Redacts what follows a host unless it looks like a port: it is a password if the host is missing, as in `user:password`. */
function withoutPassword(host: string): string {
  return host.startsWith('[')
    ? host
    : host.replace(/:(?!(?:\d{0,5}|[a-z]{1,8}|\s*\d{1,5}|\$\{?\w+\}?)$).*$/s, ':[redacted]');
}

/** Returns an invalid endpoint with user, password and query redacted; everything if no host can be told from a secret. */
export function redactEndpoint(text: string): string {
  const parts = partsOf(text);
  return parts === undefined ? '[redacted]' : `${parts.quote}${parts.scheme}${authorityOf(parts)}${parts.quote}`;
}

/** Returns the URL that an invalid endpoint probably stands for, redacted; `undefined` if no URL is likely. */
export function likelyUrl(text: string): string | undefined {
  const parts = partsOf(text);
  if (parts === undefined || placeholder.test(text)) return undefined;
  const host = parts.host.replace(/\s/g, '');
  const secure = /^https/i.test(parts.scheme) || host.endsWith(':443');
  const named = /^:?\d{1,5}$/.test(host) ? `localhost:${host.replace(':', '')}` : host;
  const url = `${secure ? 'https' : 'http'}://${authorityOf({ ...parts, host: named })}`;
  return isHttpUrl(url) ? url : undefined;
}

/** Returns what is wrong with an invalid endpoint, as a phrase for what is expected; `undefined` for a missing scheme. */
export function urlDefect(text: string): string | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const { quote, host } = parts;
  if (quote !== '') return 'a URL without quotes';
  if (placeholder.test(text)) return 'a URL; the variable in it was not replaced by its value';
  if (/\s/.test(host)) return 'a URL without blanks';
  if (host === '') return 'a URL with a host, such as http://localhost:4318';
  const [, port] = /:([^:\]]*|\[redacted\])$/.exec(host) ?? [];
  if (port === undefined || (/^\d*$/.test(port) && Number(port) <= 65_535)) return undefined;
  return `a URL with a port from 0 to 65535, not ${port}`;
}

function authorityOf({ hasUser, host, path, hasQuery }: UrlParts): string {
  return `${hasUser ? '[redacted]@' : ''}${host}${path}${hasQuery ? '?[redacted]' : ''}`;
}
