/** Chooses the aggregation of a stream: from its view, else from its reader, else from the kind of its instrument. */
import type { Attributes } from '@opentelemetry/api';
import { stockBoundaries } from '../model/default-boundaries.js';
import { aggregationTypes, type InstrumentKind, isMonotonic } from '../model/instrument.js';
import type { AggregationOption } from '../model/otel-sdk.js';
import { bucketsOf } from './buckets.js';
import { defaultMaxSize, ExponentialHistogramSeries } from './exponential-histogram.js';
import { HistogramSeries } from './histogram.js';
import { LastValueSeries } from './last-value.js';
import type { Memory } from './memory.js';
import type { Series } from './series.js';
import { SumSeries } from './sum.js';

/** Aggregation of a stream. */
export interface Aggregation {
  readonly points: 'number' | 'histogram' | 'exponentialHistogram';
  /** True for sums and histograms, false for gauges. */
  readonly sum: boolean;
  /** True if negative values are accepted. */
  readonly acceptsNegative: boolean;
  /** Equal for equal aggregations, so that readers can share a stream. */
  readonly identity: string;
  createSeries(attributes: Attributes, startUnixMs: number, memory: Memory): Series;
}

const lastValue: Aggregation = {
  points: 'number',
  sum: false,
  acceptsNegative: true,
  identity: 'last value',
  createSeries: (attributes, startUnixMs, memory) => new LastValueSeries(attributes, startUnixMs, memory),
};

function sumOf(kind: InstrumentKind): Aggregation {
  return {
    points: 'number',
    sum: true,
    acceptsNegative: !isMonotonic(kind),
    identity: 'sum',
    createSeries: (attributes, startUnixMs, memory) => new SumSeries(attributes, startUnixMs, memory),
  };
}

function explicitBuckets(kind: InstrumentKind, given: readonly number[], minMax: boolean): Aggregation {
  const boundaries = given.filter(Number.isFinite).sort((one, other) => one - other);
  const buckets = bucketsOf(boundaries);
  const shows = { sum: isMonotonic(kind), minMax };
  return {
    points: 'histogram',
    sum: true,
    acceptsNegative: !isMonotonic(kind) || (boundaries[0] ?? 0) < 0,
    identity: `histogram ${boundaries.join()} ${minMax}`,
    createSeries: (attributes, startUnixMs, memory) =>
      new HistogramSeries(attributes, startUnixMs, memory, buckets, shows),
  };
}

function exponentialBuckets(kind: InstrumentKind, maxSize: number, minMax: boolean): Aggregation {
  const signed = !isMonotonic(kind);
  const shows = { sum: !signed, minMax };
  return {
    points: 'exponentialHistogram',
    sum: true,
    acceptsNegative: signed,
    identity: `exponential histogram ${maxSize} ${minMax}`,
    createSeries: (attributes, startUnixMs, memory) =>
      new ExponentialHistogramSeries(attributes, startUnixMs, memory, maxSize, shows, signed),
  };
}

interface HistogramOptions {
  readonly boundaries?: readonly number[];
  readonly recordMinMax?: boolean;
  readonly maxSize?: number;
}

/**
 * Returns the aggregation of an instrument; `undefined` if its measurements are dropped.
 *
 * @param option aggregation of the view, else of the reader.
 * @param advised boundaries that the instrument was created with, else those of its unit.
 */
export function aggregationFor(
  kind: InstrumentKind,
  option: AggregationOption,
  advised: readonly number[],
): Aggregation | undefined {
  const {
    boundaries,
    recordMinMax = true,
    maxSize = defaultMaxSize,
  } = ((option as { options?: unknown }).options ?? {}) as HistogramOptions;
  switch (option.type) {
    case aggregationTypes.drop:
      return undefined;
    case aggregationTypes.sum:
      return sumOf(kind);
    case aggregationTypes.lastValue:
      return lastValue;
    case aggregationTypes.explicitBucketHistogram:
      return explicitBuckets(kind, boundaries ?? stockBoundaries, recordMinMax);
    case aggregationTypes.exponentialHistogram:
      return exponentialBuckets(kind, maxSize, recordMinMax);
    default:
      if (kind === 'gauge' || kind === 'observableGauge') return lastValue;
      return kind === 'histogram' ? explicitBuckets(kind, advised, true) : sumOf(kind);
  }
}
