/** The downsampling rules over a week of raw samples, in a real Prometheus: exact sums. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { stackFiles } from '../../src/generate/stack/files.js';
import { stackOptions } from '../generate/stack-options.js';
import { shopCatalogue } from '../panels/catalogue.js';
import { startProgram } from '../support/program.js';
import { realServer } from './available.js';
import {
  counterSamples,
  increaseOf,
  integers,
  openMetrics,
  type RawSample,
  type RawWeekSeries,
  scrapeTimes,
  valuesIn,
} from './raw-week.js';
import { type StackPrometheus, startStackPrometheus } from './stack-server.js';

const prometheus = realServer('PROMETHEUS_3');
const promtool = realServer('PROMTOOL_3');
const hour = 3_600_000;
const end = Math.floor(Date.now() / hour) * hour - 3 * hour;

const random = integers(7);
const times = scrapeTimes(end, random);
const orders = counterSamples(times, random);
const counts = counterSamples(times, random);
// Observations may be negative: the sum falls without a reset.
let total = 0;
const sums = counts.map(([at, count], index): RawSample => {
  if (count < (counts[index - 1]?.[1] ?? 0)) total = 0;
  total += random(100) - 40;
  return [at, total];
});
const stock = times.map((at): RawSample => [at, random(1_000) / 8 - 40]);

const channel = '{channel="web"}';
const ofOrders: RawWeekSeries = {
  name: 'shop_orders_total',
  labels: '{channel="web",outcome="paid"}',
  samples: orders,
};
const ofSums: RawWeekSeries = { name: 'shop_checkout_duration_seconds_sum', labels: channel, samples: sums };
const ofCounts: RawWeekSeries = { name: 'shop_checkout_duration_seconds_count', labels: channel, samples: counts };
const ofStock: RawWeekSeries = { name: 'shop_stock', labels: '{shelf="1"}', samples: stock };

const cumulative: [RawWeekSeries, readonly RawSample[]][] = [
  [ofOrders, orders],
  [ofSums, counts],
];

interface RuleFile {
  groups: { name: string; interval: string; rules: { record: string; expr: string }[] }[];
}

const used = new Set(['orders', 'checkout', 'stock']);
const metrics = shopCatalogue.metrics.filter(({ key }) => used.has(key));
const generated = parse(
  stackFiles(stackOptions({ metrics })).get('conf/prometheus/rules/downsampling.rules.yaml') ?? '',
) as RuleFile;
// Each kind of rule once: buckets and counts are recorded as counters are.
const recordedNames = /^(?:shop_orders_total|shop_checkout_duration_seconds_sum|shop_stock):/;
const groups = generated.groups.map((group) => ({
  ...group,
  rules: group.rules.filter(({ record }) => recordedNames.test(record)),
}));

describe.skipIf(prometheus.missing || promtool.missing)(`a week, downsampled${prometheus.note}${promtool.note}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'otelier-downsampling-'));
  const config = join(folder, 'prometheus.yml');
  const data = join(folder, 'data');
  let server: StackPrometheus;
  const start = () =>
    startStackPrometheus(prometheus.bin, { config, data, flags: ['--storage.tsdb.retention.time=30d'] });

  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await startProgram(promtool.bin, args).end;
    if (code !== 0) throw new Error(`promtool ${args.join(' ')}: ${stdout}${stderr}`);
  };

  /** Records the rules of a group over the week, into the storage of the server. */
  const backfill = async (group: RuleFile['groups'][number]) => {
    const file = join(folder, `${group.name}.yaml`);
    const blocks = join(folder, `blocks-${group.name}`);
    writeFileSync(file, stringify({ groups: [group] }));
    const from = String((end - 7 * 24 * hour) / 1_000);
    const to = String(end / 1_000);
    const range = [`--start=${from}`, `--end=${to}`, `--url=${server.url}`, `--output-dir=${blocks}`];
    await run('tsdb', 'create-blocks-from', 'rules', ...range, file);
    await server.stop();
    cpSync(blocks, data, { recursive: true });
    server = await start();
  };

  beforeAll(async () => {
    writeFileSync(config, stringify({ global: { scrape_interval: '1m' } }));
    mkdirSync(data);
    const text = openMetrics([
      { type: 'counter', name: 'shop_orders', series: [ofOrders] },
      // Prometheus stores the parts as series of their own.
      { type: 'unknown', name: 'shop_checkout_duration_seconds_sum', series: [ofSums] },
      { type: 'unknown', name: 'shop_checkout_duration_seconds_count', series: [ofCounts] },
      { type: 'gauge', name: 'shop_stock', series: [ofStock] },
    ]);
    writeFileSync(join(folder, 'week.txt'), text);
    await run('tsdb', 'create-blocks-from', 'openmetrics', '--max-block-duration=24h', join(folder, 'week.txt'), data);
    server = await start();
    for (const group of groups) await backfill(group);
  }, 900_000);

  afterAll(async () => {
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Returns the samples that a rule recorded. */
  const recorded = async ({ name, labels }: RawWeekSeries, part: string): Promise<RawSample[]> => {
    const [series] = await server.samples(`{__name__="${name}:${part}", ${labels.slice(1)}[8d]`, end / 1_000 + 60);
    return (series?.values ?? []).map(([seconds, text]): RawSample => [Math.round(seconds * 1_000), Number(text)]);
  };

  const inside = (samples: readonly RawSample[], length: number) =>
    samples.filter(([at]) => at - length >= end - 7 * 24 * hour && at <= end);

  test('has resets, gaps, and sums that fall without a reset', () => {
    const falls = (samples: readonly RawSample[]) =>
      samples.filter(([, value], index) => value < (samples[index - 1]?.[1] ?? 0)).length;
    const longest = Math.max(...times.map((at, index) => at - (times[index - 1] ?? at)));
    expect(falls(orders)).toBeGreaterThan(10);
    expect(falls(sums)).toBeGreaterThan(1_000);
    expect(longest).toBeGreaterThan(480_000);
  });

  test.each(cumulative)('increase of $name in each interval', async (series, resets) => {
    for (const [resolution, length] of [
      ['5m', 300_000],
      ['1h', hour],
    ] as const) {
      const found = inside(await recorded(series, `increase_${resolution}`), length);
      // The last hours end before the last 5 minutes do.
      const ends = resolution === '5m' ? found.map(([at]) => at) : await endsOfHours(series, found);
      const expected = found.map(([at], index): RawSample => {
        const to = ends[index] ?? at;
        return [at, increaseOf(series.samples, to - length, to, resets)];
      });
      expect(found.length).toBeGreaterThan(resolution === '5m' ? 2_000 : 160);
      expect(found).toEqual(expected);
    }
  });

  /** Returns the last 5-minute sample in each hour: hours are made of 5-minute samples. */
  const endsOfHours = async (series: RawWeekSeries, hours: readonly RawSample[]) => {
    const short = (await recorded(series, 'increase_5m')).map(([at]) => at);
    return hours.map(([at]) => Math.max(...short.filter((each) => each <= at)));
  };

  test.each(cumulative)('total of the week of $name', async (series, resets) => {
    const hours = inside(await recorded(series, 'increase_1h'), hour);
    const [from, to] = [(hours[0]?.[0] ?? 0) - hour, hours.at(-1)?.[0] ?? 0];
    const found = await server.valueOf(
      `sum_over_time({__name__="${series.name}:increase_1h", ${series.labels.slice(1)}[${(to - from) / 1_000}s])`,
      to / 1_000,
    );
    const ends = await endsOfHours(series, hours);
    expect(found).toBe(increaseOf(series.samples, (ends[0] ?? 0) - hour, ends.at(-1) ?? 0, resets));
  });

  test.each(cumulative)('last value of $name in each interval', async (series) => {
    const found = inside(await recorded(series, 'last_5m'), 300_000);
    const expected = found.map(
      ([at]): RawSample => [at, valuesIn(series.samples, at - 300_000, at).at(-1) ?? Number.NaN],
    );
    expect(found.length).toBeGreaterThan(1_900);
    expect(found).toEqual(expected);
  });

  test('sum, count, minimum and maximum of a gauge, and its mean', async () => {
    const figures = {
      sum: (values: number[]) => values.reduce((one, other) => one + other, 0),
      count: (values: number[]) => values.length,
      min: (values: number[]) => Math.min(...values),
      max: (values: number[]) => Math.max(...values),
    };
    // Windows without a sample have no recording, so the last one before a time is not always that of the last window.
    const [[phase] = [0]] = await recorded(ofStock, 'count_5m');
    const lastWindow = (at: number) => at - ((at - phase) % 300_000);
    for (const [resolution, length] of [
      ['5m', 300_000],
      ['1h', hour],
    ] as const) {
      for (const [part, figure] of Object.entries(figures)) {
        const found = inside(await recorded(ofStock, `${part}_${resolution}`), length);
        const expected = found.map(([at]): RawSample => {
          const to = resolution === '5m' ? at : lastWindow(at);
          return [at, figure(valuesIn(stock, to - length, to))];
        });
        expect(found.length).toBeGreaterThan(resolution === '5m' ? 1_900 : 160);
        expect([part, resolution, found]).toEqual([part, resolution, expected]);
      }
    }
    const hours = inside(await recorded(ofStock, 'count_1h'), hour);
    const [from, to] = [(hours[0]?.[0] ?? 0) - hour, hours.at(-1)?.[0] ?? 0];
    const window = `[${(to - from) / 1_000}s]`;
    const mean = `sum_over_time(shop_stock:sum_1h${window}) / sum_over_time(shop_stock:count_1h${window})`;
    const values = valuesIn(stock, lastWindow(hours[0]?.[0] ?? 0) - hour, lastWindow(to));
    expect(await server.valueOf(mean, to / 1_000)).toBe(figures.sum(values) / values.length);
  });
});
