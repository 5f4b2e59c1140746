/** Series that start at 0: shown to readers that ask for it, before the first recording. */
import { AggregationType } from '@opentelemetry/sdk-metrics';
import {
  asError,
  boolean,
  counter,
  defineCatalogue,
  gauge,
  histogram,
  observableCounter,
  oneOf,
  optional,
  text,
  upDownCounter,
} from 'otelier';
import { expect, test } from 'vitest';
import { createHandles } from '../../src/engine/handles.js';
import { PlainReader, type Point, startEngine } from './provider.js';

const description = 'X.';

const catalogue = defineCatalogue({
  jobs: counter({ name: 'jobs', unit: '{job}', description }),
  open: upDownCounter({ name: 'open', unit: '{job}', description }),
  wait: histogram({ name: 'wait', unit: 's', description, buckets: [1] }),
  size: histogram({ name: 'size', unit: 'By', description, aggregation: 'exponential' }),
  quiet: counter({ name: 'quiet', unit: '{job}', description, startAtZero: false }),
  load: gauge({ name: 'load', unit: '1', description }),
  seen: observableCounter({ name: 'seen', unit: '{job}', description }),
  users: counter({ name: 'users', unit: '{user}', description, attributes: { user: text() } }),
  outcomes: counter({
    name: 'outcomes',
    unit: '{job}',
    description,
    startAtZero: true,
    attributes: { outcome: oneOf('ok', asError('failed')), tier: optional(oneOf('free')) },
  }),
  channels: counter({ name: 'channels', unit: '{job}', description, attributes: { channel: oneOf('web', 'app') } }),
  hits: counter({ name: 'hits', unit: '{hit}', description, attributes: { hit: boolean() } }),
});

class ScrapeLike extends PlainReader {
  readonly startsAtZero = true;
}

function start(reader: PlainReader, views: NonNullable<Parameters<typeof startEngine>[0]>['views'] = []) {
  const { provider, clock } = startEngine({ readers: [reader], views });
  return { clock, ...createHandles(catalogue, provider.getMeter('otelier')) };
}

const brief = (points: readonly Point[]) =>
  points.map(({ name, attributes, value }) => [
    [name, ...Object.values(attributes)].join(' '),
    typeof value === 'number' ? value : value.count,
  ]);

const atZero = [
  ['jobs', 0],
  ['open', 0],
  ['wait', 0],
  ['size', 0],
  ['outcomes ok', 0],
  ['outcomes failed', 0],
  ['outcomes ok free', 0],
  ['outcomes failed free', 0],
];

test('metrics without attributes and enumerated ones are shown at 0', async () => {
  const reader = new ScrapeLike();
  start(reader);
  expect(brief(await reader.points())).toEqual(atZero);
  expect(brief(await reader.points())).toEqual(atZero);
});

test.each(['cumulative', 'delta'] as const)(
  'a reader that does not ask for it sees no zero points: %s',
  async (temporality) => {
    const reader = new PlainReader(temporality);
    const { jobs, outcomes } = start(reader);
    expect(await reader.points()).toEqual([]);
    jobs.add(2);
    outcomes.add(1, { outcome: 'ok' });
    expect(brief(await reader.points())).toEqual([
      ['jobs', 2],
      ['outcomes ok', 1],
    ]);
    expect(await reader.points()).toHaveLength(temporality === 'delta' ? 0 : 2);
  },
);

test('a delta reader that asks for it sees no zero points', async () => {
  const reader = Object.assign(new PlainReader('delta'), { startsAtZero: true });
  const { jobs } = start(reader);
  expect(await reader.points()).toEqual([]);
  jobs.add(2);
  expect(brief(await reader.points())).toEqual([['jobs', 2]]);
});

test.each([
  ['an instrument', (jobs: ReturnType<typeof start>['jobs']) => jobs.add(3)],
  ['a bound handle', (jobs: ReturnType<typeof start>['jobs']) => jobs.bind().add(3)],
])('the start of a series does not change when %s records', async (_, record) => {
  const reader = new ScrapeLike();
  const { jobs, clock } = start(reader);
  const startOf = async () => (await reader.points()).filter(({ name }) => name === 'jobs');
  clock.advance(1_000);
  const [before] = await startOf();
  clock.advance(5_000);
  record(jobs);
  clock.advance(5_000);
  for (let scrape = 0; scrape < 2; scrape++) {
    expect(await startOf()).toMatchObject([{ value: 3, time: [before?.time[0], clock.nowUnixMs()] }]);
  }
});

test('a series is shown once when it is recorded, removed and recorded again', async () => {
  const reader = new ScrapeLike();
  const { jobs, outcomes } = start(reader);
  jobs.add(1);
  outcomes.add(2, { outcome: 'failed' });
  const rest = atZero.filter(([name]) => name !== 'jobs' && name !== 'outcomes failed');
  const recorded = [
    ['jobs', 1],
    ['outcomes failed', 2],
  ];
  const sorted = (points: readonly (readonly unknown[])[]) => points.map((point) => point.join(' ')).sort();
  expect(sorted(brief(await reader.points()))).toEqual(sorted([...recorded, ...rest]));
  jobs.remove();
  expect(sorted(brief(await reader.points()))).toEqual(sorted([['outcomes failed', 2], ...rest]));
  jobs.add(4);
  expect(sorted(brief(await reader.points()))).toEqual(sorted([['jobs', 4], ['outcomes failed', 2], ...rest]));
});

test('views apply: dropped attributes leave one series, last values and dropped metrics none', async () => {
  const reader = new ScrapeLike();
  const processor = { process: () => ({}), toString: () => 'none' };
  start(reader, [
    { instrumentName: 'outcomes', attributesProcessors: [processor] },
    { instrumentName: 'jobs', aggregation: { type: AggregationType.LAST_VALUE } },
    { instrumentName: 'open', aggregation: { type: AggregationType.DROP } },
  ]);
  expect(brief(await reader.points())).toEqual([
    ['wait', 0],
    ['size', 0],
    ['outcomes', 0],
  ]);
});

test('a series that is recorded while a walk pauses is shown once', async () => {
  const reader = new ScrapeLike();
  let onPause = () => {};
  const { provider, clock } = startEngine({
    readers: [reader],
    pause: async () => onPause(),
  });
  const values = Array.from({ length: 80 }, (_, code) => `${code}`);
  const attributes = { code: oneOf(...values) };
  const many = defineCatalogue({
    codes: counter({ name: 'codes', unit: '{code}', description, startAtZero: true, attributes }),
  });
  const { codes } = createHandles(many, provider.getMeter('otelier'));
  for (const code of values.slice(0, 70)) codes.add(1, { code });
  let pauses = 0;
  onPause = () => {
    pauses++;
    codes.add(5, { code: '75' });
  };
  // Each look at the clock ends a slice.
  const { monotonicMs } = clock;
  clock.monotonicMs = () => {
    clock.advance(10);
    return monotonicMs.call(clock);
  };
  const shown = brief(await reader.points());
  expect(pauses).toBe(1);
  expect(shown.map(([name]) => name).sort()).toEqual(values.map((code) => `codes ${code}`).sort());
  expect(shown).toContainEqual(['codes 75', 5]);
});

test.each([1, 3])('a view with the limit %i shows each series once', async (aggregationCardinalityLimit) => {
  const reader = new ScrapeLike();
  const { jobs, outcomes } = start(reader, [{ instrumentName: '*', aggregationCardinalityLimit }]);
  jobs.add(5);
  outcomes.add(1, { outcome: 'ok' });
  outcomes.add(1, { outcome: 'failed' });
  const points = await reader.points();
  const sumOf = (metric: string) =>
    points.filter(({ name }) => name === metric).reduce((sum, { value }) => sum + value, 0);
  expect([sumOf('jobs'), sumOf('outcomes')]).toEqual([5, 2]);
});
