/** Tests stock readers and exporters of the OpenTelemetry 3.x line on otelier's provider. */
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { diag, metrics as globalMetrics } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { PrometheusExporter } from '@opentelemetry/exporter-prometheus';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  AggregationType,
  ConsoleMetricExporter,
  DataPointType,
  InMemoryMetricExporter,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { MeterProvider } from 'otelier/engine';

/** Warnings of the API. A correctly used provider logs none. */
const warnings = [];
diag.setLogger({ error: warn, warn, info() {}, debug() {}, verbose() {} });
function warn(...message) {
  const text = message.join(' ');
  // The stock Prometheus exporter does not support exponential histograms.
  if (!text.startsWith('Unrecognizable DataPointType')) warnings.push(text);
}

const boundaries = [1, 10, 100];

/** Records points of each kind. */
function record(provider) {
  const meter = provider.getMeter('shop', '1.2.3');
  const orders = meter.createCounter('orders', { unit: '{order}', description: 'Orders.' });
  orders.add(2, { channel: 'web' });
  orders.add(3, { channel: 'app' });
  orders.add(4, { channel: 'web' });
  meter.createUpDownCounter('open').add(-2);
  meter.createGauge('temperature').record(21.5, { room: 'a' });
  const advice = { explicitBucketBoundaries: boundaries };
  const duration = meter.createHistogram('duration', { unit: 's', advice });
  for (const value of [0.5, 5, 50, 500, 5_000]) duration.record(value);
  const size = meter.createHistogram('size');
  for (const value of [1, 2, 4, 8]) size.record(value);
  meter.createObservableGauge('queue').addCallback((result) => result.observe(7, { name: 'mail' }));
}

const views = [{ instrumentName: 'size', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } }];
const resource = resourceFromAttributes({ 'service.name': 'matrix' });

function provide(...readers) {
  return new MeterProvider({ resource, views, readers });
}

/** Returns a reader that exports only when flushed. */
function periodic(exporter) {
  return new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 60_000, exportTimeoutMillis: 5_000 });
}

function pointsOf(resourceMetrics) {
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(all.map((metric) => [metric.descriptor.name, metric.dataPoints]));
}

function typesOf(resourceMetrics) {
  const all = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics);
  return Object.fromEntries(all.map((metric) => [metric.descriptor.name, metric.dataPointType]));
}

function checkPoints(resourceMetrics) {
  const points = pointsOf(resourceMetrics);
  assert.equal(resourceMetrics.resource.attributes['service.name'], 'matrix');
  assert.equal(resourceMetrics.scopeMetrics[0].scope.version, '1.2.3');
  assert.deepEqual(
    points.orders.map(({ attributes, value }) => [attributes, value]),
    [
      [{ channel: 'web' }, 6],
      [{ channel: 'app' }, 3],
    ],
  );
  assert.equal(points.open[0].value, -2);
  assert.equal(points.temperature[0].value, 21.5);
  assert.equal(points.queue[0].value, 7);
  const { buckets, count, sum, min, max } = points.duration[0].value;
  assert.deepEqual({ ...buckets }, { boundaries, counts: [1, 1, 1, 2] });
  assert.deepEqual([count, sum, min, max], [5, 5_555.5, 0.5, 5_000]);
  const exponential = points.size[0].value;
  assert.deepEqual([exponential.count, exponential.sum, exponential.min, exponential.max], [4, 15, 1, 8]);
  assert.equal(typesOf(resourceMetrics).size, DataPointType.EXPONENTIAL_HISTOGRAM);
  assert.equal(typesOf(resourceMetrics).duration, DataPointType.HISTOGRAM);
  const [begin, end] = [points.orders[0].startTime, points.orders[0].endTime];
  assert.ok(begin[0] < end[0] || (begin[0] === end[0] && begin[1] <= end[1]));
}

async function receive(work) {
  const requests = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    requests.push({ path: request.url, body: Buffer.concat(chunks).toString() });
    response.setHeader('content-type', 'application/json').end('{}');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return requests;
}

const checks = {
  async 'PeriodicExportingMetricReader and InMemoryMetricExporter, cumulative'() {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const provider = provide(periodic(exporter));
    record(provider);
    await provider.forceFlush();
    await provider.forceFlush();
    const exported = exporter.getMetrics();
    assert.equal(exported.length, 2);
    for (const resourceMetrics of exported) checkPoints(resourceMetrics);
    await provider.shutdown();
  },

  async 'PeriodicExportingMetricReader and InMemoryMetricExporter, delta'() {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
    const provider = provide(periodic(exporter));
    record(provider);
    await provider.forceFlush();
    provider.getMeter('shop', '1.2.3').createCounter('orders', { unit: '{order}' }).add(1, { channel: 'app' });
    await provider.forceFlush();
    const [first, second] = exporter.getMetrics();
    checkPoints(first);
    assert.deepEqual(
      pointsOf(second).orders.map(({ attributes, value }) => [attributes, value]),
      [[{ channel: 'app' }, 1]],
    );
    await provider.shutdown();
  },

  async ConsoleMetricExporter() {
    const printed = [];
    const { dir } = console;
    console.dir = (item) => printed.push(item);
    try {
      const provider = provide(periodic(new ConsoleMetricExporter()));
      record(provider);
      await provider.forceFlush();
      await provider.shutdown();
    } finally {
      console.dir = dir;
    }
    const orders = printed.find(({ descriptor }) => descriptor.name === 'orders');
    assert.deepEqual(
      orders.dataPoints.map(({ value }) => value),
      [6, 3],
    );
  },

  async PrometheusExporter() {
    const exporter = new PrometheusExporter({ preventServerStart: true });
    const provider = provide(exporter);
    record(provider);
    const text = await scraped(exporter);
    for (const line of [
      /^orders_total\{channel="web".*\} 6/m,
      /^orders_total\{channel="app".*\} 3/m,
      /^open(\{.*\})? -2/m,
      /^temperature\{room="a".*\} 21\.5/m,
      /^duration_(seconds_)?bucket\{.*le="10".*\} 2/m,
      /^duration_(seconds_)?bucket\{.*le="\+Inf".*\} 5/m,
      /^queue\{name="mail".*\} 7/m,
    ]) {
      assert.match(text, line);
    }
    await provider.shutdown();
  },

  async OTLPMetricExporter() {
    const requests = await receive(async (url) => {
      const provider = provide(periodic(new OTLPMetricExporter({ url: `${url}/v1/metrics` })));
      record(provider);
      await provider.forceFlush();
      await provider.shutdown();
    });
    assert.equal(requests[0].path, '/v1/metrics');
    const [{ scopeMetrics }] = JSON.parse(requests[0].body).resourceMetrics;
    const sent = Object.fromEntries(scopeMetrics[0].metrics.map((metric) => [metric.name, metric]));
    assert.deepEqual(
      sent.orders.sum.dataPoints.map(({ asDouble }) => asDouble),
      [6, 3],
    );
    assert.equal(sent.orders.sum.isMonotonic, true);
    assert.deepEqual(sent.duration.histogram.dataPoints[0].bucketCounts.map(Number), [1, 1, 1, 2]);
    assert.equal(Number(sent.size.exponentialHistogram.dataPoints[0].count), 4);
    assert.equal(sent.queue.gauge.dataPoints[0].asDouble, 7);
  },

  async 'all of them at once'() {
    const exporters = [AggregationTemporality.CUMULATIVE, AggregationTemporality.DELTA].map(
      (temporality) => new InMemoryMetricExporter(temporality),
    );
    const prometheus = new PrometheusExporter({ preventServerStart: true });
    const provider = provide(...exporters.map(periodic), prometheus);
    record(provider);
    await provider.forceFlush();
    for (const exporter of exporters) checkPoints(exporter.getMetrics()[0]);
    assert.match(await scraped(prometheus), /^orders_total\{channel="web".*\} 6/m);
    await provider.shutdown();
  },

  async 'registered as the global provider of this API'() {
    const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
    const provider = provide(periodic(exporter));
    assert.equal(globalMetrics.setGlobalMeterProvider(provider), true);
    record(globalMetrics);
    await provider.forceFlush();
    checkPoints(exporter.getMetrics()[0]);
    await provider.shutdown();
    globalMetrics.disable();
  },
};

/** Returns the text of a scrape, without opening a port. */
function scraped(exporter) {
  return new Promise((resolve) => {
    const response = { statusCode: 0, setHeader() {}, end: resolve };
    exporter.getMetricsRequestHandler({ url: '/metrics', headers: {} }, response);
  });
}

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    assert.deepEqual(warnings.splice(0), []);
    console.log(`ok ${name}`);
  } catch (error) {
    console.log(`not ok ${name}\n${error.stack}`);
    process.exitCode = 1;
  }
}
