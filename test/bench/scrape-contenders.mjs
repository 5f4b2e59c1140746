/**
 * Contenders of the scrape benchmark: how each creates instruments, records, responds in-process, and serves over HTTP
 * as a typical program does. Stock OpenTelemetry and prom-client do not compress.
 */
import { createServer } from 'node:http';
import { importBuilt } from './builds.mjs';

/** Contenders by the family of a subject. */
export const scrapeContenders = [
  { id: 'ours', package: 'otelier', family: 'ours', group: 'ours', load: loadOurs },
  { id: 'otel', package: '@opentelemetry/exporter-prometheus', family: 'otel', group: 'otel', load: loadOpenTelemetry },
  { id: 'prom-client', package: 'prom-client', family: 'prom', group: 'prom-client', load: loadPromClient },
];

/** More series than any case creates, so that no overflow is measured. */
const limit = 1_000_000;

const accepted = {
  '': 'text/plain;version=0.0.4',
  OpenMetrics: 'application/openmetrics-text;version=1.0.0',
  protobuf: 'application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited',
};

/** @param modules folder `build/modules/` of the measured build; that of this checkout by default. */
async function loadOurs(format, modules) {
  const [engine, { optionsOf }, api, account, reader, text, protobuf, dialects, names, clock, door] = await Promise.all(
    [
      importBuilt('engine/index.js', modules),
      importBuilt('engine/definition.js', modules),
      importBuilt('index.js', modules),
      importBuilt('delivery/account.js', modules),
      importBuilt('backends/prometheus/reader.js', modules),
      importBuilt('formats/prometheus/text.js', modules),
      importBuilt('formats/prometheus/protobuf.js', modules),
      importBuilt('formats/prometheus/dialects.js', modules),
      importBuilt('formats/prometheus/exposition-names.js', modules),
      importBuilt('model/clock.js', modules),
      importBuilt('backends/prometheus/index.js', modules),
    ],
  );
  const { counter, histogram, text: anyText, defineCatalogue, startMetrics } = api;
  /** Declares the widest key last, as a catalogue's author would. */
  const attributesOf = (keys) =>
    Object.fromEntries(keys.map((key, i) => [key, anyText({ limit: i < 2 ? 100 : limit })]));
  const definitionOf = (make, name, keys, more) =>
    make({
      name,
      unit: '{request}',
      description: 'd',
      attributes: attributesOf(keys),
      cardinalityLimit: limit,
      ...more,
    });
  const add = (instrument, value, attributes) => instrument.add(value, attributes);
  const record = (instrument, value, attributes) => instrument.record(value, attributes);

  function open() {
    const accountOptions = {
      name: 'bench',
      clock: clock.systemClock,
      where: () => undefined,
      warn() {},
      onDelivery() {},
    };
    const quiet = account.openAccount(accountOptions);
    const scraper = new reader.ScrapeReader(clock.systemClock, quiet, 60_000, async () => {});
    const meter = new engine.MeterProvider({ readers: [scraper] }).getMeter('bench');
    const options = (definition) => optionsOf(defineCatalogue({ it: definition }).metrics[0]);
    return {
      add,
      record,
      counter: (name, keys) => meter.createCounter(name, options(definitionOf(counter, name, keys))),
      histogram: (name, keys, buckets) =>
        meter.createHistogram(name, options(definitionOf(histogram, name, keys, { buckets }))),
      async scrape() {
        const { body, release } = await scraper.scrape('', 60_000, makeExposition);
        // The endpoint does the same after it has sent the response.
        release();
        return body.all;
      },
    };
  }

  function makeExposition() {
    const options = {
      names: names.namesOf('UnderscoreEscapingWithSuffixes', 'underscores'),
      scopeLabels: true,
      targetInfo: true,
      resourceLabels: [],
      createdSamples: false,
      warn() {},
    };
    if (format === 'protobuf') return new protobuf.ProtobufExposition(options);
    const dialect = format === 'OpenMetrics' ? dialects.openMetricsText : dialects.prometheusText;
    return new text.TextExposition(dialect, options);
  }

  /** The endpoint as `startMetrics` opens it. */
  function serve() {
    let metrics;
    const start = (definition) => {
      const catalogues = { bench: defineCatalogue({ it: definition }) };
      const backends = [door.prometheus({ host: '127.0.0.1', port: 0 })];
      metrics = startMetrics({ isolated: true, environment: {}, catalogues, backends });
      return metrics.bench.it;
    };
    return {
      add,
      record,
      counter: (name, keys) => start(definitionOf(counter, name, keys)),
      histogram: (name, keys, buckets) => start(definitionOf(histogram, name, keys, { buckets })),
      async url() {
        await metrics.ready;
        return metrics.status().backends[0].url;
      },
    };
  }

  return { open, serve, accept: accepted[format] };
}

async function loadOpenTelemetry() {
  const [sdk, { PrometheusExporter, PrometheusSerializer }] = await Promise.all(
    ['@opentelemetry/sdk-metrics', '@opentelemetry/exporter-prometheus'].map(
      async (name) => (await import(name)).default,
    ),
  );
  const views = [{ instrumentName: '*', aggregationCardinalityLimit: limit }];

  function kit(reader, more) {
    const meter = new sdk.MeterProvider({ readers: [reader], views }).getMeter('bench');
    return {
      add: (instrument, value, attributes) => instrument.add(value, attributes),
      record: (instrument, value, attributes) => instrument.record(value, attributes),
      counter: (name) => meter.createCounter(name, { description: 'd' }),
      histogram: (name, _keys, explicitBucketBoundaries) =>
        meter.createHistogram(name, { description: 'd', advice: { explicitBucketBoundaries } }),
      ...more,
    };
  }

  function open() {
    class Reader extends sdk.MetricReader {
      async onForceFlush() {}
      async onShutdown() {}
    }
    const reader = new Reader();
    const serializer = new PrometheusSerializer();
    return kit(reader, {
      async scrape() {
        const { resourceMetrics } = await reader.collect();
        return [serializer.serialize(resourceMetrics)];
      },
    });
  }

  function serve() {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    return kit(exporter, { url: () => listen((...both) => exporter.getMetricsRequestHandler(...both)) });
  }

  return { open, serve, accept: accepted[''] };
}

async function loadPromClient() {
  const { Registry, Counter, Histogram } = (await import('prom-client')).default;

  function open() {
    const registry = new Registry();
    const registers = [registry];
    return {
      add: (instrument, value, attributes) => instrument.inc(attributes, value),
      record: (instrument, value, attributes) => instrument.observe(attributes, value),
      counter: (name, labelNames) => new Counter({ name, help: 'd', labelNames, registers }),
      histogram: (name, labelNames, buckets) => new Histogram({ name, help: 'd', labelNames, buckets, registers }),
      scrape: async () => [await registry.metrics()],
      url: () =>
        listen(async (_request, response) => {
          response.setHeader('content-type', registry.contentType);
          response.end(await registry.metrics());
        }),
    };
  }

  return { open, serve: open, accept: accepted[''] };
}

/** Starts a server and returns its address. */
async function listen(handler) {
  // Disables Node's timeouts, so that a contender that blocks for long is not disconnected.
  const server = createServer({ headersTimeout: 0, requestTimeout: 0, keepAliveTimeout: 600_000 }, handler).listen(
    0,
    '127.0.0.1',
  );
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${server.address().port}/metrics`;
}
