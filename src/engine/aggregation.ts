/** How the measurements of a stream become points: what a view asks for, what a reader prefers, what its kind says. */

import type { Attributes } from '@opentelemetry/api';
import type { AggregationOption } from '@opentelemetry/sdk-metrics';
import { aggregationTypes, type InstrumentKind } from '../model/instrument.js';
import { bucketsOf } from './buckets.js';
import { defaultMaxSize, ExponentialHistogramSeries } from './exponential-histogram.js';
import { HistogramSeries } from './histogram.js';
import { LastValueSeries } from './last-value.js';
import type { Memory } from './memory.js';
import type { Series } from './series.js';
import { SumSeries } from './sum.js';

/** Boundaries where nobody said any (OpenTelemetry metrics SDK, explicit bucket histogram aggregation). */
const defaultBoundaries = [0, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1_000, 2_500, 5_000, 7_500, 10_000];

/** An aggregation, decided. */
export interface Aggregation {
  readonly points: 'number' | 'histogram' | 'exponentialHistogram';
  /** Whether points are sums; a gauge otherwise. */
  readonly sum: boolean;
  /** Whether negative values are taken. */
  readonly negative: boolean;
  /** The same text for the same aggregation, for telling whether readers can share one. */
  readonly identity: string;
  createSeries(attributes: Attributes, startUnixMs: number, memory: Memory): Series;
}

const lastValue: Aggregation = {
  points: 'number',
  sum: false,
  negative: true,
  identity: 'last value',
  createSeries: (attributes, startUnixMs, memory) => new LastValueSeries(attributes, startUnixMs, memory),
};

/** Kinds whose measurements may be negative: their sums fall, and the sum of their distribution is none. */
function mayFall(kind: InstrumentKind): boolean {
  return kind !== 'counter' && kind !== 'observableCounter' && kind !== 'histogram';
}

function sumOf(kind: InstrumentKind): Aggregation {
  return {
    points: 'number',
    sum: true,
    negative: mayFall(kind),
    identity: 'sum',
    createSeries: (attributes, startUnixMs, memory) => new SumSeries(attributes, startUnixMs, memory),
  };
}

function explicitBuckets(kind: InstrumentKind, asked: readonly number[], minMax: boolean): Aggregation {
  const boundaries = asked.filter(Number.isFinite).sort((one, other) => one - other);
  const buckets = bucketsOf(boundaries);
  const shows = { sum: !mayFall(kind), minMax };
  return {
    points: 'histogram',
    sum: true,
    negative: mayFall(kind) || (boundaries[0] ?? 0) < 0,
    identity: `histogram ${boundaries.join()} ${minMax}`,
    createSeries: (attributes, startUnixMs, memory) =>
      new HistogramSeries(attributes, startUnixMs, memory, buckets, shows),
  };
}

function exponentialBuckets(kind: InstrumentKind, maxSize: number, minMax: boolean): Aggregation {
  const shows = { sum: !mayFall(kind), minMax };
  return {
    points: 'exponentialHistogram',
    sum: true,
    negative: false,
    identity: `exponential histogram ${maxSize} ${minMax}`,
    createSeries: (attributes, startUnixMs, memory) =>
      new ExponentialHistogramSeries(attributes, startUnixMs, memory, maxSize, shows),
  };
}

interface HistogramOptions {
  readonly boundaries?: readonly number[];
  readonly recordMinMax?: boolean;
  readonly maxSize?: number;
}

/**
 * The aggregation for an instrument; `undefined` when its measurements are dropped.
 *
 * @param option what the view asks for, else what the reader prefers.
 * @param advised boundaries that the instrument was made with.
 */
export function aggregationFor(
  kind: InstrumentKind,
  option: AggregationOption,
  advised: readonly number[] | undefined,
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
      return explicitBuckets(kind, boundaries ?? defaultBoundaries, recordMinMax);
    case aggregationTypes.exponentialHistogram:
      return exponentialBuckets(kind, maxSize, recordMinMax);
    default:
      if (kind === 'gauge' || kind === 'observableGauge') return lastValue;
      return kind === 'histogram' ? explicitBuckets(kind, advised ?? defaultBoundaries, true) : sumOf(kind);
  }
}
