/** Default boundaries of histograms that declare no buckets. */
import { metrics as otelMetrics } from '@opentelemetry/api';
import { counter, defineCatalogue, histogram, startMetrics, viewsOf } from 'otelier';
import { MeterProvider } from 'otelier/engine';
import { afterEach, expect, test, vi } from 'vitest';
import { stockReader } from '../support/stock.js';

const boundariesOf = (unit: string) =>
  defineCatalogue({ it: histogram({ name: 'it', unit, description: 'It.' }) }).metrics[0]?.buckets as number[];

afterEach(() => vi.restoreAllMocks());

test.each([
  ['s', 0.005, 60],
  ['ms', 0, 10_000],
  ['us', 5_000, 6e7],
  ['ns', 5e6, 6e10],
  ['min', 0.1, 240],
  ['h', 0.1, 168],
  ['By', 256, 2 ** 30],
  ['KiBy', 0.25, 4_096],
  ['MBy', 0.25, 4_096],
  ['1', 0.01, 1],
  ['%', 1, 100],
  ['{request}', 0, 10_000],
])('the boundaries for unit %s reach from %d to %d, ascending', (unit, first, last) => {
  const boundaries = boundariesOf(unit);
  expect([boundaries[0], boundaries.at(-1)]).toEqual([first, last]);
  expect(boundaries).toEqual([...new Set(boundaries)].sort((one, other) => one - other));
});

test('declared buckets and an exponential aggregation have no default', () => {
  const { metrics } = defineCatalogue({
    declared: histogram({ name: 'declared', unit: 's', description: 'It.', buckets: [7] }),
    exponential: histogram({ name: 'exponential', unit: 's', description: 'It.', aggregation: 'exponential' }),
    counter: counter({ name: 'counter', unit: 's', description: 'It.' }),
  });
  expect(metrics.map(({ buckets }) => buckets)).toEqual([[7], undefined, undefined]);
});

test('every output has the default boundaries', async () => {
  const catalogue = defineCatalogue({ wait: histogram({ name: 'wait', unit: 's', description: 'Wait.' }) });
  const { reader, collect } = stockReader();
  const environment = { OTEL_LOG_LEVEL: 'none' };
  const metrics = startMetrics({ isolated: true, environment, readers: [reader], catalogues: { catalogue } });
  metrics.catalogue.wait.record(0.3);
  const [point] = await collect();
  await metrics.shutdown();
  expect(point?.value.buckets.boundaries).toEqual(boundariesOf('s'));
  expect(viewsOf(catalogue)[0]?.aggregation).toMatchObject({ options: { boundaries: boundariesOf('s') } });
});

test('a histogram without buckets is reported when metrics start, if its unit has no default', async () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const catalogue = defineCatalogue({
    items: histogram({ name: 'lint.items', unit: '{item}', description: 'Items.' }),
    rate: histogram({ name: 'lint.rate', unit: 'By/s', description: 'Rate.' }),
    chosen: histogram({ name: 'lint.chosen', unit: '{item}', description: 'Items.', buckets: [1] }),
    scaled: histogram({ name: 'lint.scaled', unit: '{item}', description: 'Items.', aggregation: 'exponential' }),
    ...Object.fromEntries(
      ['s', 'ms', 'us', 'ns', 'min', 'h', 'By', 'kBy', 'GiBy', '1', '%'].map((unit, index) => [
        `own${index}`,
        histogram({ name: `lint.own.n${index}`, unit, description: 'Own.' }),
      ]),
    ),
  });
  const { reader } = stockReader();
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { catalogue } });
  await metrics.shutdown();
  const lines = written.mock.calls.map(([text]) => String(text)).filter((text) => text.includes('lint.'));
  expect(lines).toEqual([
    "[otelier] warn: lint.items: expected buckets, or aggregation 'exponential'; unit {item} has no default, so bounds from 0 to 10000 apply\n",
    "[otelier] warn: lint.rate: expected buckets, or aggregation 'exponential'; unit By/s has no default, so bounds from 0 to 10000 apply\n",
  ]);
});

test('instruments of the plain API have the default of their unit, and those of otelier/engine the stock default', async () => {
  const boundariesIn = async (unit: string, advice?: number[]) => {
    const { reader, collect } = stockReader();
    const metrics = startMetrics({ environment: { OTEL_LOG_LEVEL: 'none' }, readers: [reader] });
    const options = advice === undefined ? { unit } : { unit, advice: { explicitBucketBoundaries: advice } };
    otelMetrics.getMeter('plain').createHistogram(`plain.${unit}.${advice}`, options).record(1);
    const point = (await collect()).find(({ name }) => name.startsWith('plain'));
    await metrics.shutdown();
    return point?.value.buckets.boundaries;
  };
  expect(await boundariesIn('s')).toEqual(boundariesOf('s'));
  expect(await boundariesIn('ms')).toEqual(boundariesOf('ms'));
  expect(await boundariesIn('s', [3, 1, Number.POSITIVE_INFINITY, 1])).toEqual([1, 3]);
  expect(await boundariesIn('s', [])).toEqual([]);

  const { reader, collect } = stockReader();
  new MeterProvider({ readers: [reader] }).getMeter('plain').createHistogram('h', { unit: 's' }).record(1);
  expect((await collect())[0]?.value.buckets.boundaries).toEqual(boundariesOf('ms'));
});
