/**
 * Recording rules that downsample, because Prometheus does not: every metric at 5 minutes and at 1 hour.
 *
 * A counter, and each part of a classic histogram, is kept as its last value and as its exact increase, with the values
 * before a reset. A gauge is kept as sum, count, minimum and maximum; its mean is the sum divided by the count. Hours are
 * made of 5-minute series, so that both agree.
 *
 * The rules need Prometheus 3, whose windows exclude their start: no sample counts twice.
 */
import type { Catalogue, Metric } from '../../catalogue/catalogue.js';
import { type NamingOptions, queryNames } from '../../panels/promql/names.js';
import { selectorOf } from '../../panels/promql/selector.js';

/** Intervals of the downsampled series; the second is made of the first. */
const resolutions = ['5m', '1h'] as const;

const parts = ['last', 'increase', 'sum', 'count', 'min', 'max'] as const;

type Part = (typeof parts)[number];

/** Regular expression of the names of downsampled series, such as `shop_orders_total:increase_5m`. */
export const downsampledSeries = `.+:(?:${parts.join('|')})_(?:${resolutions.join('|')})`;

/** Longest silence of a program after which its series still continue: a longer one is not part of an increase. */
const longestSilence = '10m';

/** How hours are made of 5-minute series. */
const ofHours: Readonly<Record<Part, string>> = {
  last: 'last_over_time',
  increase: 'sum_over_time',
  sum: 'sum_over_time',
  count: 'sum_over_time',
  min: 'min_over_time',
  max: 'max_over_time',
};

/** Options of the rules. */
export interface DownsamplingOptions {
  readonly naming: NamingOptions;
  /** Shortest interval of scrapes, in milliseconds. */
  readonly scrapeIntervalMs: number;
}

interface Downsampled {
  readonly series: string;
  readonly part: Part;
  readonly expr: string;
}

/** Returns the content of the rule file. */
export function downsamplingRules(metrics: Catalogue['metrics'], options: DownsamplingOptions): object {
  const all = metrics.flatMap((metric) => ofMetric(metric, options));
  // Two catalogues can have the same metric.
  const unique = [...new Map(all.map((each) => [`${each.series}:${each.part}`, each])).values()];
  const [short, long] = resolutions;
  return {
    groups: [
      { name: `downsample-${short}`, interval: short, rules: unique.map((each) => rule(each, short, each.expr)) },
      {
        name: `downsample-${long}`,
        interval: long,
        rules: unique.map((each) =>
          rule(each, long, `${ofHours[each.part]}(${selectorOf(recordOf(each, short))}[${long}])`),
        ),
      },
    ],
  };
}

function rule(each: Downsampled, interval: string, expr: string): object {
  return { record: recordOf(each, interval), expr };
}

function recordOf({ series, part }: Downsampled, interval: string): string {
  return `${series}:${part}_${interval}`;
}

function ofMetric(metric: Metric, { naming, scrapeIntervalMs }: DownsamplingOptions): Downsampled[] {
  const names = queryNames(naming);
  const { family, sample } = names.metric(metric);
  const { kind, shape } = metric;
  // Information is always 1.
  if (shape === 'info') return [overTime(sample, 'max')];
  if (kind === 'counter' || kind === 'observableCounter') return cumulative(sample, sample, scrapeIntervalMs);
  if (kind !== 'histogram') return (['sum', 'count', 'min', 'max'] as const).map((part) => overTime(sample, part));
  // Native histograms cannot be compared, so that resets within an interval are not known.
  if (names.isNative(metric)) return [overTime(sample, 'last')];
  // A sum can fall without a reset, by negative values: the count tells resets.
  const count = `${family}_count`;
  return ['_bucket', '_sum', '_count'].flatMap((suffix) =>
    cumulative(family + suffix, suffix === '_sum' ? count : family + suffix, scrapeIntervalMs),
  );
}

function overTime(series: string, part: Part): Downsampled {
  return { series, part, expr: `${part}_over_time(${selectorOf(series)}[${resolutions[0]}])` };
}

/** Returns the last value and the increase of a series whose resets are those of `counted`. */
function cumulative(series: string, counted: string, scrapeIntervalMs: number): Downsampled[] {
  // At half the interval of scrapes, each step sees at most one new sample.
  const step = `${Math.max(1, Math.floor(scrapeIntervalMs / 2))}ms`;
  const before = (name: string) => `last_over_time(${selectorOf(name)}[${longestSilence}] offset ${step})`;
  const difference = `${selectorOf(series)} - ${before(series)}`;
  const isGrowing = `${selectorOf(counted)} - ${before(counted)} >= 0`;
  const grown = series === counted ? isGrowing : `${difference} and ${isGrowing}`;
  // After a reset, the value is the increase; the product removes series that were not there before.
  const sinceReset = `${selectorOf(series)} - 0 * ${before(series)}`;
  return [
    overTime(series, 'last'),
    { series, part: 'increase', expr: `sum_over_time((${grown} or ${sinceReset})[${resolutions[0]}:${step}])` },
  ];
}
