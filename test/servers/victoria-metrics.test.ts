/** A real VictoriaMetrics receives OTLP and Datadog series, and PromQL reads the recorded values back. */
import { metrics as otelMetrics } from '@opentelemetry/api';
import { startMetrics } from 'otelier';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp } from '../support/program.js';
import { realServer } from './available.js';
import { recordHostile } from './hostile-registry.js';
import { hostileValues } from './hostile-texts.js';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.js';

const server = realServer('VICTORIA_METRICS');

/** Records once into each kind of metric, ends, and prints the result of the last delivery. */
const application = `
  import { counter, defineCatalogue, gauge, histogram, startMetrics, text, upDownCounter } from 'otelier';
  const shop = defineCatalogue({
    orders: counter({ name: 'vm.orders', unit: '{order}', description: 'Orders.', attributes: { text: text() } }),
    carts: upDownCounter({ name: 'vm.carts', unit: '{cart}', description: 'Carts.' }),
    temperature: gauge({ name: 'vm.temperature', unit: 'Cel', description: 'Temperature.' }),
    wait: histogram({ name: 'vm.wait', unit: 's', description: 'Wait.', buckets: [0.25, 1, 10] }),
    size: histogram({ name: 'vm.size', unit: 'By', description: 'Size.', aggregation: 'exponential' }),
  });
  const metrics = startMetrics({ catalogues: { shop }, withoutSelfMetrics: true });
  const texts = ['plain', 'ü "quoted" \\\\ \\n', '🚀', 'a=b,c{d}'];
  texts.forEach((text, index) => metrics.shop.orders.add(1.5 + index, { text }));
  metrics.shop.carts.add(-3);
  metrics.shop.temperature.set(-2.5);
  for (const value of [0.125, 0.25, 0.5, 64]) metrics.shop.wait.record(value);
  for (const value of [0, 0.75, 1.5, 1.5, 3, 12]) metrics.shop.size.record(value);
  const startedAt = performance.now();
  const { ok, backends: [{ reason }] } = await metrics.shutdown();
  console.log(JSON.stringify({ ok, reason, points: metrics.status().backends[0].points, ms: performance.now() - startedAt }));`;

describe.skipIf(server.missing)(`VictoriaMetrics${server.note}`, () => {
  let victoria: VictoriaMetrics;
  beforeAll(async () => {
    victoria = await startVictoriaMetrics(server.bin);
  });
  afterAll(() => victoria?.stop());

  async function push(service: string, environment: Record<string, string>) {
    const program = startApp(application, { OTEL_SERVICE_NAME: service, ...environment });
    const { code, stdout } = await program.end;
    expect(code, program.output()).toBe(0);
    return JSON.parse(stdout) as { ok: boolean; reason?: string; points: object; ms: number };
  }

  /** Returns values by name and the given label. */
  async function valuesOf(selector: string, label: string): Promise<Record<string, number>> {
    const samples = await victoria.query(selector);
    return Object.fromEntries(
      samples.map(({ name, labels, value }) => [label === '' ? name : `${name} ${labels[label]}`, value]),
    );
  }

  const otlp = (protocol: string) => ({
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: victoria.otlpUrl,
  });
  const orders = { plain: 1.5, 'ü "quoted" \\ \n': 2.5, '🚀': 3.5, 'a=b,c{d}': 4.5 };
  const named = (name: string, values: Record<string, number>) =>
    Object.fromEntries(Object.entries(values).map(([label, value]) => [`${name} ${label}`, value]));

  test.each(['none', 'gzip'])('reads back OTLP protobuf, compression %s', async (compression) => {
    const service = `vm protobuf ${compression}`;
    const result = await push(service, { ...otlp('http/protobuf'), OTEL_EXPORTER_OTLP_COMPRESSION: compression });
    expect(result).toMatchObject({ ok: true, points: { exported: 8, rejected: 0, dropped: {} } });
    expect(result.ms).toBeLessThan(5_000);
    const of = (name: string) => `{__name__="${name}",service.name="${service}"}`;
    await expect.poll(() => valuesOf(of('vm.orders'), 'text'), { timeout: 10_000 }).toEqual(named('vm.orders', orders));
    expect(await valuesOf(of('vm.carts'), '')).toEqual({ 'vm.carts': -3 });
    expect(await valuesOf(of('vm.temperature'), '')).toEqual({ 'vm.temperature': -2.5 });
    expect(await valuesOf(of('vm.wait_bucket'), 'le')).toEqual(
      named('vm.wait_bucket', { '0.25': 2, 1: 3, 10: 3, '+Inf': 4 }),
    );
    expect(await valuesOf(of('vm.wait_sum'), '')).toEqual({ 'vm.wait_sum': 64.875 });
    expect(await valuesOf(of('vm.size_count'), '')).toEqual({ 'vm.size_count': 6 });
    expect(await valuesOf(of('vm.size_sum'), '')).toEqual({ 'vm.size_sum': 18.75 });
    const ranges = await victoria.query(of('vm.size_bucket'));
    expect(ranges.reduce((sum, { value }) => sum + value, 0)).toBe(6);
    const half = await victoria.query(`histogram_quantile(0.5, sum by (vmrange) (${of('vm.size_bucket')}))`);
    expect(half[0]?.value).toBeGreaterThan(1.4);
    expect(half[0]?.value).toBeLessThanOrEqual(1.5);
  });

  test('accepts hostile texts and numbers, and the flush ends in time', async () => {
    const metrics = startMetrics({
      environment: { OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: victoria.otlpUrl, OTEL_LOG_LEVEL: 'none' },
      serviceName: 'vm hostile',
    });
    try {
      recordHostile(otelMetrics.getMeterProvider());
      const startedAt = performance.now();
      expect(await metrics.forceFlush()).toEqual({ ok: true, backends: [{ backend: 'otlp', ok: true }] });
      expect(performance.now() - startedAt).toBeLessThan(5_000);
      expect(metrics.status().backends[0]?.points).toMatchObject({ rejected: 0, dropped: {} });
      const values = async () => (await victoria.query('{__name__="hostile.values"}')).map(({ value }) => value).sort();
      await expect.poll(values, { timeout: 10_000 }).toEqual(hostileValues.map((_, index) => 3_000 + index));
    } finally {
      await metrics.shutdown();
    }
  });

  test('refuses OTLP JSON, which is reported and counted', async () => {
    const result = await push('vm json', otlp('http/json'));
    expect(result).toMatchObject({ ok: false, points: { exported: 0, dropped: { refused: 8 } } });
    expect(result.reason).toMatch(/^HTTP 400: .*json encoding isn't supported/);
  });

  test('reads back Datadog series', async () => {
    const result = await push('vm-datadog', {
      OTEL_METRICS_EXPORTER: 'datadog',
      DD_API_KEY: 'key',
      OTELIER_DATADOG_ENDPOINT: victoria.datadogUrl,
    });
    expect(result).toMatchObject({ ok: true, points: { rejected: 0, dropped: {} } });
    const samples = () => victoria.query('{service="vm-datadog"}');
    const sums = async () => {
      const byName: Record<string, number> = {};
      for (const { name, value } of await samples()) byName[name] = (byName[name] ?? 0) + value;
      return byName;
    };
    await expect.poll(sums, { timeout: 10_000 }).toMatchObject({
      'vm.orders': 12,
      'vm.carts': -3,
      'vm.temperature': -2.5,
      'vm.wait.count': 4,
      'vm.wait.sum': 64.875,
    });
  });
});
