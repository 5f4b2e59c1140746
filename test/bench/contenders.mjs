/**
 * The compared libraries, and how each creates the instruments of a case.
 *
 * `open` of a family returns `counter(name, keys)`, `histogram(name, keys, boundaries)` and `series()`, which collects
 * and counts the series. otelier declares `keys` as attributes; without `keys`, its attributes are undeclared.
 */
import { createNoopMeter } from '@opentelemetry/api';

/** Packages by the folder in which they are installed. */
const peers = {
  here: {
    sdk2: () => import('@opentelemetry/sdk-metrics'),
    promClient: () => import('prom-client'),
    platformatic: () => import('@platformatic/prom-client'),
  },
  otel3: {
    sdk3: () => import('../matrix/otel3/sdk-metrics.mjs'),
    prometheusIo: () => import('../matrix/otel3/prometheus-io.mjs'),
  },
};

/**
 * Contenders. `family` selects the subject of a case, `group` the bar. Contenders with `newer` run only on the newer
 * Node of the matrix.
 */
export const contenders = [
  { id: 'limit', name: 'this.value += v', family: 'limit', group: 'limit', open: () => ({}) },
  { id: 'empty', name: 'empty method', family: 'empty', group: 'empty', open: () => ({}) },
  { id: 'noop', name: 'API no-op', family: 'noop', group: 'noop', open: () => createNoopMeter() },
  { id: 'ours', package: 'otelier', family: 'ours', group: 'ours', load: loadOurs },
  peer('sdk2', '@opentelemetry/sdk-metrics', 'otel', 'otel', peers.here.sdk2),
  peer('sdk3', '@opentelemetry/sdk-metrics', 'otel', 'otel', peers.otel3.sdk3, true),
  peer('prom-client', 'prom-client', 'prom', 'prom-client', peers.here.promClient),
  peer('platformatic', '@platformatic/prom-client', 'prom', 'platformatic', peers.here.platformatic),
  peer('prometheus-io', '@prometheus-io/client', 'prom', 'prom-client', peers.otel3.prometheusIo, true),
];

function peer(id, name, family, group, packageOf, newer = false) {
  const kit = family === 'otel' ? openTelemetryKit : prometheusKit;
  return { id, package: name, family, group, newer, load: async () => kit(await packageOf()) };
}

/** More series than any case creates, so that no contender reaches its overflow. */
const limit = 1_000_000;

async function loadOurs() {
  const [{ MeterProvider }, { optionsOf }, { defineCatalogue, counter, histogram, text }, sdk] = await Promise.all([
    import('../../dist/engine/index.js'),
    import('../../build/modules/engine/definition.js'),
    import('../../dist/index.js'),
    peers.here.sdk2(),
  ]);
  const defined = (make, name, keys, more) => {
    if (keys === undefined) return {};
    // Keys with many values come last, as in a catalogue.
    const attributes = Object.fromEntries(keys.map((key, index) => [key, text({ limit: index < 2 ? 100 : limit })]));
    const definition = make({ name, unit: '1', description: 'd', attributes, cardinalityLimit: limit, ...more });
    return optionsOf(defineCatalogue({ it: definition }).metrics[0]);
  };
  return (options) => {
    const { meter, series } = openMeter(sdk, MeterProvider, options);
    return {
      series,
      counter: (name, keys) => meter.createCounter(name, defined(counter, name, keys, {})),
      histogram: (name, keys, buckets) => meter.createHistogram(name, defined(histogram, name, keys, { buckets })),
    };
  };
}

function openTelemetryKit(sdk) {
  return (options) => {
    const { meter, series } = openMeter(sdk, sdk.MeterProvider, options);
    return {
      series,
      counter: (name) => meter.createCounter(name),
      histogram: (name, _keys, explicitBucketBoundaries) =>
        meter.createHistogram(name, { advice: { explicitBucketBoundaries } }),
    };
  };
}

function openMeter(sdk, MeterProvider, { readers: count = 1, aggregation } = {}) {
  class IdleReader extends sdk.MetricReader {
    async onForceFlush() {}
    async onShutdown() {}
  }
  const { DROP, EXPONENTIAL_HISTOGRAM } = sdk.AggregationType;
  const type = { drop: DROP, exponential: EXPONENTIAL_HISTOGRAM }[aggregation];
  const views = type === undefined ? [] : [{ instrumentName: '*', aggregation: { type } }];
  const readers = Array.from({ length: count }, () => new IdleReader({ cardinalitySelector: () => limit }));
  const provider = new MeterProvider({ readers, views });
  const series = async () => {
    if (readers.length === 0) return 0;
    const collected = await Promise.all(readers.map((reader) => reader.collect()));
    const metrics = collected[0].resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
    return metrics.reduce((sum, metric) => sum + metric.dataPoints.length, 0);
  };
  return { meter: provider.getMeter('bench'), series };
}

function prometheusKit(module) {
  const { Registry, Counter, Histogram } = module.default ?? module;
  return () => {
    const registers = [new Registry()];
    const [registry] = registers;
    return {
      counter: (name, labelNames = []) => new Counter({ name, help: 'd', labelNames, registers }),
      histogram: (name, labelNames, buckets) => new Histogram({ name, help: 'd', labelNames, buckets, registers }),
      async series() {
        const metrics = await registry.getMetricsAsJSON();
        const points = metrics.flatMap(({ type, values, name }) =>
          type === 'histogram' ? values.filter(({ metricName }) => metricName === `${name}_count`) : values,
        );
        return points.length;
      },
    };
  };
}
