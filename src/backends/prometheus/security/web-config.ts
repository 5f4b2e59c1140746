/**
 * Reads the web configuration file of Prometheus and its exporters: TLS, users, headers and a rate limit.
 *
 * The format is specified in exporter-toolkit, docs/web-configuration.md. As there, an unknown field is an error.
 */
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseDocument } from 'yaml';
import { MetricsError, type Problem } from '../../../errors.js';
import { isUserName, type NamedSecrets } from './credentials.js';
import { errorCodeOf, isFileName, printableFile } from './file-names.js';
import { isPasswordHash } from './passwords.js';
import type { RateLimit } from './rate-limit.js';
import type { TlsSettings } from './tls-reloader.js';
import { openSection, printableText, type Section } from './web-config-section.js';
import { readTlsSection, tlsFields } from './web-config-tls.js';

/** Contents of the file. */
export interface WebConfig {
  /** `undefined` when the file does not configure TLS. */
  readonly tls: TlsSettings | undefined;
  /** Password hashes by user name. */
  readonly users: NamedSecrets;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: RateLimit | undefined;
  /** Valid settings that are not supported. */
  readonly warnings: readonly string[];
}

/** Headers that may be set, with the permitted values if they are limited. */
const allowedHeaders: Readonly<Record<string, readonly string[] | undefined>> = {
  'Content-Security-Policy': undefined,
  'Strict-Transport-Security': undefined,
  'X-Content-Type-Options': ['nosniff'],
  'X-Frame-Options': ['deny', 'sameorigin'],
  'X-XSS-Protection': undefined,
};

/**
 * Reads a web configuration file.
 *
 * @param where name of the option with the file name, for problems.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems, each with its path in the file.
 */
export function readWebConfig(file: string, where = 'prometheus.webConfigFile'): WebConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const expected = `${isFileName(file) ? 'a readable file' : 'a file name'} (${errorCodeOf(error)})`;
    const problem = { where, ...printableFile(file), expected };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  return parseWebConfig(text, file);
}

/**
 * Parses the text of a web configuration file.
 *
 * @param file name for problems; file names in the text are relative to its folder.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems. The message contains no keys, hashes or passwords.
 */
export function parseWebConfig(text: string, file: string): WebConfig {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const known = ['tls_server_config', 'http_server_config', 'basic_auth_users', 'rate_limit'];
  const root = openSection(file, '', parseYaml(text, file), known, problems);

  const tls = readTlsSection(root.section('tls_server_config', tlsFields), dirname(file), warnings);
  const users = readUsers(root);
  const headers = readHttp(root.section('http_server_config', ['http2', 'headers']), warnings);
  const rateLimit = readRateLimit(root.section('rate_limit', ['interval', 'burst']));
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  return { tls, users, headers, rateLimit, warnings: warnings.map((warning) => `prometheus: ${warning}`) };
}

/** Parses YAML without types: every scalar is a string, and mappings become maps, which are safe for any key. */
function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { schema: 'failsafe', customTags: ['null'] });
  // Location and code only: the parser's messages quote the file.
  const problems = document.errors.map(({ code, linePos }) => ({
    where: linePos === undefined ? file : `${file}:${linePos[0].line}:${linePos[0].col}`,
    expected: `valid YAML (${code})`,
  }));
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 100 });
  } catch {
    const problem = { where: file, expected: 'YAML with defined aliases, at most 100 of them' };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
}

function readUsers(root: Section): NamedSecrets {
  const users = root.stringMap('basic_auth_users');
  for (const [name, hash] of users) {
    const field = `basic_auth_users.${printableText(name)}`;
    if (!isUserName(name)) root.addProblem(field, 'a user name without a colon');
    if (!isPasswordHash(hash)) root.addProblem(field, 'a bcrypt hash with a cost from 4 to 16');
  }
  return Object.fromEntries(users);
}

function readHttp(http: Section, warnings: string[]): Readonly<Record<string, string>> {
  if (http.boolean('http2') === true) {
    warnings.push(`${http.where('http2')}: HTTP/2 is not supported; HTTP/1.1 is used`);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of http.stringMap('headers')) {
    const field = `headers.${printableText(name)}`;
    const values = allowedHeaders[name];
    if (!Object.hasOwn(allowedHeaders, name)) {
      http.addProblem(field, `one of ${Object.keys(allowedHeaders).join(', ')}`);
    } else if (value === '') {
      // An empty value means that the header is not set.
    } else if (values !== undefined && !values.includes(value)) {
      http.addProblem(field, values.join(' or '), value);
    } else if (!/^[\t\x20-\x7e]*$/.test(value)) {
      http.addProblem(field, 'printable ASCII');
    } else {
      headers[name] = value;
    }
  }
  return headers;
}

function readRateLimit(section: Section): RateLimit | undefined {
  const interval = section.string('interval');
  const burst = section.string('burst');
  const intervalMs = interval === undefined ? 0 : parseDuration(interval);
  if (intervalMs === undefined) section.addProblem('interval', 'a duration such as 500ms or 1s', interval);
  const validBurst = burst === undefined ? intervalMs === 0 : /^\d{1,9}$/.test(burst);
  if (!validBurst || (intervalMs !== 0 && Number(burst) === 0))
    section.addProblem('burst', "a whole number from 1 (0 is Prometheus' default, and refuses every request)", burst);
  return intervalMs === undefined || intervalMs === 0 ? undefined : { intervalMs, burst: Number(burst) };
}

const millisecondsOf: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Returns the milliseconds of a Go duration such as `1m30s`; a number without a unit is in nanoseconds. */
function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1e-6;
  if (!/^\+?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, value, unit = ''] of text.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    sum += Number(value) * (millisecondsOf[unit] ?? 0);
  }
  return sum;
}
