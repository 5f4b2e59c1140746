/** URLs of endpoints: validation, redaction, and the URL that a text without a scheme probably stands for. */
import { isPlaceholder, maskPlaceholders } from './placeholders.js';

/**
 * Reports whether the text is an `http` or `https` URL. A variable in host or path that was not replaced by its value
 * makes it invalid: `URL` accepts `${HOST}` as a host.
 */
export function isHttpUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, pathname } = new URL(text);
  if (hasUnsetSecret(text)) return false;
  return /^https?:$/.test(protocol) && !/[${}()]/.test(hostname) && !/(?:\$|%7b)%7b/i.test(pathname);
}

/** Reports whether user, password or a value of the query is a variable that was not replaced by its value. */
function hasUnsetSecret(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { username, password, searchParams } = new URL(text);
  return (
    [username, password].some((part) => isPlaceholder(decoded(part))) || [...searchParams.values()].some(isPlaceholder)
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
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
const namedHost =
  /^(?:\[[\da-f:.]+\]:\d{1,5}|:?\d{1,5}|(?:[a-z\uE000-\uF8FF_-]+|[a-z\d\uE000-\uF8FF_-]+(?:\.[a-z\d\uE000-\uF8FF_-]+)+)(?::(?:\d{1,5}|[\uE000-\uF8FF]))*)$/;
/** A scheme other than HTTP. */
const otherScheme = /^(?!https?:)[a-z][a-z\d+.-]*:/i;
const hidden = '[redacted]';

/** Parts of a text in place of a URL. */
interface UrlParts {
  /** Quotes around the text. */
  readonly quote: string;
  readonly scheme: string;
  readonly hasUser: boolean;
  readonly host: string;
  readonly path: string;
  readonly hasQuery: boolean;
  /** True if host or path holds a variable that was not replaced by its value. */
  readonly hasPlaceholder: boolean;
}

/** Splits a text that is not a URL; returns `undefined` if no host can be told from a secret. */
function partsOf(text: string): UrlParts | undefined {
  const [, quote = '', unquoted = text.trim()] = /^(["'`])(.*)\1$/s.exec(text.trim()) ?? [];
  const { masked, restore } = maskPlaceholders(unquoted, redactEndpoint);
  const end = masked.search(/[?#]/);
  const [address, query] = end < 0 ? [masked, ''] : [masked.slice(0, end), masked.slice(end)];
  const [, scheme = '', user = '', found = '', path = ''] =
    /^\s*((?:[a-z][a-z\d+.-]*)?:?\/\/|unix:(?=\/))?(.*@)?([^/@]*)(.*)$/is.exec(address) ?? [];
  const isOther = otherScheme.test(scheme);
  // Only after a scheme of HTTP is any text a host; elsewhere it may be a user and a password.
  const isHost = /^https?:\/\/$/i.test(scheme) || namedHost.test(found) || (isOther && found === '');
  // A password may contain '?' or '#'.
  if (!isHost || query.includes('@')) {
    const nothing = { hasUser: false, host: hidden, path: '', hasQuery: false, hasPlaceholder: false };
    return isOther ? { quote, scheme, ...nothing } : undefined;
  }
  const [host, rest] = [restore(withoutPassword(found)), restore(path)];
  const hasPlaceholder = masked !== unquoted && (host !== withoutPassword(found) || rest !== path);
  return { quote, scheme, hasUser: user !== '', host, path: rest, hasQuery: query !== '', hasPlaceholder };
}

/** Redacts what follows a host unless it looks like a port: it is a password if the host is missing, as in `user:password`. */
function withoutPassword(host: string): string {
  return host.startsWith('[')
    ? host
    : host.replace(/:(?!(?:[\d\uE000-\uF8FF]*(?::[\d\uE000-\uF8FF]*)*|[a-z]{1,8}|\s*\d{1,5})$).*$/s, `:${hidden}`);
}

/**
 * Returns an invalid endpoint with user, password and query redacted; everything if no host can be told from a secret. A
 * blank text holds no secret.
 */
export function redactEndpoint(text: string): string {
  if (text.trim() === '') return text;
  const parts = partsOf(text);
  return parts === undefined ? hidden : `${parts.quote}${parts.scheme}${authorityOf(parts)}${parts.quote}`;
}

/** Returns the URL that an invalid endpoint probably stands for, redacted; `undefined` if no URL is likely. */
export function likelyUrl(text: string): string | undefined {
  const parts = partsOf(text);
  if (
    parts === undefined ||
    parts.hasPlaceholder ||
    hasUnsetSecret(text) ||
    parts.host === '' ||
    /^unix:/i.test(parts.scheme)
  )
    return undefined;
  const host = parts.host.replace(/\s/g, '').replace(/(:\d+)\1+$/, '$1');
  const secure = /^(?:https|grpcs)\b/i.test(parts.scheme) || host.endsWith(':443');
  const named = /^:?\d{1,5}$/.test(host) ? `localhost:${host.replace(':', '')}` : host;
  const url = `${secure ? 'https' : 'http'}://${authorityOf({ ...parts, host: named })}`;
  return isHttpUrl(url) ? url : undefined;
}

/**
 * Returns what is wrong with an invalid endpoint, as a phrase for what is expected; `undefined` for a missing scheme.
 *
 * @param example valid URL for the phrase.
 */
export function urlDefect(text: string, example = 'http://localhost'): string | undefined {
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const { quote, scheme, host, hasPlaceholder } = parts;
  if (quote !== '') return 'a URL without quotes';
  if (hasPlaceholder || hasUnsetSecret(text)) return 'a URL; the variable in it was not replaced by its value';
  if (otherScheme.test(scheme)) return `http:// or https://, not ${scheme}`;
  if (/\s/.test(host)) return 'a URL without blanks';
  if (host === '') return `a URL with a host, such as ${example}`;
  if (/^[\d:]*::[\d:]*$/.test(host)) return 'a URL with brackets around the IPv6 address';
  if (/(?::\d*){2}$/.test(host) && !host.startsWith('[')) return 'a URL with one port';
  const [, port] = /:([^:\]]*|\[redacted\])$/.exec(host) ?? [];
  if (port === undefined || (/^\d*$/.test(port) && Number(port) <= 65_535)) return undefined;
  return `a URL with a port from 0 to 65535${port === hidden ? '' : `, not ${port}`}`;
}

function authorityOf({ hasUser, host, path, hasQuery }: Omit<UrlParts, 'quote' | 'scheme'>): string {
  return `${hasUser ? `${hidden}@` : ''}${host}${path}${hasQuery ? `?${hidden}` : ''}`;
}
