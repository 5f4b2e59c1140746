/** Stepped tables: each step records, advances the clock, or collects with one reader. */
import type { AggregationType } from '@opentelemetry/sdk-metrics';
import { expect } from 'vitest';
import { PlainReader, type Point, startEngine } from './provider.js';

export type Engine = ReturnType<typeof startEngine>;
/** `[value, start, end]`, times in milliseconds since the start of the test. */
export type Expected = readonly [value: unknown, start: number, end: number];

/** Step: a recording, an advance of the clock in milliseconds, or a collection and its expected points. */
export type Step =
  | { readonly record: (engine: Engine) => void }
  | { readonly advance: number }
  | { readonly collect: readonly Expected[]; readonly reader?: number; readonly answer?: 'accept' | 'reject' };

export interface Table {
  readonly name: string;
  readonly readers?: () => PlainReader[];
  readonly aggregation?: AggregationType.SUM | AggregationType.LAST_VALUE | AggregationType.EXPONENTIAL_HISTOGRAM;
  readonly steps: readonly Step[];
}

export const delta = () => [new PlainReader('delta')];
export const add = (value: number) => ({ record: ({ meter }: Engine) => meter.createCounter('m').add(value) });
export const change = (value: number) => ({ record: ({ meter }: Engine) => meter.createUpDownCounter('m').add(value) });
export const set = (value: number) => ({ record: ({ meter }: Engine) => meter.createGauge('m').record(value) });
export const take = (...values: number[]) => ({
  record: ({ meter }: Engine) => {
    const histogram = meter.createHistogram('m', { advice: { explicitBucketBoundaries: [10, 20] } });
    for (const value of values) histogram.record(value);
  },
});
export const explicit = (counts: number[], sum: number, min: number, max: number) => ({
  count: counts.reduce((total, count) => total + count, 0),
  sum,
  min,
  max,
  buckets: { boundaries: [10, 20], counts },
});
/** Matches an exponential point by count, sum, zero count, minimum and maximum. */
export const exponential = (count: number, sum: number, zeroCount: number, min: number, max: number) =>
  expect.objectContaining({ count, sum, zeroCount, min, max });

/** Runs the steps of a table in order. */
export async function runSteps(table: Table): Promise<void> {
  const { aggregation, steps } = table;
  const readers = table.readers?.() ?? [new PlainReader()];
  const views = aggregation === undefined ? [] : [{ instrumentName: 'm', aggregation: { type: aggregation } as const }];
  const engine = startEngine({ readers, views });
  const startUnixMs = engine.clock.nowUnixMs();
  const compact = ({ value, time: [start, end] }: Point) => [value, start - startUnixMs, end - startUnixMs];
  for (const [index, step] of steps.entries()) {
    if ('record' in step) step.record(engine);
    else if ('advance' in step) engine.clock.advance(step.advance);
    else {
      const points = await (readers[step.reader ?? 0] as PlainReader).points(step.answer);
      expect(points.map(compact), `step ${index + 1}`).toEqual(step.collect);
    }
  }
}
