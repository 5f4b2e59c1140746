/**
 * Metrics that reach otelier in each start order, and the messages that are logged.
 *
 * "after" and "before" say when the instrumentation or the other SDK starts, relative to otelier.
 */

/** Metrics of all cases, by the beginning of their names. Other names vary with the versions of the packages. */
const watched = [
  'late_',
  'shop_orders_',
  'http_client_request_duration_',
  'http_server_request_duration_',
  'db_client_',
  'gen_ai_',
  'nodejs_',
  'v8js_',
];
const http = ['http_client_request_duration_', 'http_server_request_duration_'];
const instrumented = [...http, 'db_client_', 'nodejs_', 'v8js_'];

/** Messages of otelier, by the name that the cases use. */
const messages = {
  lost: /OpenTelemetry API: an? .* was created before startMetrics: its measurements are lost/,
  refused: /OpenTelemetry API: a second MeterProvider was refused \(.*:\d+\)/,
  other: /another MeterProvider is registered globally/,
  datadog: /dd-trace has registered its own MeterProvider \(DD_METRICS_OTEL_ENABLED\)/,
  port: /METRICS_PORT_IN_USE/,
};

/** Disables the metrics of other SDKs, which read this variable. */
const none = { OTEL_METRICS_EXPORTER: 'none' };
const [after, before] = [{ ORDER: 'after' }, { ORDER: 'before' }];
/** With OTEL_TRACES_EXPORTER=none, dd-trace does not start at all. */
const datadog = { OTEL_TRACES_EXPORTER: '' };
const datadogMetrics = { ...datadog, DD_METRICS_OTEL_ENABLED: 'true' };
const register = ['--import', 'otelier/register'];
const auto = ['--import', '@opentelemetry/auto-instrumentations-node/register'];

export const cases = {
  'plain API: an early and a late counter': runs('plain-api', {}, ['late_', 'shop_orders_'], ['lost']),

  'instrumentations after': runs('instrumentation-after', {}, instrumented),
  'instrumentations before': runs('instrumentation-before', {}, [], ['lost']),
  'instrumentations before, registered again': runs('instrumentation-again', {}, instrumented),

  'NodeSDK after, without metrics': runs('node-sdk-after', none, http),
  'NodeSDK before, without metrics': runs('node-sdk-before', none, [], ['lost']),
  'NodeSDK after, with metrics': runs('node-sdk-after', {}, http, ['refused']),
  'NodeSDK before, with metrics': runs('node-sdk-before', {}, [], ['other']),
  'NodeSDK after, both on one port': runs('node-sdk-after', onOnePort, [], ['refused', 'port']),
  'NodeSDK before, both on one port': runs('node-sdk-before', onOnePort, [], ['other', 'port']),

  'auto-instrumentations after': runs(
    'application',
    none,
    ['late_', ...instrumented, 'gen_ai_'],
    [],
    [...register, ...auto],
  ),
  // HTTP is measured by the pack of `register`, because the instrumentation has no instruments.
  'auto-instrumentations before': runs('application', none, ['late_', ...http], ['lost'], [...auto, ...register]),

  '@hono/otel after': runs('hono-after', {}, ['http_server_request_duration_']),
  '@hono/otel before': runs('hono-before', {}, [], ['lost']),

  '@vercel/otel after': runs('vercel', after, ['late_']),
  '@vercel/otel before': runs('vercel', before, ['late_']),

  'dd-trace after, tracing only': runs('dd-trace', { ...after, ...datadog }, ['late_']),
  'dd-trace before, tracing only': runs('dd-trace', { ...before, ...datadog }, ['late_']),
  'dd-trace after, with metrics': runs('dd-trace', { ...after, ...datadogMetrics }, ['late_'], ['refused']),
  'dd-trace before, with metrics': runs('dd-trace', { ...before, ...datadogMetrics }, [], ['datadog']),

  'openlit after': runs('openlit', after, ['late_', ...http, 'db_client_', 'gen_ai_']),
  'openlit before': runs('openlit', before, [], ['other']),
};

/** Returns variables that make both SDKs listen on the same port. */
async function onOnePort({ freePort }) {
  return { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: String(await freePort()) };
}

/** Returns a case that runs a program and compares the scraped metrics and the logged messages with the expected ones. */
function runs(program, environment, expected, logged = [], nodeArguments = []) {
  return async (context) => {
    const variables = typeof environment === 'function' ? await environment(context) : environment;
    const { stdout, stderr } = await context.run(process.execPath, [...nodeArguments, `programs/${program}.mjs`], {
      env: { ...base, ...variables },
    });
    const [, line] = /^(\{"names":.*\})$/m.exec(stdout) ?? [];
    if (line === undefined) throw new Error(`the program printed no result:\n${stdout}${stderr}`);
    const { names } = JSON.parse(line);
    const scraped = watched.filter((start) => names.some((name) => name.startsWith(start)));
    const seen = Object.keys(messages).filter((name) => messages[name].test(stdout + stderr));
    const text = summaryOf(scraped, seen);
    const expectedText = summaryOf(
      watched.filter((start) => expected.includes(start)),
      logged,
    );
    if (text !== expectedText) throw new Error(`expected ${expectedText}\nbut      ${text}\n${stderr}`);
    return text;
  };
}

function summaryOf(metrics, logged) {
  const list = (names) => (names.length === 0 ? 'nothing' : names.join(', '));
  return `scraped ${list(metrics)}; logged ${list(logged)}`;
}

/** Only otelier reads the first variable. Other SDKs make no requests besides those of their metrics. */
const base = {
  // The default collector would add the metrics that the runtime instrumentation is recognized by.
  OTELIER_COLLECTORS: 'none',
  OTELIER_METRICS_EXPORTER: 'prometheus',
  OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
  OTEL_TRACES_EXPORTER: 'none',
  OTEL_LOGS_EXPORTER: 'none',
  OTEL_NODE_RESOURCE_DETECTORS: 'none',
  DD_TRACE_STARTUP_LOGS: 'false',
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: 'false',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
};
