/**
 * Field numbers of OTLP by message (opentelemetry-proto 1.x: collector/metrics/v1, metrics/v1, resource/v1, common/v1).
 * All are below 16, so each tag takes one byte.
 */
export const requestField = { resourceMetrics: 1 } as const;
export const resourceMetricsField = { resource: 1, scopeMetrics: 2, schemaUrl: 3 } as const;
export const resourceField = { attribute: 1, droppedAttributes: 2 } as const;
export const scopeMetricsField = { scope: 1, metric: 2, schemaUrl: 3 } as const;
export const scopeField = { name: 1, version: 2 } as const;
export const metricField = {
  name: 1,
  description: 2,
  unit: 3,
  gauge: 5,
  sum: 7,
  histogram: 9,
  exponentialHistogram: 10,
} as const;
/** Fields of `Gauge`, `Sum`, `Histogram` and `ExponentialHistogram`. */
export const dataField = { point: 1, temporality: 2, monotonic: 3 } as const;
/** Fields of all types of points. */
export const pointField = { start: 2, end: 3 } as const;
export const numberField = { double: 4, exemplar: 5, int: 6, attribute: 7 } as const;
export const histogramField = {
  count: 4,
  sum: 5,
  bucketCounts: 6,
  bounds: 7,
  exemplar: 8,
  attribute: 9,
  min: 11,
  max: 12,
} as const;
export const exponentialField = {
  attribute: 1,
  count: 4,
  sum: 5,
  scale: 6,
  zeroCount: 7,
  positive: 8,
  negative: 9,
  exemplar: 11,
  min: 12,
  max: 13,
} as const;
/** Field of exemplars, by type of point. */
export const exemplarFields = {
  number: numberField.exemplar,
  histogram: histogramField.exemplar,
  exponentialHistogram: exponentialField.exemplar,
} as const;
export const bucketsField = { offset: 1, counts: 2 } as const;
export const exemplarField = { time: 2, double: 3, spanId: 4, traceId: 5, int: 6, filteredAttribute: 7 } as const;
export const keyValueField = { key: 1, value: 2 } as const;
export const valueField = { string: 1, bool: 2, int: 3, double: 4, array: 5, keyValues: 6, bytes: 7 } as const;
/** Fields of `ArrayValue` and `KeyValueList`. */
export const listField = { value: 1 } as const;

/** Values of `AggregationTemporality`. */
export const temporalities = { delta: 1, cumulative: 2 } as const;
