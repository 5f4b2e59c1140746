/** An instrument of every kind, and the samples of its recordings in each format. */
import type { MeterProvider } from '@opentelemetry/api';
import { AggregationType, type ViewOptions } from '@opentelemetry/sdk-metrics';
import type { ReadSample } from './samples.js';

/** Formats that differ in the samples that they can express. */
export type Format = 'text' | 'openMetrics' | 'protobuf';

export const viewsOfEveryKind: ViewOptions[] = [
  { instrumentName: 'kinds.exponential', aggregation: { type: AggregationType.EXPONENTIAL_HISTOGRAM } },
];

/** Values of the exponential histogram; their sum is exact in binary. */
export const exponentialValues = [0, 0.75, 1.5, 1.5, 3, 12];

/** The types of the families, in order of creation. */
export const typesOfEveryKind = [
  ['kinds_orders', 'counter'],
  ['kinds_carts', 'gauge'],
  ['kinds_temperature_celsius', 'gauge'],
  ['kinds_wait_seconds', 'histogram'],
  ['kinds_offset', 'histogram'],
  ['kinds_exponential', 'histogram'],
  ['kinds_read_bytes', 'counter'],
  ['kinds_open_files', 'gauge'],
  ['kinds_depth', 'gauge'],
  ['kinds_announced', 'counter'],
  ['kinds_announced_gauge', 'gauge'],
  ['kinds_announced_seconds', 'histogram'],
  ['shared_requests', 'counter'],
] as const;

/** Records once into an instrument of each kind. */
export function recordEveryKind(provider: MeterProvider): void {
  const meter = provider.getMeter('kinds');
  const orders = meter.createCounter('kinds.orders', { unit: '{order}', description: 'Orders.' });
  orders.add(2, { channel: 'web' });
  orders.add(0.5, { channel: 'app' });
  meter.createUpDownCounter('kinds.carts', { description: 'Carts.' }).add(-3);
  meter.createGauge('kinds.temperature', { unit: 'Cel', description: 'Temperature.' }).record(-3.25);

  const wait = { unit: 's', description: 'Wait.', advice: { explicitBucketBoundaries: [0.25, 1, 10] } };
  const waits = meter.createHistogram('kinds.wait', wait);
  for (const value of [0.125, 0.25, 0.5, 64]) waits.record(value, { queue: 'slow' });
  const offset = { description: 'Offset.', advice: { explicitBucketBoundaries: [-10, 0, 10] } };
  const offsets = meter.createHistogram('kinds.offset', offset);
  for (const value of [-20, -5, 5, 12]) offsets.record(value);
  const exponential = meter.createHistogram('kinds.exponential', { description: 'Powers of two.' });
  for (const value of exponentialValues) exponential.record(value);

  const read = meter.createObservableCounter('kinds.read', { unit: 'By', description: 'Bytes read.' });
  read.addCallback((result) => result.observe(1024, { disk: 'a' }));
  const open = meter.createObservableUpDownCounter('kinds.open_files', { description: 'Files.' });
  open.addCallback((result) => result.observe(-4));
  const depth = meter.createObservableGauge('kinds.depth', { description: 'Depth.' });
  depth.addCallback((result) => result.observe(2.5));

  meter.createCounter('kinds.announced', { description: 'Announced.' });
  meter.createGauge('kinds.announced_gauge', { description: 'Announced.' });
  meter.createHistogram('kinds.announced_seconds', { unit: 's', description: 'Announced.' });

  provider.getMeter('first').createCounter('shared.requests', { description: 'Requests.' }).add(1);
  provider.getMeter('second', '1.2').createCounter('shared.requests', { description: 'Requests.' }).add(2);
}

/** Returns the expected samples. In protobuf the exponential histogram is native and therefore has no samples. */
export function samplesOfEveryKind(format: Format): ReadSample[] {
  const scope = { otel_scope_name: 'kinds' };
  const powers = { 0: 1, 1: 2, 2: 4, 4: 5, 8: 5, 16: 6, '+Inf': 6 };
  // OpenMetrics omits the sum and the count of a histogram with negative boundaries.
  const offsetSum = format === 'openMetrics' ? undefined : -8;
  const samples = [
    { name: 'kinds_orders_total', labels: { ...scope, channel: 'web' }, value: 2 },
    { name: 'kinds_orders_total', labels: { ...scope, channel: 'app' }, value: 0.5 },
    { name: 'kinds_carts', labels: scope, value: -3 },
    { name: 'kinds_temperature_celsius', labels: scope, value: -3.25 },
    ...histogram('kinds_wait_seconds', { ...scope, queue: 'slow' }, { '0.25': 2, 1: 3, 10: 3, '+Inf': 4 }, 64.875),
    ...histogram('kinds_offset', scope, { '-10': 1, 0: 2, 10: 3, '+Inf': 4 }, offsetSum),
    { name: 'kinds_read_bytes_total', labels: { ...scope, disk: 'a' }, value: 1024 },
    { name: 'kinds_open_files', labels: scope, value: -4 },
    { name: 'kinds_depth', labels: scope, value: 2.5 },
    { name: 'shared_requests_total', labels: { otel_scope_name: 'first' }, value: 1 },
    { name: 'shared_requests_total', labels: { otel_scope_name: 'second', otel_scope_version: '1.2' }, value: 2 },
  ];
  if (format === 'protobuf') return samples;
  return [...samples, ...histogram('kinds_exponential', scope, powers, 18.75)];
}

/** Returns the samples of a histogram, without sum and count if the sum is absent. */
function histogram(
  name: string,
  labels: Readonly<Record<string, string>>,
  buckets: Readonly<Record<string, number>>,
  sum: number | undefined,
): ReadSample[] {
  const bucketSamples = Object.entries(buckets).map(([le, value]) => ({
    name: `${name}_bucket`,
    labels: { ...labels, le },
    value,
  }));
  if (sum === undefined) return bucketSamples;
  const count = buckets['+Inf'] as number;
  return [
    ...bucketSamples,
    { name: `${name}_sum`, labels, value: sum },
    { name: `${name}_count`, labels, value: count },
  ];
}
