/** Generators of OpenTelemetry collections, and their bytes from the stock encoder. */
import type { Attributes, HrTime } from '@opentelemetry/api';
import { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import { emptyResource, type Resource, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AggregationTemporality,
  DataPointType,
  InstrumentType,
  type MetricData,
  type ResourceMetrics,
  type ScopeMetrics,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';

/** Returns the bytes of the stock encoder. */
export function stockBytes(resourceMetrics: ResourceMetrics): Buffer {
  return Buffer.from(ProtobufMetricsSerializer.serializeRequest(resourceMetrics) as Uint8Array);
}

/** Minimal point of a metric. */
export interface Sample {
  readonly type: DataPointType;
  readonly value: unknown;
  readonly name?: string;
  readonly description?: string;
  readonly unit?: string;
  readonly valueType?: 0 | 1;
  readonly attributes?: Attributes;
  readonly delta?: boolean;
  readonly isMonotonic?: boolean;
  readonly startMs?: number;
  readonly endMs?: number;
}

/** Converts milliseconds to the time of stock data. */
function hrTime(unixMs: number): HrTime {
  const seconds = Math.floor(unixMs / 1_000);
  return [seconds, Math.round((unixMs - seconds * 1_000) * 1e6)];
}

/** Returns a metric whose points differ in attributes, value and times. */
export function metricOf(first: Sample, ...others: Partial<Sample>[]): MetricData {
  const { type, name = 'm', description = '', unit = '', valueType = 1, delta = false, isMonotonic = true } = first;
  return {
    descriptor: { name, description, unit, valueType, type: instrumentTypes[type] },
    aggregationTemporality: delta ? AggregationTemporality.DELTA : AggregationTemporality.CUMULATIVE,
    dataPointType: type,
    ...(type === DataPointType.SUM ? { isMonotonic } : {}),
    dataPoints: [first, ...others].map((point) => {
      const { attributes = {}, startMs = 1_700_000_000_000, endMs = 1_700_000_015_250, value } = { ...first, ...point };
      return { attributes, startTime: hrTime(startMs), endTime: hrTime(endMs), value };
    }),
  } as unknown as MetricData;
}

const instrumentTypes = {
  [DataPointType.SUM]: InstrumentType.COUNTER,
  [DataPointType.GAUGE]: InstrumentType.GAUGE,
  [DataPointType.HISTOGRAM]: InstrumentType.HISTOGRAM,
  [DataPointType.EXPONENTIAL_HISTOGRAM]: InstrumentType.HISTOGRAM,
};

/** Returns a collection of one scope. */
export function collectionOf(...metrics: MetricData[]): ResourceMetrics {
  return { resource: emptyResource(), scopeMetrics: [{ scope: { name: 's' }, metrics }] };
}

/** Returns a collection with only the points whose index a test accepts, without empty metrics. */
export function restricted({ resource, scopeMetrics }: ResourceMetrics, keep: (index: number) => boolean) {
  let index = 0;
  const metricsOf = (scope: ScopeMetrics) =>
    scope.metrics
      .map((metric) => ({ ...metric, dataPoints: metric.dataPoints.filter(() => keep(index++)) }) as MetricData)
      .filter(({ dataPoints }) => dataPoints.length > 0);
  const kept = scopeMetrics
    .map((scope) => ({ scope: scope.scope, metrics: metricsOf(scope) }))
    .filter(({ metrics }) => metrics.length > 0);
  return { resource, scopeMetrics: kept } satisfies ResourceMetrics;
}

/** Counts the points of a collection. */
export function pointCount({ scopeMetrics }: ResourceMetrics): number {
  return scopeMetrics.flatMap(({ metrics }) => metrics).reduce((sum, { dataPoints }) => sum + dataPoints.length, 0);
}

/** Texts with characters of all lengths in UTF-8, and lone surrogates. */
export const anyText = fc.string({
  unit: fc.constantFrom('a', 'B', '0', '.', '"', '\\', '\0', '\n', 'é', '漢', '😀', '\ud83d', '\ude00', '\uffff'),
  maxLength: 6,
});

const anyScalar: fc.Arbitrary<unknown> = fc.oneof(
  anyText,
  fc.string({ minLength: 100, maxLength: 300 }),
  fc.boolean(),
  fc.maxSafeInteger(),
  fc.double(),
  fc.constantFrom(0, -0, -1, 127, 128, 2 ** 32, -(2 ** 32), 2 ** 53, 2 ** 62, -(2 ** 63), 2 ** 63, 1e300),
  fc.constantFrom(null, undefined),
  fc.uint8Array({ maxLength: 3 }),
);

/** Attributes, including types that OpenTelemetry does not allow. */
export const anyAttributes = fc.dictionary(
  anyText,
  fc.oneof(
    { weight: 3, arbitrary: anyScalar },
    { weight: 1, arbitrary: fc.array(anyScalar, { maxLength: 4 }) },
    { weight: 1, arbitrary: fc.dictionary(anyText, anyScalar, { maxKeys: 2 }) },
  ),
  { maxKeys: 4 },
) as fc.Arbitrary<Attributes>;

/** Times in whole and fractional milliseconds, beyond 32 bits of seconds. */
export const anyTime = fc.oneof(
  fc.integer({ min: 0, max: 8_000_000_000_000 }),
  fc.integer({ min: 0, max: 4_000_000_000_000 * 8 }).map((eighths) => eighths / 8),
);

const anyCount = fc.oneof(fc.nat(300), fc.maxSafeInteger().map(Math.abs), fc.constantFrom(2 ** 32 - 1, 2 ** 32));
const maybe = fc.option(fc.double(), { nil: undefined });
const anyBuckets = fc.record({
  offset: fc.oneof(fc.integer({ min: -200, max: 200 }), fc.integer()),
  bucketCounts: fc.array(anyCount, { maxLength: 20 }),
});

/** Values of points by type. */
export const anyValue: Readonly<Record<DataPointType, fc.Arbitrary<unknown>>> = {
  [DataPointType.SUM]: fc.oneof(fc.maxSafeInteger(), fc.double()),
  [DataPointType.GAUGE]: fc.oneof(fc.maxSafeInteger(), fc.double()),
  [DataPointType.HISTOGRAM]: fc.uniqueArray(fc.double({ noNaN: true }), { maxLength: 16 }).chain((bounds) =>
    fc.record({
      count: anyCount,
      sum: maybe,
      min: maybe,
      max: maybe,
      buckets: fc.record({
        boundaries: fc.constant(bounds.sort((one, other) => one - other)),
        counts: fc.array(anyCount, { minLength: bounds.length + 1, maxLength: bounds.length + 1 }),
      }),
    }),
  ),
  [DataPointType.EXPONENTIAL_HISTOGRAM]: fc.record({
    count: anyCount,
    sum: maybe,
    min: maybe,
    max: maybe,
    scale: fc.integer({ min: -10, max: 20 }),
    zeroCount: anyCount,
    positive: anyBuckets,
    negative: anyBuckets,
  }),
};

const anyPointType = fc.constantFrom(
  DataPointType.SUM,
  DataPointType.GAUGE,
  DataPointType.HISTOGRAM,
  DataPointType.EXPONENTIAL_HISTOGRAM,
);

const anyMetric: fc.Arbitrary<MetricData> = anyPointType.chain((type) =>
  fc
    .record({
      name: anyText,
      description: anyText,
      unit: anyText,
      valueType: fc.constantFrom(0 as const, 1 as const),
      delta: fc.boolean(),
      isMonotonic: fc.boolean(),
      points: fc.array(
        fc.record({ attributes: anyAttributes, startMs: anyTime, endMs: anyTime, value: anyValue[type] }),
        { minLength: 1, maxLength: 5 },
      ),
    })
    .map(({ points: [first, ...others], ...rest }) => metricOf({ type, ...rest, ...first } as Sample, ...others)),
);

const anySchemaUrl = fc.constantFrom(undefined, '', 'https://opentelemetry.io/schemas/1.40.0');

const anyResource: fc.Arbitrary<Resource> = fc
  .tuple(fc.oneof(fc.constant({}), anyAttributes), anySchemaUrl)
  .map(([attributes, schemaUrl]) =>
    resourceFromAttributes(attributes, schemaUrl === undefined ? undefined : { schemaUrl }),
  );

const anyScope = fc.record({
  scope: fc.record(
    { name: anyText, version: fc.constantFrom('', '1.2.3'), schemaUrl: anySchemaUrl },
    { requiredKeys: ['name'] },
  ) as fc.Arbitrary<ScopeMetrics['scope']>,
  metrics: fc.array(anyMetric, { minLength: 1, maxLength: 4 }),
});

/** Collection with points. */
export const anyCollection: fc.Arbitrary<ResourceMetrics> = fc.record({
  resource: anyResource,
  scopeMetrics: fc.array(anyScope, { minLength: 1, maxLength: 3 }),
});
