/** What a start says about each mistake, word for word: in variables, in code, and in both. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiagLogLevel, diag } from '@opentelemetry/api';
import { type Environment, type StartSettings, startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { afterAll, describe, expect, test } from 'vitest';
import { misusesInCode } from './misuses-in-code.js';
import { base, misusesInVariables } from './misuses-in-variables.js';

const folder = mkdtempSync(join(tmpdir(), 'otelier-messages-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** All messages of this file. */
const collected: string[] = [];

/** Returns what a start logs, until its backends are ready or have failed. */
async function messagesOf(environment: Environment, options: StartSettings = {}): Promise<string[]> {
  const messages: string[] = [];
  const log = (message: string) => messages.push(message);
  const ignore = () => undefined;
  diag.setLogger({ error: log, warn: log, info: ignore, debug: ignore, verbose: ignore }, DiagLogLevel.ALL);
  messages.length = 0;
  const metrics = startMetrics({ isolated: true, environment, shutdownTimeoutMs: 1, ...options });
  await metrics.ready.catch(() => undefined);
  const logged = [...messages];
  await metrics.shutdown();
  diag.disable();
  collected.push(...logged);
  return logged;
}

/** Returns the problems of a start that throws. */
function problemsOf(start: () => unknown): string[] {
  try {
    start();
    return [];
  } catch (error) {
    const lines = [...(error as Error).message.matchAll(/^ {2}- (.*)$/gm)].map(([, line]) => line as string);
    collected.push(...lines);
    return lines;
  }
}

describe('a variable', () => {
  test.each(misusesInVariables)('%j', async (environment, message) => {
    expect(await messagesOf(environment)).toEqual([message]);
  });
});

describe('the name of a variable', () => {
  const unknown = (name: string, suggestion?: string) =>
    `${name}: unknown variable${suggestion === undefined ? '' : ` (did you mean "${suggestion}"?)`}; ignored`;

  test.each([
    ['OTEL_METRIC_EXPORTER', 'OTEL_METRICS_EXPORTER'],
    ['OTEL_METRICS_EXPORTERS', 'OTEL_METRICS_EXPORTER'],
    ['OTEL_METRICS_EXPORT_INTERVAL', 'OTEL_METRIC_EXPORT_INTERVAL'],
    ['OTEL_EXPORTER_OTLP_METRIC_ENDPOINT', 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT'],
    ['OTEL_EXPORTER_OLTP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_OTLP_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT'],
    ['OTEL_SERVICENAME', 'OTEL_SERVICE_NAME'],
    ['OTEL_RESOURCE_ATTRIBUTE', 'OTEL_RESOURCE_ATTRIBUTES'],
    ['OTEL_SDK_DISABLE', 'OTEL_SDK_DISABLED'],
    ['OTEL_PROMETHEUS_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
    ['OTELIER_PROMETHEUS_PORT', 'OTEL_EXPORTER_PROMETHEUS_PORT'],
    ['OTELIER_SERVICE_NAME', 'OTEL_SERVICE_NAME'],
    ['OTELIER_SPOOL_DIRS', 'OTELIER_SPOOL_DIR'],
    ['OTELIER_METRIC_EXPORTER', 'OTELIER_METRICS_EXPORTER'],
    ['OTELIER_STATSD_HOST', undefined],
  ])('%s is unknown', async (name, suggestion) => {
    const environment = { OTEL_METRICS_EXPORTER: 'none', [name]: 's3cret' };
    expect(await messagesOf(environment)).toEqual([unknown(name, suggestion)]);
  });

  test('an empty variable counts as unset', async () => {
    expect(await messagesOf({ OTEL_METRICS_EXPORTER: 'none', OTEL_METRIC_EXPORTER: ' ' })).toEqual([]);
  });

  test('the variables of a backend of another package are known', async () => {
    const own = prometheus({ port: 0 });
    const { port } = own.kind.options;
    const kind = {
      ...own.kind,
      name: 'mine',
      options: { ...own.kind.options, port: { ...port, environment: ['OTELIER_MINE_PORT'] } },
    };
    const environment = { OTELIER_MINE_PORT: '0' };
    expect(await messagesOf(environment, { backends: [{ kind, input: {} }] })).toEqual([]);
  });

  test('with a configuration file, which refers to variables of any name, all are known', async () => {
    const file = join(folder, 'known.yaml');
    writeFileSync(file, `file_format: "1.0"\ndisabled: \${OTELIER_OFF}\n`);
    expect(await messagesOf({ OTEL_CONFIG_FILE: file, OTELIER_OFF: 'true' })).toEqual([]);
  });

  // Variables of OpenTelemetry's specification and SDKs for other signals and languages.
  test.each([
    'OTEL_TRACES_EXPORTER',
    'OTEL_LOGS_EXPORTER',
    'OTEL_TRACES_SAMPLER',
    'OTEL_TRACES_SAMPLER_ARG',
    'OTEL_PROPAGATORS',
    'OTEL_BSP_SCHEDULE_DELAY',
    'OTEL_BSP_EXPORT_TIMEOUT',
    'OTEL_BLRP_EXPORT_TIMEOUT',
    'OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT',
    'OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT',
    'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
    'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
    'OTEL_EXPORTER_OTLP_LOGS_ENDPOINT',
    'OTEL_EXPORTER_OTLP_LOGS_TIMEOUT',
    'OTEL_EXPORTER_OTLP_PROFILES_ENDPOINT',
    'OTEL_EXPORTER_OTLP_SPAN_INSECURE',
    'OTEL_EXPORTER_ZIPKIN_ENDPOINT',
    'OTEL_EXPORTER_ZIPKIN_TIMEOUT',
    'OTEL_EXPORTER_JAEGER_ENDPOINT',
    'OTEL_EXPORTER_JAEGER_AGENT_HOST',
    'OTEL_EXPORTER_JAEGER_AGENT_PORT',
    'OTEL_SEMCONV_STABILITY_OPT_IN',
    'OTEL_INSTRUMENTATION_HTTP_KNOWN_METHODS',
    'OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT',
    'OTEL_NODE_RESOURCE_DETECTORS',
    'OTEL_NODE_ENABLED_INSTRUMENTATIONS',
    'OTEL_NODE_DISABLED_INSTRUMENTATIONS',
    'OTEL_PYTHON_LOG_LEVEL',
    'OTEL_PYTHON_METER_PROVIDER',
    'OTEL_PYTHON_DISABLED_INSTRUMENTATIONS',
    'OTEL_JAVAAGENT_ENABLED',
    'OTEL_JAVAAGENT_LOGGING',
    'OTEL_DOTNET_AUTO_HOME',
    'OTEL_PHP_AUTOLOAD_ENABLED',
    'OTEL_GO_AUTO_TARGET_EXE',
    'OTEL_RUBY_INSTRUMENTATION_NET_HTTP_ENABLED',
    'OTEL_RESOURCE_ATTRIBUTES_POD_NAME',
    'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME',
    'OTEL_METRICS_DEFAULT_CARDINALITY_LIMIT',
    'OTEL_SERVICE_VERSION',
    'OTEL_ENVIRONMENT',
    'OTEL_LAMBDA_TRACE_MODE',
  ])('%s belongs to others', async (name) => {
    expect(await messagesOf({ OTEL_METRICS_EXPORTER: 'none', [name]: 'x' })).toEqual([]);
  });
});

describe('an endpoint that does not open names what configured it', () => {
  const OTEL_METRICS_EXPORTER = 'prometheus';
  const OTEL_EXPORTER_PROMETHEUS_PORT = '0';

  test.each<[Environment, StartSettings, string]>([
    [
      { OTELIER_PROMETHEUS_BASIC_AUTH_USERS: 'ops=plain' },
      {},
      'OTELIER_PROMETHEUS_BASIC_AUTH_USERS[0]: expected name=hash pairs, each hash bcrypt (cost 4 to 16) or scrypt (in the PHC string format); not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      { OTELIER_PROMETHEUS_BEARER_TOKENS: 'a=short' },
      {},
      'OTELIER_PROMETHEUS_BEARER_TOKENS[0]: expected name=token pairs, each token with 16 or more letters, digits or ._~+/-; not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      { OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE: '/c.pem' },
      {},
      'OTELIER_PROMETHEUS_TLS_KEY_FILE: expected a file, because OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE is set; not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      { OTELIER_PROMETHEUS_TLS_KEY_FILE: '/k.pem' },
      {},
      'OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE: expected a file, because OTELIER_PROMETHEUS_TLS_KEY_FILE is set; not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      { OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE: '/c.pem' },
      { backends: [prometheus({ port: 0 })] },
      'prometheus.tlsKeyFile: expected a file, because OTELIER_PROMETHEUS_TLS_CERTIFICATE_FILE is set; not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      {},
      { backends: [prometheus({ port: 0, tlsCertificateFile: '/c.pem' })] },
      'prometheus.tlsKeyFile: expected a file, because prometheus.tlsCertificateFile is set; not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      { OTELIER_PROMETHEUS_WEB_CONFIG_FILE: '/nowhere/web.yml' },
      {},
      'OTELIER_PROMETHEUS_WEB_CONFIG_FILE: got "/nowhere/web.yml", expected a readable file (ENOENT); not started [METRICS_OPTIONS_INVALID]',
    ],
    [
      { OTEL_EXPORTER_PROMETHEUS_HOST: '0.0.0.0' },
      {},
      'OTEL_EXPORTER_PROMETHEUS_HOST: 0.0.0.0 is reachable from other machines: set OTELIER_PROMETHEUS_BEARER_TOKENS (or …ALLOW_UNPROTECTED=true); closed [METRICS_ENDPOINT_UNPROTECTED]',
    ],
    [
      {},
      { backends: [prometheus({ port: 0, host: '0.0.0.0' })] },
      'prometheus.host: 0.0.0.0 is reachable from other machines: set OTELIER_PROMETHEUS_BEARER_TOKENS (or …ALLOW_UNPROTECTED=true); closed [METRICS_ENDPOINT_UNPROTECTED]',
    ],
  ])('%j %j', async (environment, options, problem) => {
    const [message, ...others] = await messagesOf(
      { OTEL_METRICS_EXPORTER, OTEL_EXPORTER_PROMETHEUS_PORT, ...environment },
      options,
    );
    expect(others).toEqual([]);
    expect(message).toBe(problem);
    expect(message).not.toMatch(/in code|plain|short/);
  });

  test('a file', async () => {
    const file = join(folder, 'otel.yaml');
    writeFileSync(
      file,
      'file_format: "1.0"\nmeter_provider: { readers: [{ pull: { exporter: { otelier/prometheus: { port: 0, host: 0.0.0.0 } } } }] }\n',
    );
    const [message] = await messagesOf({ OTEL_CONFIG_FILE: file });
    expect(message).toMatch(
      /otel\.yaml:meter_provide?….*theus\.host: 0\.0\.0\.0 is reachable from other machines: set OTELIER_PROMETHEUS_BEARER_TOKENS \(or …ALLOW_UNPROTECTED=true\); closed /,
    );
  });

  test('a file without a key', async () => {
    const file = join(folder, 'tls.yaml');
    writeFileSync(
      file,
      'file_format: "1.0"\nmeter_provider: { readers: [{ pull: { exporter: { otelier/prometheus: { port: 0, tls_certificate_file: /c.pem } } } }] }\n',
    );
    const [message] = await messagesOf({ OTEL_CONFIG_FILE: file });
    expect(message).toMatch(
      /^prometheus\.tlsKeyFile: expected a file, because tls\.yaml:.*; not started \[METRICS_OPTIONS_INVALID\]$/,
    );
  });

  test('a PEM file that cannot be read', async () => {
    const environment = { [base]: 'https://c:4318', OTEL_EXPORTER_OTLP_CERTIFICATE: '/nowhere/ca.pem' };
    expect(await messagesOf(environment)).toEqual([
      'OTEL_EXPORTER_OTLP_CERTIFICATE: got "/nowhere/ca.pem", expected a readable PEM file (ENOENT); connecting without it',
    ]);
  });
});

describe('an option in code', () => {
  test.each(misusesInCode)('%s', (_, misuse, problem) => {
    expect(problemsOf(misuse)).toEqual([problem]);
  });
});

test('docs/errors.md shows actual warnings', () => {
  const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8');
  const shown = page.match(/^OTEL_\w+: .*$/gm) ?? [];
  expect(shown).toHaveLength(8);
  expect(shown.filter((message) => !collected.includes(message))).toEqual([]);
});

test('every message fits into a line of the log with 200 characters', () => {
  expect(collected.length).toBeGreaterThan(50);
  expect(collected.flatMap((message) => message.split('\n')).filter((line) => line.length > 187)).toEqual([]);
});
