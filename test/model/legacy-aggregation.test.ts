/** Aggregations of sdk-metrics 1, reproduced here because that line cannot be installed beside the current one. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import { expect, test } from 'vitest';
import { aggregationOptionOf } from '../../src/model/legacy-aggregation.js';
import type { AggregationOption, InstrumentType } from '../../src/model/otel-sdk.js';

const stockBoundaries = [0, 5, 10];
const histogram = (boundaries: number[], recordMinMax = true) => ({
  createAggregator: () => ({ kind: 3, _boundaries: [...boundaries], _recordMinMax: recordMinMax }),
});
const exponential = (maxSize: number, recordMinMax: boolean) => ({
  createAggregator: () => ({ kind: 4, _maxSize: maxSize, _recordMinMax: recordMinMax }),
});
const ofKind = (kind: number) => ({ createAggregator: () => ({ kind }) });
/** The default aggregation of sdk-metrics 1: a histogram follows the advice of its instrument. */
const byDefault = {
  createAggregator({ type, advice }: { type: InstrumentType; advice: { explicitBucketBoundaries?: number[] } }) {
    if (type === 'GAUGE' || type === 'OBSERVABLE_GAUGE') return { kind: 2 };
    if (type !== 'HISTOGRAM') return { kind: 1 };
    return histogram(advice.explicitBucketBoundaries ?? stockBoundaries).createAggregator();
  },
};

test.each([
  ['drop', ofKind(0), 'COUNTER', { type: AggregationType.DROP }],
  ['sum', ofKind(1), 'HISTOGRAM', { type: AggregationType.SUM }],
  ['last value', ofKind(2), 'COUNTER', { type: AggregationType.LAST_VALUE }],
  [
    'histogram',
    histogram([1, 2], false),
    'HISTOGRAM',
    { type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options: { boundaries: [1, 2], recordMinMax: false } },
  ],
  [
    'exponential histogram',
    exponential(20, false),
    'HISTOGRAM',
    { type: AggregationType.EXPONENTIAL_HISTOGRAM, options: { maxSize: 20, recordMinMax: false } },
  ],
  ['default, histogram', byDefault, 'HISTOGRAM', { type: AggregationType.DEFAULT }],
  ['default, counter', byDefault, 'COUNTER', { type: AggregationType.SUM }],
  ['default, gauge', byDefault, 'OBSERVABLE_GAUGE', { type: AggregationType.LAST_VALUE }],
  ['unknown', ofKind(9), 'COUNTER', { type: AggregationType.DEFAULT }],
] as const)('converts: %s', (_name, aggregation, type, expected) => {
  expect(aggregationOptionOf(aggregation, type)).toEqual(expected);
});

test('returns options unchanged', () => {
  const option: AggregationOption = { type: 5, options: { maxSize: 40 } };
  expect(aggregationOptionOf(option, 'HISTOGRAM')).toBe(option);
});
