/** A start with several mistakes: one error lists all of them, whatever their kinds. */
import { counter, defineCatalogue, type MetricsError, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { runtime } from 'otelier/collectors/runtime';
import { describe, expect, test } from 'vitest';
import { thrownBy } from '../support/thrown.js';

const none = { OTEL_METRICS_EXPORTER: 'none' };
const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '1', description: 'Orders.' }) });
const other = defineCatalogue({ sales: counter({ name: 'shop.orders', unit: '{sale}', description: 'Sales.' }) });

/** A mistake: its part of the options or of the environment, and the problem that the error lists. */
interface Mistake {
  readonly options?: object;
  readonly variables?: Readonly<Record<string, string>>;
  readonly problem: string;
}

/** Mistakes in code, one of each group of options. */
const inCode: Readonly<Record<string, Mistake>> = {
  'readers, shape': { options: { readers: 'x' }, problem: 'readers: got "x", expected a list of readers' },
  'resource, shape': {
    options: { resource: 'x' },
    problem: 'resource: got "x", expected an object with resource attributes',
  },
  'views, shape': { options: { views: {} }, problem: 'views: got an object (Object), expected a list of views' },
  'backends, shape': {
    options: { backends: 'otlp' },
    problem: 'backends: got "otlp", expected a list such as [prometheus()]',
  },
  'catalogues, shape': {
    options: { catalogues: [] },
    problem: 'catalogues: got [], expected an object such as { shop }',
  },
  'packs, shape': { options: { packs: 7 }, problem: 'packs: got 7, expected an object such as { http: http() }' },
  'collectors, shape': {
    options: { collectors: 'runtime' },
    problem: 'collectors: got "runtime", expected a list such as [runtime()]',
  },
  'clock, shape': {
    options: { clock: 1 },
    problem: 'clock: got 1, expected a clock with nowUnixMs() and monotonicMs()',
  },
  'isolated, shape': { options: { isolated: 'yes' }, problem: 'isolated: got "yes", expected true or false' },
  'an unknown option': {
    options: { serviceNam: 'x' },
    problem: 'serviceNam: expected a known option (did you mean "serviceName"?)',
  },
  'a number': {
    options: { maxInstruments: 0 },
    problem: 'maxInstruments: got 0, expected instruments from 1 to 10000000',
  },
  'a duration': {
    options: { exportIntervalMs: '10s' },
    problem: 'exportIntervalMs: got "10s", expected milliseconds from 1 to 2147483647',
  },
  'a flag': {
    options: { disabled: 'yes' },
    problem: 'disabled: got "yes", expected true or false (did you mean "true"?)',
  },
  'a word': {
    options: { exemplarFilter: 'on' },
    problem: 'exemplarFilter: got "on", expected one of always_on, always_off, trace_based (did you mean "always_on"?)',
  },
  'the name of an exporter': {
    options: { exporters: ['otpl'] },
    problem:
      'exporters: got "otpl", expected one of prometheus, otlp, datadog, console, pushgateway, none (did you mean "otlp"?)',
  },
  'the name of a collector': {
    options: { collectorNames: ['runtme'] },
    problem:
      'collectorNames: got "runtme", expected one of runtime, host, container, gpu, none (did you mean "runtime"?)',
  },
  'a value of the resource': {
    options: { resource: { 'service.version': {} } },
    problem: 'resource.service.version: got an object (Object), expected a string, a number or a boolean',
  },
  'an option of a backend': {
    options: { backends: [prometheus({ port: 70_000 })] },
    problem: 'prometheus.port: got 70000, expected a port from 0 to 65535',
  },
  'a backend': {
    options: { backends: [{}] },
    problem: 'backends[0]: got an object (Object), expected a backend such as prometheus() or otlp()',
  },
  'a reader': {
    options: { readers: [7] },
    problem: 'readers[0]: got 7, expected an OpenTelemetry metric reader',
  },
  'a view': { options: { views: [7] }, problem: 'views[0]: got 7, expected a view of OpenTelemetry' },
  'a collector': {
    options: { collectors: [null] },
    problem: 'collectors[0]: got null, expected a collector such as runtime()',
  },
  'a pack': { options: { packs: { agent: 7 } }, problem: 'packs.agent: got 7, expected a pack such as inference()' },
  'a catalogue': {
    options: { catalogues: { shop: 7 } },
    problem: 'catalogues.shop: got 7, expected a catalogue made by defineCatalogue()',
  },
  'a name that two catalogues define': {
    options: { catalogues: { first: shop, other } },
    problem: `other.sales: got "shop.orders", expected a unique name ('first.orders' already has it)`,
  },
};

/** Mistakes in the environment. Alone they are warnings. */
const inEnvironment: Readonly<Record<string, Mistake>> = {
  'a number': {
    variables: { OTEL_METRIC_EXPORT_TIMEOUT: '10s' },
    problem: 'OTEL_METRIC_EXPORT_TIMEOUT: got "10s", expected milliseconds from 0 to 2147483647, 0 for no limit',
  },
  'an exporter': {
    variables: { OTEL_METRICS_EXPORTER: 'otlp,promethues' },
    problem:
      'OTEL_METRICS_EXPORTER: got "promethues", expected one of prometheus, otlp, datadog, console, pushgateway, none (did you mean "prometheus"?)',
  },
  'an endpoint of a backend': {
    variables: { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: 'c:4318' },
    problem:
      'OTEL_EXPORTER_OTLP_ENDPOINT: got "c:4318", expected an http:// or https:// URL (did you mean "http://c:4318"?)',
  },
  'a collector': {
    variables: { OTELIER_COLLECTORS: 'hots' },
    problem:
      'OTELIER_COLLECTORS: got "hots", expected one of runtime, host, container, gpu, none (did you mean "host"?)',
  },
  'an unknown variable': {
    variables: { OTEL_METRIC_EXPORTER: 'otlp' },
    problem: 'OTEL_METRIC_EXPORTER: expected a known variable (did you mean "OTEL_METRICS_EXPORTER"?)',
  },
  'a configuration file': {
    variables: { OTEL_CONFIG_FILE: '/nowhere/otel.yaml' },
    problem: 'OTEL_CONFIG_FILE: got "/nowhere/otel.yaml", expected a readable file (ENOENT)',
  },
};

/** Returns the problems of a start with all of these mistakes, as the error lists them. */
function problemsOf(mistakes: readonly Mistake[]): string[] {
  const options = Object.assign({}, ...mistakes.map((mistake) => mistake.options));
  const environment = Object.assign({ ...none }, ...mistakes.map(({ variables }) => variables));
  const { message } = thrownBy(() => startMetrics({ isolated: true, environment, ...options })) as MetricsError;
  return [...message.matchAll(/^ {2}- (.*)$/gm)].map(([, line]) => line as string);
}

const optionsOf = ({ options = {} }: Mistake) => Object.keys(options);

/** Each mistake in code with each later one that sets another option. */
const pairs = Object.entries(inCode).flatMap(([first, one], index) =>
  Object.entries(inCode)
    .slice(index + 1)
    .filter(([, two]) => !optionsOf(two).some((option) => optionsOf(one).includes(option)))
    .map(([second, two]) => ({ first, second, mistakes: [one, two] })),
);

describe('two mistakes in code', () => {
  test.each(Object.keys(inCode))('%s with each other one', (name) => {
    for (const { second, mistakes } of pairs.filter(({ first }) => first === name)) {
      const expected = mistakes.map(({ problem }) => problem).sort();
      expect({ second, problems: problemsOf(mistakes).sort() }).toEqual({ second, problems: expected });
    }
  });
});

test.each(Object.entries(inEnvironment))('a mistake in code and %s of the environment', (_, mistake) => {
  const { 'a duration': one, 'readers, shape': two } = inCode as Record<string, Mistake>;
  const mistakes = [one as Mistake, two as Mistake, mistake];
  expect(problemsOf(mistakes).sort()).toEqual(mistakes.map(({ problem }) => problem).sort());
});

test('one mistake of each option, in one error', () => {
  const names = ['readers, shape', 'resource, shape', 'views, shape', 'an option of a backend', 'an unknown option'];
  const values = ['a number', 'a duration', 'a flag', 'a word', 'the name of an exporter', 'the name of a collector'];
  const parts = ['a pack', 'a catalogue', 'a collector', 'clock, shape', 'isolated, shape'];
  const mistakes = [...names, ...values, ...parts].map((name) => inCode[name] as Mistake);
  expect(problemsOf(mistakes).sort()).toEqual(mistakes.map(({ problem }) => problem).sort());
});

test('only names that clash: the error has the code for them', () => {
  expect(
    thrownBy(() => startMetrics({ isolated: true, environment: none, catalogues: { shop, other } })),
  ).toMatchObject({
    code: 'METRICS_DUPLICATE_NAME',
  });
});

test('mistakes of backends are listed if metrics are disabled', () => {
  const start = () =>
    startMetrics({ isolated: true, environment: {}, disabled: true, backends: [otlp({ timeoutMs: -1 })] });
  expect(start).toThrow(/otlp\.timeoutMs: got -1/);
});

test('a later call lists all of its mistakes', async () => {
  const metrics = startMetrics({ environment: none, catalogues: { shop } });
  const later = { catalogues: { other, wrong: 7 }, packs: [], collectors: [7, runtime()], serviceNam: 'x' };
  const { problems } = thrownBy(() => startMetrics(later as never)) as MetricsError;
  expect(problems.map(({ where }) => where).sort()).toEqual([
    'catalogues.wrong',
    'collectors[0]',
    'other.sales',
    'packs',
    'serviceNam',
  ]);
  await metrics.shutdown();
});
