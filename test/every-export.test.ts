/**
 * Every function of every entry point, called with values of a wrong type: it succeeds, or throws a `MetricsError` with a
 * code or an error that names the argument. Never an error of the engine about a property of undefined.
 */
import { readFileSync } from 'node:fs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import * as root from 'otelier';
import * as backends from 'otelier/backends';
import * as consoleBackend from 'otelier/backends/console';
import * as datadog from 'otelier/backends/datadog';
import * as otlp from 'otelier/backends/otlp';
import * as prometheus from 'otelier/backends/prometheus';
import * as pushgateway from 'otelier/backends/pushgateway';
import * as application from 'otelier/collectors/application';
import * as container from 'otelier/collectors/container';
import * as gpu from 'otelier/collectors/gpu';
import * as host from 'otelier/collectors/host';
import * as runtime from 'otelier/collectors/runtime';
import * as dashboards from 'otelier/dashboards';
import * as engine from 'otelier/engine';
import * as agent from 'otelier/packs/agent';
import * as benchmark from 'otelier/packs/benchmark';
import * as gateway from 'otelier/packs/gateway';
import * as genai from 'otelier/packs/genai';
import * as http from 'otelier/packs/http';
import * as inference from 'otelier/packs/inference';
import * as vision from 'otelier/packs/vision';
import * as panels from 'otelier/panels';
import * as testing from 'otelier/testing';
import * as testingBackend from 'otelier/testing/backend';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';

/** Entry points; `register` exports nothing. */
const entryPoints: Readonly<Record<string, object>> = {
  '.': root,
  './engine': engine,
  './testing': testing,
  './testing/backend': testingBackend,
  './backends': backends,
  './backends/prometheus': prometheus,
  './backends/otlp': otlp,
  './backends/datadog': datadog,
  './backends/console': consoleBackend,
  './backends/pushgateway': pushgateway,
  './collectors/application': application,
  './collectors/container': container,
  './collectors/gpu': gpu,
  './collectors/host': host,
  './collectors/runtime': runtime,
  './packs/agent': agent,
  './packs/benchmark': benchmark,
  './packs/gateway': gateway,
  './packs/genai': genai,
  './packs/http': http,
  './packs/inference': inference,
  './packs/vision': vision,
  './panels': panels,
  './dashboards': dashboards,
};

type AnyFunction = (...values: unknown[]) => unknown;

beforeAll(() => vi.stubEnv('OTEL_METRICS_EXPORTER', 'none'));
afterAll(async () => {
  vi.unstubAllEnvs();
  await root.startMetrics().shutdown();
});

test('the table has every entry point', () => {
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  const { exports } = JSON.parse(text) as { exports: Record<string, unknown> };
  const others = ['./register', './package.json', './dashboards/*.json'];
  expect(Object.keys(exports).filter((name) => !others.includes(name))).toEqual(Object.keys(entryPoints));
});

function isClass(value: AnyFunction): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value));
}

const exported = Object.entries(entryPoints).flatMap(([entryPoint, module]) =>
  Object.entries(module)
    .filter(([, value]) => typeof value === 'function')
    .map(([name, value]) => {
      const call: AnyFunction = isClass(value) ? (...args) => new value(...args) : value;
      return [entryPoint, name, call] as const;
    }),
);

/** Calls that have a valid first argument and a wrong later one. */
const laterArguments: readonly (readonly [string, AnyFunction])[] = [
  ['promlint, options', (options) => testing.promlint('', options as never)],
  ['promlint, except', (except) => testing.promlint('', { except } as never)],
  ['promlint, format', (format) => testing.promlint('', { format } as never)],
  ['parseExposition, format', (format) => testing.parseExposition('', format as never)],
  ['goodput, slo', (slo) => benchmark.goodput([{ latencySeconds: 1 }], slo as never, 1)],
  [
    'runBenchmark, work',
    (work) => benchmark.runBenchmark({ benchmark: { begin() {} } } as never, {} as never, work as never),
  ],
  ['undiciPool, origin', (origin) => application.undiciPool({ stats: {} }, origin as never)],
  ['lazyExporter, load', (load) => backends.lazyExporter({} as never, load as never)],
  ['MetricsError, problems', (problems) => new root.MetricsError('METRICS_OPTIONS_INVALID', problems as never)],
  ['choiceOption, values', (values) => backends.choiceOption({ description: '', default: '', values } as never)],
  [
    'PeriodicReader, timing',
    (timing) => new backends.PeriodicReader({ export() {} } as never, { trackShed() {} } as never, timing as never),
  ],
  ['time', (work) => timed().time(work as never)],
  [
    'bind().time',
    (work) =>
      timed()
        .bind()
        .time(work as never),
  ],
  ['time of another SDK', (work) => foreign().time(work as never)],
];

const definition = root.histogram({ name: 'shop.wait', unit: 's', description: 'Time.', buckets: [1] });
const shop = root.defineCatalogue({ wait: definition });
const timed = () => root.startMetrics({ isolated: true, catalogues: { shop } }).shop.wait;
const foreign = () => root.instrumentsOf(shop, new MeterProvider().getMeter('shop')).wait;

/** Texts of errors that name the argument: ours begin with the function and the parameter. */
const named = /^\w+: [\w.]+: (?:got .*, )?expected |^The "\w+" argument must be |^The exposition is not valid text:/;

/** Returns the error of a call, also of one that returns a promise. */
async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    const result = call();
    // Timers and other work that a call begins are not awaited.
    if (result instanceof Promise) await Promise.race([result, Promise.resolve()]);
    if (result instanceof Promise) await Promise.race([result, new Promise((resolve) => setImmediate(resolve))]);
    return undefined;
  } catch (error) {
    return error;
  }
}

const values = [undefined, null, 5, 'x', {}, []];

async function expectNamed(call: AnyFunction): Promise<void> {
  for (const value of values) {
    const error = (await errorOf(() => call(value))) as Error | undefined;
    if (error === undefined) continue;
    if (error.name === 'MetricsError') expect((error as root.MetricsError).problems).not.toEqual([]);
    else expect(error.message).toMatch(named);
    expect(error.message.split('\n').filter((line) => line.length > 204)).toEqual([]);
  }
}

test.each(exported)('%s %s', (_, __, call) => expectNamed(call));

test.each(laterArguments)('%s', (_, call) => expectNamed(call));
