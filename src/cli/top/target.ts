/** Reads the arguments of `otelier top`: the endpoint, the headers of its requests and the interval. */
import { MetricsError, type Problem } from '../../errors.js';
import { isHttpUrl, likelyUrl, redactEndpoint, redactUrl, urlDefect } from '../../options/url.js';

/** An endpoint, and how it is scraped. */
export interface ScrapeTarget {
  /** URL without user and password. */
  readonly url: URL;
  /** URL for people, with user, password and query redacted. */
  readonly shownUrl: string;
  readonly headers: Headers;
  readonly intervalMs: number;
}

const example = 'http://localhost:9464/metrics';
const minIntervalMs = 100;
/** Longest delay of a timer of Node. */
const maxIntervalMs = 2 ** 31 - 1;
const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, min: 60_000, h: 3_600_000 };

/**
 * Returns the target.
 *
 * @param text URL, or a host and a port, or a port of this machine.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all invalid arguments.
 */
export function targetOf(
  text: string,
  { interval, header }: { readonly interval: string; readonly header: readonly string[] },
): ScrapeTarget {
  const problems: Problem[] = [];
  const url = readUrl(text, problems);
  const intervalMs = readInterval(interval, problems);
  const headers = readHeaders(header, problems);
  if (url === undefined || problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  const shownUrl = redactUrl(url.href);
  // `fetch` refuses URLs with credentials.
  if (url.username !== '' || url.password !== '') {
    const credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    if (!headers.has('authorization'))
      headers.set('authorization', `Basic ${Buffer.from(credentials).toString('base64')}`);
    url.username = '';
    url.password = '';
  }
  return { url, shownUrl, headers, intervalMs };
}

function readUrl(text: string, problems: Problem[]): URL | undefined {
  const host = text.trim().replace(/^:?(?=\d+(?:[/?]|$))/, 'localhost:');
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(host) ? host : `http://${host}`;
  if (!isHttpUrl(whole) || !isDecodable(whole)) {
    const expected = urlDefect(host, example) ?? `the URL of a Prometheus endpoint, such as ${example}`;
    problems.push({ where: 'URL', value: redactEndpoint(text), expected, suggestion: likelyUrl(text) });
    return undefined;
  }
  const url = new URL(whole);
  if (url.pathname === '/') url.pathname = '/metrics';
  return url;
}

/** Reports whether user and password of a URL can be decoded. */
function isDecodable(text: string): boolean {
  try {
    const { username, password } = new URL(text);
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

function readInterval(text: string, problems: Problem[]): number {
  const [, number, unit] = /^(\d+(?:\.\d+)?)([a-z]+)$/.exec(text.trim()) ?? [];
  const ms = Number(number) * (Object.hasOwn(unitMs, unit ?? '') ? (unitMs[unit as string] as number) : Number.NaN);
  if (ms >= minIntervalMs && ms <= maxIntervalMs) return ms;
  const suggestion = /^\d+$/.test(text) ? `${text}s` : undefined;
  const expected = 'a duration from 100ms to 24h, such as 500ms, 2s or 1m';
  problems.push({ where: '--interval', value: text, expected, suggestion });
  return Number.NaN;
}

function readHeaders(texts: readonly string[], problems: Problem[]): Headers {
  const headers = new Headers();
  for (const text of texts) {
    const colon = text.indexOf(':');
    try {
      if (colon < 1) throw new TypeError('no colon');
      headers.append(text.slice(0, colon).trim(), text.slice(colon + 1).trim());
    } catch {
      // Without the value, which may be secret.
      problems.push({ where: '--header', expected: "NAME: VALUE, such as 'Authorization: Bearer …'" });
    }
  }
  return headers;
}
