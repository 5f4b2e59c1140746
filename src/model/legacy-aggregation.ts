/** Converts the aggregations of sdk-metrics 1, which are objects with a method, to options of the later lines. */
import { aggregationTypes } from './instrument.js';
import type { AggregationOption, InstrumentType, LegacyAggregation } from './otel-sdk.js';

/** Fields of the aggregators of sdk-metrics 1. */
interface LegacyAggregator {
  /** `AggregatorKind`. */
  readonly kind?: unknown;
  readonly _boundaries?: readonly number[];
  readonly _recordMinMax?: boolean;
  readonly _maxSize?: number;
}

/** `AggregatorKind` of sdk-metrics 1. */
const kinds = { drop: 0, sum: 1, lastValue: 2, histogram: 3, exponentialHistogram: 4 };

/** Boundary that no instrument advises. An aggregator that has it follows the advice, as the default aggregation does. */
const advised = Number.MIN_VALUE;

/** Returns the aggregation as an option: a legacy aggregation converted, an option unchanged. */
export function aggregationOptionOf(
  aggregation: AggregationOption | LegacyAggregation,
  type: InstrumentType,
): AggregationOption {
  if (!('createAggregator' in aggregation)) return aggregation;
  const instrument = { type, advice: { explicitBucketBoundaries: [advised] } };
  const aggregator = aggregation.createAggregator(instrument) as LegacyAggregator;
  const { kind, _boundaries: boundaries = [], _recordMinMax: recordMinMax = true, _maxSize: maxSize } = aggregator;
  switch (kind) {
    case kinds.drop:
      return { type: aggregationTypes.drop };
    case kinds.sum:
      return { type: aggregationTypes.sum };
    case kinds.lastValue:
      return { type: aggregationTypes.lastValue };
    case kinds.histogram:
      if (boundaries[0] === advised) return { type: aggregationTypes.default };
      return {
        type: aggregationTypes.explicitBucketHistogram,
        options: { boundaries: [...boundaries], recordMinMax },
      };
    case kinds.exponentialHistogram:
      return {
        type: aggregationTypes.exponentialHistogram,
        options: { recordMinMax, ...(maxSize === undefined ? {} : { maxSize }) },
      };
    default:
      return { type: aggregationTypes.default };
  }
}
