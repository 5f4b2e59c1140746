/** The names that queries use for metrics of OTLP are those that a real receiver gives to them. */
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { otlp } from '../../src/backends/otlp/index.js';
import { shipped } from '../../src/dashboards/index.js';
import {
  type AttributeType,
  counter,
  defineCatalogue,
  gauge,
  histogram,
  type Metric,
  startMetrics,
  upDownCounter,
} from '../../src/index.js';
import { queryNames } from '../../src/panels/index.js';
import { realServer } from './available.js';
import { startVictoriaMetrics, type VictoriaMetrics } from './victoria-metrics.js';

const server = realServer('VICTORIA_METRICS');

const description = 'Test.';
/** Names that contain their unit, `total` or `ratio`, in full, in short or in parts, and characters that labels lack. */
const tricky = [
  ...[
    'requests',
    'requests_total',
    'total_requests',
    'requests.total.count',
    'total',
    'bytes_total',

    'a-b/c.d',
  ].flatMap((name) =>
    ['{request}', 'By', 's', '1', 'By/s', '{request}/s', '%'].map((unit) =>
      counter({ name: `c${name}`, unit, description }),
    ),
  ),
  ...[
    'wait_ms',
    'wait_milliseconds',
    'wait.time',
    'hit_ratio',
    'ratio_hit',
    'load_pct',
    'temp_c',
    'per_second_x',
    'qps',
  ].flatMap((name) =>
    ['ms', '1', '%', 'Cel', '{request}/s', 'MBy', 'm/s'].flatMap((unit) => [
      gauge({ name: `g${name}`, unit, description }),
      upDownCounter({ name: `u${name}`, unit, description }),
      histogram({ name: `h${name}`, unit, description, buckets: [1] }),
    ]),
  ),
];

const trickyMetrics = tricky.flatMap(
  (definition, index) =>
    // One catalogue each: names that differ in their punctuation only are one name to Prometheus.
    defineCatalogue({ [`m${index}`]: { ...definition, name: `${definition.name}_${index}x` } }).metrics,
);

const metrics: readonly Metric[] = [
  ...trickyMetrics,
  ...Object.values(shipped).flatMap(({ catalogue }) => catalogue().metrics),
];

/** Returns a value of an attribute. */
function possibleValue({ kind, values, min }: AttributeType): string | number | boolean {
  if (kind === 'boolean') return true;
  return kind === 'integer' ? (min ?? 1) : (values?.[0] ?? 'x');
}

/** Records one value. */
function record(metric: Metric, instrument: AnyInstrument): void {
  const attributes = Object.fromEntries(
    Object.entries(metric.attributes).map(([key, type]) => [key, possibleValue(type)]),
  );
  if (metric.shape === 'info') instrument.set?.(attributes);
  else if (metric.shape === 'stateSet') instrument.set?.(metric.states?.[0]);
  else if (instrument.addCallback !== undefined) instrument.addCallback((result) => result.observe(1, attributes));
  else (instrument.add ?? instrument.record ?? instrument.set)?.call(instrument, 1, attributes);
}

interface AnyInstrument {
  add?(value: number, attributes: object): void;
  record?(value: number, attributes: object): void;
  set?(...values: unknown[]): void;
  addCallback?(callback: (result: { observe(value: number, attributes: object): void }) => void): void;
}

describe.skipIf(server.missing)(`names of OTLP${server.note}`, () => {
  let victoria: VictoriaMetrics;
  beforeAll(async () => {
    victoria = await startVictoriaMetrics(server.bin, ['-opentelemetry.usePrometheusNaming']);
  });
  afterAll(() => victoria?.stop());

  test('a receiver gives the names that queries use', async () => {
    // As `defineCatalogue` makes it: metrics of catalogues have a key and are definitions at the same time.
    const catalogues = Object.fromEntries(
      metrics.map((metric, index) => [
        `c${index}`,
        { definitions: { [metric.key]: metric }, metrics: [metric], scope: { name: 'names' } },
      ]),
    );
    const started = startMetrics({
      isolated: true,
      serviceName: 'names',
      withoutSelfMetrics: true,
      catalogues,
      backends: [otlp({ endpoint: victoria.otlpUrl })],
    });
    metrics.forEach((metric, index) => {
      record(metric, (started[`c${index}` as never] as Readonly<Record<string, AnyInstrument>>)[metric.key] as never);
    });
    expect((await started.shutdown()).ok).toBe(true);
    const received = await vi.waitFor(async () => {
      const found = new Set((await victoria.query('{__name__=~".+"}')).map(({ name }) => name));
      expect(found.size).toBeGreaterThan(metrics.length / 2);
      return found;
    }, 10_000);
    const names = queryNames({ path: 'otlp' });
    const missing = metrics.flatMap((metric) => {
      const { family, sample } = names.metric(metric);
      const series = metric.kind === 'histogram' ? `${family}_count` : sample;
      return received.has(series) ? [] : [`${metric.name} (${metric.unit}, ${metric.kind}): ${series}`];
    });
    expect(missing).toEqual([]);
  });
});
