/**
 * The web configuration file of Prometheus and its exporters: TLS, users, headers and a rate limit.
 *
 * The format is that of exporter-toolkit, docs/web-configuration.md. As there, a field that is not known is an error.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { MetricsError, type Problem } from '../../../errors.js';
import { isUserName, type NamedSecrets } from './credentials.js';
import { codeOf, isFileName, shownFile } from './files.js';
import { isPasswordHash } from './passwords.js';
import type { RateLimit } from './rate-limit.js';
import { openSection, type Section, shownName } from './sections.js';
import type { TlsSettings } from './tls.js';
import { readTlsSection, tlsFields } from './web-config-tls.js';

const require = createRequire(import.meta.url);

/** What the file says. */
export interface WebConfig {
  /** `undefined` when the file asks for none. */
  readonly tls: TlsSettings | undefined;
  /** Hashes of passwords by user. */
  readonly users: NamedSecrets;
  /** Headers of every response. */
  readonly headers: Readonly<Record<string, string>>;
  readonly rateLimit: RateLimit | undefined;
  /** What was understood and cannot be done. */
  readonly warnings: readonly string[];
}

/** Headers that may be set, with their values where only some make sense. */
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
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong, each by its path in the file.
 */
export function readWebConfig(file: string): WebConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const what = isFileName(file) ? 'a file that can be read' : 'the name of a file';
    const problem = { where: 'webConfigFile', ...shownFile(file), expected: `${what} (${codeOf(error)})` };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  return parseWebConfig(text, file);
}

/**
 * Parses the text of a web configuration file.
 *
 * @param file its name, for problems; file names in the text are relative to it.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID as above. Keys, hashes and passwords are not in the message.
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

/** Every scalar as the text it is, and mappings as maps, whatever their keys are called. */
function parseYaml(text: string, file: string): unknown {
  const { parseDocument } = require('yaml') as typeof import('yaml');
  const document = parseDocument(text, { schema: 'failsafe', customTags: ['null'] });
  // Only the place and the kind of what is wrong: the messages of the parser quote the file.
  const problems = document.errors.map(({ code, linePos }) => ({
    where: linePos === undefined ? file : `${file}:${linePos[0].line}:${linePos[0].col}`,
    expected: `YAML (${code})`,
  }));
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  try {
    return document.toJS({ mapAsMap: true, maxAliasCount: 100 });
  } catch {
    const problem = { where: file, expected: 'YAML whose aliases are defined, and few' };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
}

function readUsers(root: Section): NamedSecrets {
  const users = root.named('basic_auth_users');
  for (const [name, hash] of users) {
    const field = `basic_auth_users.${shownName(name)}`;
    if (!isUserName(name)) root.wrong(field, 'a name without a colon');
    if (!isPasswordHash(hash)) root.wrong(field, 'a bcrypt hash with a cost from 4 to 16');
  }
  return Object.fromEntries(users);
}

function readHttp(http: Section, warnings: string[]): Readonly<Record<string, string>> {
  if (http.flag('http2') === true) {
    warnings.push(`${http.where('http2')}: HTTP/2 is not spoken, and HTTP/1.1 is`);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of http.named('headers')) {
    const field = `headers.${shownName(name)}`;
    const values = allowedHeaders[name];
    if (!Object.hasOwn(allowedHeaders, name)) {
      http.wrong(field, `one of ${Object.keys(allowedHeaders).join(', ')}`);
    } else if (value === '') {
      // Blank is not set.
    } else if (values !== undefined && !values.includes(value)) {
      http.wrong(field, values.join(' or '), value);
    } else if (!/^[\t\x20-\x7e]*$/.test(value)) {
      http.wrong(field, 'a text that a header can carry');
    } else {
      headers[name] = value;
    }
  }
  return headers;
}

function readRateLimit(section: Section): RateLimit | undefined {
  const interval = section.text('interval');
  const burst = section.text('burst');
  const intervalMs = interval === undefined ? 0 : parseDuration(interval);
  if (intervalMs === undefined) section.wrong('interval', 'a duration such as 500ms or 1s', interval);
  const validBurst = burst === undefined ? intervalMs === 0 : /^\d{1,9}$/.test(burst);
  if (!validBurst || (intervalMs !== 0 && Number(burst) === 0)) section.wrong('burst', 'a number from 1', burst);
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

/** Milliseconds of a duration of Go, such as `1m30s`; a number without a unit counts nanoseconds. */
function parseDuration(text: string): number | undefined {
  if (/^\d+$/.test(text)) return Number(text) * 1e-6;
  if (!/^\+?((\d+(\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h))+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, value, unit] of text.matchAll(/([\d.]+)([a-zµμ]+)/g)) {
    sum += Number(value) * (millisecondsOf[unit as string] as number);
  }
  return sum;
}
