/** Arguments of any type: every public function accepts them or throws a `MetricsError` that names them. */
import * as otelier from 'otelier';
import { consoleTable } from 'otelier/backends/console';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { mountedPrometheus, prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { agent } from 'otelier/packs/agent';
import { benchmark } from 'otelier/packs/benchmark';
import { gateway } from 'otelier/packs/gateway';
import { genai, observeAnthropic, observeOpenAI } from 'otelier/packs/genai';
import { http } from 'otelier/packs/http';
import { inference } from 'otelier/packs/inference';
import { vision } from 'otelier/packs/vision';
import { expect, test } from 'vitest';

type AnyFunction = (...values: never[]) => unknown;

const nonsense: readonly unknown[] = [undefined, null, 42, Number.NaN, 'x', '', [], [null], () => 1, true, 7n, {}];
const environment = { OTEL_METRICS_EXPORTER: 'none' };
const { counter, gauge, histogram, info, observableGauge, stateSet, upDownCounter } = otelier;
const { defineCatalogue, instrumentsOf, startMetrics, viewsOf } = otelier;

/** Starts isolated metrics with other options, and shuts them down. */
function start(options: object): void {
  void startMetrics({ isolated: true, environment, ...options }).shutdown();
}

const described = { name: 'shop.orders', unit: '1', description: 'Orders.' };
const withAttribute = (type: unknown) =>
  defineCatalogue({ orders: counter({ ...described, attributes: { type } as never }) });

/** Functions by name; each is called with one argument, whatever its type. */
const functions: Readonly<Record<string, AnyFunction>> = {
  defineCatalogue,
  'defineCatalogue, options': (value) => defineCatalogue({}, value),
  'defineCatalogue, namespace': (namespace) => defineCatalogue({}, { namespace }),
  'defineCatalogue, scope': (scope) => defineCatalogue({}, { scope }),
  'defineCatalogue, definition': (orders) => defineCatalogue({ orders }),
  'attribute types': (attributes) => defineCatalogue({ orders: counter({ ...described, attributes }) }),
  'attribute type': withAttribute,
  'oneOf()': (value) => withAttribute(otelier.oneOf(value)),
  'asError()': (value) => withAttribute(otelier.oneOf(otelier.asError(value))),
  'text()': (value) => withAttribute(otelier.text(value)),
  'integer()': (value) => withAttribute(otelier.integer(value)),
  'optional()': (value) => withAttribute(otelier.optional(value)),
  ...Object.fromEntries(
    Object.entries<AnyFunction>({ counter, upDownCounter, gauge, histogram, info, stateSet, observableGauge }).map(
      ([name, make]) => [
        `${name}()`,
        (value: never) => defineCatalogue({ metric: make(value) as otelier.MetricDefinition }),
      ],
    ),
  ),
  exponentialBuckets: otelier.exponentialBuckets,
  linearBuckets: otelier.linearBuckets,
  instrumentsOf,
  'instrumentsOf, meter': (meter) => instrumentsOf(defineCatalogue({}), meter),
  viewsOf,
  ...Object.fromEntries(
    Object.entries<AnyFunction>({ consoleTable, datadog, otlp, mountedPrometheus, prometheus, pushgateway }).map(
      ([name, backend]) => [`${name}()`, (value: never) => start({ backends: [backend(value)] })],
    ),
  ),
  agent,
  benchmark,
  gateway,
  genai,
  http,
  inference,
  vision,
  observeAnthropic: observeAnthropic,
  observeOpenAI: observeOpenAI,
  'agent, prices': (prices) => agent({ prices }),
  'benchmark, slo': (slo) => benchmark({ slo }),
  'genai, prices': (prices) => genai({ prices }),
  ...Object.fromEntries(
    ['backends', 'catalogues', 'clock', 'exporters', 'isolated', 'packs', 'readers', 'resource', 'views'].map(
      (name) => [`startMetrics, ${name}`, (value: never) => start({ [name]: value })],
    ),
  ),
  ...Object.fromEntries(
    ['backends', 'readers', 'views'].map((name) => [
      `startMetrics, ${name}[0]`,
      (value: never) => start({ [name]: [value] }),
    ]),
  ),
  ...Object.fromEntries(
    ['catalogues', 'packs', 'resource'].map((name) => [
      `startMetrics, ${name}.key`,
      (value: never) => start({ [name]: { key: value } }),
    ]),
  ),
};

/** Returns the error of a call; `undefined` if the call succeeds. */
function errorOf(call: () => unknown): unknown {
  try {
    call();
    return undefined;
  } catch (error) {
    return error;
  }
}

test.each(Object.entries(functions))('%s', (_, call) => {
  for (const value of nonsense) {
    const error = errorOf(() => call(value as never));
    if (error === undefined) continue;
    expect(error).toMatchObject({ name: 'MetricsError', problems: expect.any(Array) });
    const lines = (error as Error).message.split('\n').map((line) => line.replace(/^ {2}(?:- )?/, ''));
    expect(lines.filter((line) => line.length >= 200)).toEqual([]);
    expect(new Set(lines).size).toBe(lines.length);
  }
});

test.each([null, 42, 'x', [], () => 1, true])('startMetrics(%j) starts nothing', (value) => {
  expect(() => startMetrics(value as never)).toThrow(
    /^Options are invalid:\n {2}- startMetrics: got .*, expected an object/,
  );
});

test.each([null, 42, 'x', [], { format: 'json' }, { fromat: 'text' }])('exposition(%j) rejects', async (value) => {
  const metrics = startMetrics({ isolated: true, environment });
  await expect(metrics.exposition(value as never)).rejects.toMatchObject({ code: 'METRICS_OPTIONS_INVALID' });
  await metrics.shutdown();
});
