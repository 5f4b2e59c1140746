/** Secrets in quotes, with blanks, or with a variable in their place: refused with the cause, and never printed. */
import { startMetrics } from 'otelier';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { describe, expect, test } from 'vitest';
import { secretDefect } from '../../src/options/secret-defect.js';
import { thrownBy } from '../support/thrown.js';
import { captureWarnings } from '../support/warnings.js';

const canary = 's3cret7f3a9c51d2';
const quotes = 'quotes';
const unset = 'variable';
const placeholder = 'placeholder';

test.each([
  [`"${canary}"`, quotes],
  [`'${canary}'`, quotes],
  [`"${canary}`, quotes],
  ['$DD_API_KEY', unset],
  [`$\{DD_API_KEY}`, unset],
  [`$\{DD_API_KEY:-}`, unset],
  ['$(DD_API_KEY)', unset],
  ['%DD_API_KEY%', unset],
  ['{{ .Values.key }}', unset],
  [`$\{{ secrets.KEY }}`, unset],
  ['<your-key>', placeholder],
  ['<YOUR API KEY>', placeholder],
  [`Bearer $\{TOKEN}`, unset],
  ['Bearer "token"', quotes],
  ['Basic <credentials>', placeholder],
  [canary, undefined],
  [`Bearer ${canary}`, undefined],
  [`pa$$word`, undefined],
  ['$ecret', undefined],
  [`it's ${canary}`, undefined],
  ['a<b>c', undefined],
  [`${canary}$\{X}`, undefined],
  ['100%25', undefined],
  ['{"resource_attributes_as_tags":true}', undefined],
])('%s: %s', (text, defect) => {
  expect(secretDefect(text)).toBe(defect);
});

test('a key or a token has no blanks', () => {
  expect(secretDefect('two words')).toBeUndefined();
  expect(secretDefect('two words', false)).toBe('blanks');
});

/** Reads what a start with these variables logs. */
async function logged(environment: Record<string, string>): Promise<string[]> {
  const warnings = captureWarnings();
  const metrics = startMetrics({
    isolated: true,
    environment: { OTEL_EXPORTER_PROMETHEUS_PORT: '0', ...environment },
    shutdownTimeoutMs: 1_000,
  });
  await metrics.ready.catch(() => undefined);
  const found = [...warnings];
  await metrics.shutdown();
  expect([...warnings, String(metrics.settings)].join('\n')).not.toContain(canary);
  return found;
}

const redacted = 'got "[redacted]", expected';

/** Returns the words about a secret with a defect. */
function wordsOf(noun: string, defect: string): string {
  const isPlural = noun === 'values';
  if (defect === quotes) return `${redacted} ${noun} without quotes`;
  if (defect === unset)
    return `${redacted} ${noun}; ${isPlural ? 'a variable in them' : 'its variable'} was not replaced by its value`;
  const itself = { values: 'the values themselves', 'a name and a secret': 'a name and the secret itself' }[noun];
  return `got a placeholder (<…>), expected ${itself ?? `${noun.replace(/^an? /, 'the ')} itself`}`;
}

/** The same without a value, which lists do not show. */
const withoutValue = (line: string) => line.replace('got "[redacted]", ', '');

/** Variables that hold secrets, how a secret is written in each, and the line about a secret with a defect. */
const variables: readonly (readonly [
  exporter: string,
  variable: string,
  write: (secret: string) => string,
  line: (defect: string) => string,
])[] = [
  [
    'datadog',
    'DD_API_KEY',
    (key) => key,
    (defect) => `DD_API_KEY: ${wordsOf('an API key', defect)}; nothing is delivered`,
  ],
  [
    'otlp',
    'OTEL_EXPORTER_OTLP_HEADERS',
    (key) => `api-key=${key}`,
    (defect) => `OTEL_EXPORTER_OTLP_HEADERS: ${wordsOf('values', defect)}; ignored; using no value`,
  ],
  [
    'pushgateway',
    'OTELIER_PUSHGATEWAY_PASSWORD',
    (key) => key,
    (defect) => `OTELIER_PUSHGATEWAY_PASSWORD: ${wordsOf('a password', defect)}; ignored; using no value`,
  ],
  [
    'pushgateway',
    'OTELIER_PUSHGATEWAY_BEARER_TOKEN',
    (key) => key,
    (defect) => `OTELIER_PUSHGATEWAY_BEARER_TOKEN: ${wordsOf('a token', defect)}; ignored; using no value`,
  ],
  [
    'pushgateway',
    'OTELIER_PUSHGATEWAY_HEADERS',
    (key) => `api-key=${key}`,
    (defect) => `OTELIER_PUSHGATEWAY_HEADERS: ${wordsOf('values', defect)}; ignored; using no value`,
  ],
  [
    'prometheus',
    'OTELIER_PROMETHEUS_BEARER_TOKENS',
    (key) => `scraper=${key}`,
    (defect) =>
      `OTELIER_PROMETHEUS_BEARER_TOKENS[0]: ${withoutValue(wordsOf('a name and a secret', defect))}; not started [METRICS_OPTIONS_INVALID]`,
  ],
  [
    'prometheus',
    'OTELIER_PROMETHEUS_BASIC_AUTH_USERS',
    (key) => `ops=${key}`,
    (defect) =>
      `OTELIER_PROMETHEUS_BASIC_AUTH_USERS[0]: ${withoutValue(wordsOf('a name and a secret', defect))}; not started [METRICS_OPTIONS_INVALID]`,
  ],
];

describe.each(variables)('%s: %s', (exporter, variable, write, line) => {
  test.each([
    [`"${canary}"`, quotes],
    [`'${canary}'`, quotes],
    [`$\{${variable}}`, unset],
    [`$${variable}`, unset],
    ['<your-key>', placeholder],
  ])('%s', async (secret, defect) => {
    const found = await logged({ OTEL_METRICS_EXPORTER: exporter, [variable]: write(secret) });
    expect(found).toEqual([line(defect)]);
  });
});

test.each([
  ['datadog', 'DD_API_KEY', `two ${canary}`, `DD_API_KEY: ${redacted} an API key without blanks; nothing is delivered`],
  [
    'otlp',
    'OTEL_EXPORTER_OTLP_HEADERS',
    `authorization=Bearer $\{TOKEN}`,
    `OTEL_EXPORTER_OTLP_HEADERS: ${wordsOf('values', unset)}; ignored; using no value`,
  ],
  [
    'otlp',
    'OTEL_EXPORTER_OTLP_HEADERS',
    `$\{HEADERS}`,
    `OTEL_EXPORTER_OTLP_HEADERS: ${wordsOf('values', unset)}; ignored; using no value`,
  ],
  [
    'prometheus',
    'OTELIER_PROMETHEUS_BEARER_TOKENS',
    `$\{TOKENS}`,
    `OTELIER_PROMETHEUS_BEARER_TOKENS[0]: ${withoutValue(wordsOf('a name and a secret', unset))}; not started [METRICS_OPTIONS_INVALID]`,
  ],
])('%s: %s=%s', async (exporter, variable, value, line) => {
  expect(await logged({ OTEL_METRICS_EXPORTER: exporter, [variable]: value })).toEqual([line]);
});

test.each([
  ['DD_API_KEY', '<your-key>', 'DD_API_KEY: got a placeholder (<…>), expected the API key itself'],
  ['DD_API_KEY', `$\{KEY}`, `DD_API_KEY: ${redacted} an API key; its variable was not replaced by its value`],
  ['DD_API_KEY', '', 'no API key: set DD_API_KEY or the option apiKey'],
  ['DD_SITE', 'nowhere', expect.stringMatching(/^DD_SITE: got "nowhere", expected a Datadog site such as /)],
])('status() has the words of the log: %s=%s', async (variable, value, reason) => {
  captureWarnings();
  const environment = { OTEL_METRICS_EXPORTER: 'datadog', DD_API_KEY: canary, [variable]: value };
  const metrics = startMetrics({ isolated: true, environment });
  expect(metrics.status().backends).toMatchObject([{ state: 'failing', disabled: true, reason }]);
  await metrics.shutdown();
});

test.each([
  ['newrelic', 'NEW_RELIC_LICENSE_KEY', 'api-key'],
  ['honeycomb', 'HONEYCOMB_API_KEY', 'x-honeycomb-team'],
  ['datadog', 'DD_API_KEY', 'dd-api-key'],
])('a variable of the preset %s', async (preset, variable, header) => {
  const found = await logged({
    OTEL_METRICS_EXPORTER: 'otlp',
    OTELIER_OTLP_PRESET: preset,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: 'http://127.0.0.1:9/v1/metrics',
    HONEYCOMB_DATASET: 'shop',
    [variable]: `"${canary}"`,
  });
  expect(found).toContain(`${variable}: ${wordsOf('a value', quotes)}; ignored; no header ${header} is sent`);
});

test.each([
  ['a user', 'http://$USER_NAME:pw@c:1'],
  ['a password', `http://me:$\{PASSWORD}@c:1`],
  ['a query', 'http://c:1/?key=<your-key>'],
])('a variable in %s of a URL', (_, url) => {
  const start = () => startMetrics({ isolated: true, environment: {}, backends: [otlp({ endpoint: url })] });
  expect(start).toThrow('expected a URL; the variable in it was not replaced by its value');
});

test.each<[string, () => Parameters<typeof startMetrics>[0]]>([
  ['datadog.apiKey', () => ({ backends: [datadog({ apiKey: `"${canary}"` })] })],
  ['otlp.headers', () => ({ backends: [otlp({ headers: { 'api-key': `"${canary}"` } })] })],
  ['pushgateway.password', () => ({ backends: [pushgateway({ username: 'me', password: `"${canary}"` })] })],
  ['pushgateway.bearerToken', () => ({ backends: [pushgateway({ bearerToken: `"${canary}"` })] })],
  ['prometheus.bearerTokens', () => ({ backends: [prometheus({ bearerTokens: { a: `"${canary}"` } })] })],
])('in code: %s', (option, options) => {
  const error = thrownBy(() => startMetrics({ isolated: true, environment: {}, ...options() }));
  expect(error?.message).toMatch(new RegExp(`- ${option}: got "\\[redacted\\]", expected `));
  if (option !== 'prometheus.bearerTokens') expect(error?.message).toContain('without quotes');
  expect(error?.message).not.toContain(canary);
});
