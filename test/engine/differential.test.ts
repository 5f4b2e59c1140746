/**
 * Random programs give the same points on the engine as on stock OpenTelemetry.
 *
 * The programs avoid the differences that `defects.test.ts` tests. The comparison ignores times, the order of points,
 * deltas of zero, and the scale of exponential deltas.
 */
import { type Attributes, ValueType } from '@opentelemetry/api';
import {
  type AggregationOption,
  AggregationTemporality,
  AggregationType,
  createAllowListAttributesProcessor,
  createDenyListAttributesProcessor,
  DataPointType,
  type IAttributesProcessor,
  type ViewOptions,
} from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { InstrumentKind } from '../../src/model/instrument.js';
import { type Comparable, comparable, type ProgramInstrument, runOnBoth } from './both.js';

const kinds: readonly InstrumentKind[] = [
  'counter',
  'upDownCounter',
  'gauge',
  'histogram',
  'observableCounter',
  'observableUpDownCounter',
  'observableGauge',
];

const attributeValue = fc.constantFrom<Attributes[string][]>('x', 'y', '1', 1, 2, true, 'true', ['p', 'q'], [1, 2], []);
const attributes = fc.option(
  fc
    .tuple(fc.shuffledSubarray(['a', 'b', 'c'], { maxLength: 3 }), fc.array(attributeValue, { minLength: 3 }))
    .map(([keys, values]) => Object.fromEntries(keys.map((key, index) => [key, values[index]])) as Attributes),
  { nil: undefined, freq: 6 },
);

/** Eighths add up exactly in any order; except for powers of two, they are not bounds of exponential buckets. */
const value = fc.oneof(
  fc.nat(100),
  fc.integer({ min: 0, max: 80_000 }).map((eighths) => eighths / 8),
);

const ascending = (values: readonly number[]) => [...new Set(values)].sort((one, other) => one - other);
const boundaries = fc
  .array(
    fc.integer({ min: 0, max: 400 }).map((quarter) => quarter / 4),
    { maxLength: 8 },
  )
  .map(ascending);

const instrument = fc.record({
  kind: fc.constantFrom(...kinds),
  meter: fc.nat(1),
  unit: fc.constantFrom('', 's', 'By'),
  valueType: fc.constantFrom(ValueType.INT, ValueType.DOUBLE),
  advised: fc.option(boundaries, { nil: undefined }),
});

/** Generates aggregations that both support. Stock drops negative values of histograms. */
function aggregationOf(kind: InstrumentKind): fc.Arbitrary<AggregationOption | undefined> {
  const simple = [
    undefined,
    ...[AggregationType.DEFAULT, AggregationType.DROP, AggregationType.LAST_VALUE].map(
      (type) => ({ type }) as AggregationOption,
    ),
  ];
  if (kind.startsWith('observable')) return fc.constantFrom(...simple);
  const sum = fc.constantFrom(...simple, { type: AggregationType.SUM } as AggregationOption);
  const exponential = fc
    .record({ maxSize: fc.constantFrom(4, 20, 160), recordMinMax: fc.boolean() })
    .map((options) => ({ type: AggregationType.EXPONENTIAL_HISTOGRAM, options }) as const);
  if (kind === 'gauge' || kind === 'upDownCounter') return fc.oneof(sum, exponential);
  return fc.oneof(
    sum,
    exponential,
    fc
      .record({ boundaries, recordMinMax: fc.boolean() })
      .map((options) => ({ type: AggregationType.EXPLICIT_BUCKET_HISTOGRAM, options }) as const),
  );
}

/** Generates at most one view per instrument, without attribute processors for observables. */
function viewOf({ kind, name, meter }: ProgramInstrument) {
  const keys = fc.shuffledSubarray(['a', 'b', 'c']);
  const processor = fc.oneof(keys.map(createAllowListAttributesProcessor), keys.map(createDenyListAttributesProcessor));
  const parts = fc.record({
    aggregation: aggregationOf(kind),
    rename: fc.boolean(),
    description: fc.option(fc.constant('By a view.'), { nil: undefined }),
    processors: kind.startsWith('observable')
      ? fc.constant<IAttributesProcessor[]>([])
      : fc.array(processor, { maxLength: 2 }),
  });
  return fc.option(parts, { nil: undefined }).map((given): ViewOptions[] => {
    if (given === undefined) return [];
    const { aggregation, rename, description, processors } = given;
    return [
      {
        instrumentName: name,
        meterName: `meter${meter}`,
        ...(rename ? { name: `renamed_${name}` } : {}),
        ...(description === undefined ? {} : { description }),
        ...(aggregation === undefined ? {} : { aggregation }),
        ...(processors.length === 0 ? {} : { attributesProcessors: processors }),
      },
    ];
  });
}

const program = fc
  .array(instrument, { minLength: 1, maxLength: 4 })
  .map((all) => all.map((each, index): ProgramInstrument => ({ ...each, name: `i${index}` })))
  .chain((instruments) =>
    fc.record({
      instruments: fc.constant(instruments),
      views: fc.tuple(...instruments.map(viewOf)).map((views) => views.flat()),
      temporalities: fc.array(fc.constantFrom(AggregationTemporality.DELTA, AggregationTemporality.CUMULATIVE), {
        minLength: 1,
        maxLength: 3,
      }),
      steps: fc
        .array(
          fc.oneof(
            { weight: 4, arbitrary: fc.record({ instrument: fc.nat(3), value, negative: fc.boolean(), attributes }) },
            { weight: 1, arbitrary: fc.record({ reader: fc.nat(2) }) },
          ),
          { maxLength: 50 },
        )
        .map((steps) => [
          ...steps.map((step) => {
            if ('reader' in step) return step;
            const { kind } = instruments[step.instrument % instruments.length] as ProgramInstrument;
            return { ...step, value: /upDown|gauge/i.test(kind) && step.negative ? 0 - step.value : step.value };
          }),
          ...[0, 1, 2].map((reader) => ({ reader })),
        ]),
    }),
  );

/** Returns exponential buckets by index, with the scale reduced by `by`. */
function bucketsAt({ offset, bucketCounts }: { offset: number; bucketCounts: readonly number[] }, by: number) {
  const buckets: Record<number, number> = {};
  for (const [index, count] of bucketCounts.entries()) {
    if (count !== 0) buckets[(offset + index) >> by] = (buckets[(offset + index) >> by] ?? 0) + count;
  }
  return buckets;
}

function expectSame(stock: Comparable | undefined, ours: Comparable | undefined, key: string) {
  if (stock?.['dataPointType'] !== DataPointType.EXPONENTIAL_HISTOGRAM || ours === undefined) {
    expect(ours, key).toEqual(stock);
    return;
  }
  const [{ value: theirValue, ...theirs }, { value: ourValue, ...rest }] = [stock, ours];
  expect(rest, key).toEqual(theirs);
  const { count, sum, min, max, zeroCount } = theirValue;
  expect(ourValue, key).toMatchObject({ count, sum, min, max, zeroCount });
  // Stock starts at scale 0 if its first values are zeros, and is then coarser than necessary.
  const cumulative = stock['aggregationTemporality'] === AggregationTemporality.CUMULATIVE;
  if (cumulative) expect(ourValue.scale, key).toBeGreaterThanOrEqual(theirValue.scale);
  const coarsest = Math.min(ourValue.scale, theirValue.scale);
  for (const sign of ['positive', 'negative'] as const) {
    expect(bucketsAt(ourValue[sign], ourValue.scale - coarsest), key).toEqual(
      bucketsAt(theirValue[sign], theirValue.scale - coarsest),
    );
  }
}

test('random programs give the same points as stock sdk-metrics', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (given) => {
      const { stock, ours } = await runOnBoth(given);
      expect(ours).toHaveLength(stock.length);
      for (const [index, collection] of stock.entries()) {
        const theirs = comparable(collection);
        const mine = comparable(ours[index] as typeof collection);
        for (const key of new Set([...theirs.keys(), ...mine.keys()])) expectSame(theirs.get(key), mine.get(key), key);
      }
    }),
    { numRuns: 500 },
  );
});
