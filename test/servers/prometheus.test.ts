/** A real Prometheus scrapes the demo: every mandated metric exists with its type and labels, and changes. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { realServer } from './available.js';
import { type Demo, startDemo } from './demo.js';
import { type PrometheusServer, startPrometheus } from './prometheus-server.js';

interface MandatedMetric {
  readonly prometheus_name: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
}

const server = realServer('PROMETHEUS');
const job = 'demo';
const fixture = new URL('../fixtures/spec/inference-server.metrics.json', import.meta.url);
const mandated = (JSON.parse(readFileSync(fixture, 'utf8')) as { metrics: MandatedMetric[] }).metrics;
/** Metrics that need a GPU. */
const ofGpu = new Set(['gpu_memory_mb', 'gpu_utilization_pct']);
const metrics = mandated.filter(({ prometheus_name }) => !ofGpu.has(prometheus_name));

const polling = { timeout: 30_000, interval: 200 };
const seriesNames = ({ prometheus_name: name, kind }: MandatedMetric) =>
  kind === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
/** Prometheus requests OpenMetrics, where only a counter's samples have the suffix `_total`. */
const familyName = (name: string, kind: string) => (kind === 'counter' ? name.replace(/_total$/, '') : name);
const isScrapeLabel = (label: string) =>
  ['__name__', 'job', 'instance', 'le'].includes(label) || label.startsWith('otel_scope_');

describe.skipIf(server.missing)(`the demo scraped by Prometheus${server.note}`, () => {
  let demo: Demo;
  let prometheus: PrometheusServer;
  beforeAll(async () => {
    demo = await startDemo();
    prometheus = await startPrometheus(server.bin, [{ name: job, target: demo.target }]);
  });
  afterAll(async () => {
    await prometheus?.stop();
    await demo?.stop();
  });

  const allSeries = () => prometheus.api<Record<string, string>[]>('series', { 'match[]': `{job="${job}"}` });

  test('the fixture has 31 metrics, two of them for a GPU', () => {
    expect(mandated).toHaveLength(31);
    expect(metrics).toHaveLength(29);
  });

  test('the target is up', async () => {
    const targets = async () => {
      const { activeTargets } = await prometheus.api<{ activeTargets: object[] }>('targets', { state: 'active' });
      return activeTargets;
    };
    const healthy = { health: 'up', lastError: '', scrapeUrl: `http://${demo.target}/metrics` };
    await expect.poll(targets, polling).toEqual([expect.objectContaining(healthy)]);
  });

  test('has all series of every mandated metric', async () => {
    const absent = async () => {
      const present = new Set((await allSeries()).map(({ __name__ }) => __name__));
      return metrics.flatMap(seriesNames).filter((name) => !present.has(name));
    };
    await expect.poll(absent, polling).toEqual([]);
  });

  test('has the mandated types', async () => {
    const found = async () => {
      const query = { match_target: `{job="${job}"}` };
      const metadata = await prometheus.api<{ metric: string; type: string }[]>('targets/metadata', query);
      const types = new Map(metadata.map(({ metric, type }) => [metric, type]));
      const families = metrics.map(({ prometheus_name: name, kind }) => familyName(name, kind));
      return families.map((name) => [name, types.get(name)]);
    };
    const inOpenMetrics = metrics.map(({ prometheus_name: name, kind }) => [familyName(name, kind), kind]);
    await expect.poll(found, polling).toEqual(inOpenMetrics);
  });

  test('has exactly the mandated labels', async () => {
    const found = async () => {
      const labelSets = new Map<string, Set<string>>();
      for (const { __name__: name = '', ...labels } of await allSeries()) {
        const own = Object.keys(labels).filter((label) => !isScrapeLabel(label));
        labelSets.set(name, (labelSets.get(name) ?? new Set()).add(own.sort().join(' ')));
      }
      return metrics.flatMap(seriesNames).map((name) => [name, ...(labelSets.get(name) ?? [])]);
    };
    const mandatedLabels = metrics.flatMap((metric) =>
      seriesNames(metric).map((name) => [name, [...metric.labels].sort().join(' ')]),
    );
    await expect.poll(found, polling).toEqual(mandatedLabels);
  });

  const counters = metrics.filter(({ kind }) => kind === 'counter').map(({ prometheus_name }) => prometheus_name);
  test.each(counters)('%s grows', async (name) => {
    const expression = `sum(${name}{job="${job}"})`;
    await expect.poll(() => prometheus.valueOf(expression), polling).toBeTypeOf('number');
    const before = (await prometheus.valueOf(expression)) as number;
    await expect.poll(() => prometheus.valueOf(expression), polling).toBeGreaterThan(before);
    await expect.poll(() => prometheus.valueOf(`sum(increase(${name}[15s]))`), polling).toBeGreaterThan(0);
  });

  test('computes a quantile of the latency', async () => {
    const expression = 'histogram_quantile(0.95, sum by (le) (rate(request_latency_seconds_bucket[15s])))';
    const hasNumber = async () => Number.isFinite(await prometheus.valueOf(expression));
    await expect.poll(hasNumber, polling).toBe(true);
  });
});
