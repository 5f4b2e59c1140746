/** A real Prometheus 3 scrapes names and keys with dots unchanged, and with underscores if it asks for them. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realServer } from './available.js';
import { type Endpoint, startEndpoint } from './endpoint.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';
import { samplesOf } from './samples.js';

const server = realServer('PROMETHEUS_3');
const protocols = { text: 'PrometheusText1.0.0', openMetrics: 'OpenMetricsText1.0.0', protobuf: 'PrometheusProto' };

describe.skipIf(server.missing)(`UTF-8 names${server.note}`, () => {
  let endpoint: Endpoint;
  let prometheus: PrometheusServer;
  beforeAll(async () => {
    endpoint = await startEndpoint({ translationStrategy: 'NoUTF8EscapingWithSuffixes', withoutScopeLabels: true });
    const meter = endpoint.provider.getMeter('names');
    const orders = meter.createCounter('shop.orders', { unit: '{order}', description: 'Orders.' });
    orders.add(3, { 'user.region': 'eu', größe: '"1" \\ \n' });
    meter.createGauge('shop.größe', { unit: 'By', description: 'Size.' }).record(2.5, { a: '🚀' });
    const wait = { unit: 's', description: 'Wait.', advice: { explicitBucketBoundaries: [1] } };
    meter.createHistogram('shop.wait', wait).record(0.5, { 'queue.name': 'a.b' });
    const schemes = {
      utf8: {},
      legacy: { metric_name_validation_scheme: 'legacy', metric_name_escaping_scheme: 'underscores' },
    };
    const jobs = Object.entries(protocols).flatMap(([format, protocol]) =>
      Object.entries(schemes).map(([scheme, settings]) => ({
        name: `${format}-${scheme}`,
        target: endpoint.target,
        settings: { scrape_protocols: [protocol], ...settings },
      })),
    );
    prometheus = await startPrometheus(server.bin, jobs);
    for (const { name } of jobs) await prometheus.untilUp(name);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await endpoint?.stop();
  });

  const read = async (job: string) =>
    samplesOf((await prometheus.samplesOf(job)).filter(({ name }) => !name.startsWith('target')));
  const labels = { le: '1', 'queue.name': 'a.b' };

  test.each(['text', 'openMetrics'])('%s keeps names and keys', async (format) => {
    expect(await read(`${format}-utf8`)).toEqual(
      samplesOf([
        { name: 'shop.orders_total', labels: { 'user.region': 'eu', größe: '"1" \\ \n' }, value: 3 },
        { name: 'shop.größe_bytes', labels: { a: '🚀' }, value: 2.5 },
        { name: 'shop.wait_seconds_bucket', labels, value: 1 },
        { name: 'shop.wait_seconds_bucket', labels: { ...labels, le: '+Inf' }, value: 1 },
        { name: 'shop.wait_seconds_sum', labels: { 'queue.name': 'a.b' }, value: 0.5 },
        { name: 'shop.wait_seconds_count', labels: { 'queue.name': 'a.b' }, value: 1 },
      ]),
    );
  });

  // Prometheus does not ask for UTF-8 names in protobuf, and the default of the format is underscores.
  test.each(['text-legacy', 'openMetrics-legacy', 'protobuf-legacy', 'protobuf-utf8'])('%s is escaped', async (job) => {
    const samples = await read(job);
    const sum = Object.values(samples).reduce((total, value) => total + value, 0);
    expect(Object.keys(samples).every((key) => /^[a-zA-Z_][a-zA-Z0-9_]*\{/.test(key))).toBe(true);
    expect(sum).toBe(3 + 2.5 + 1 + 1 + 0.5 + 1);
    expect(await prometheus.valueOf(`shop_orders_total{job="${job}",user_region="eu"}`)).toBe(3);
  });
});
