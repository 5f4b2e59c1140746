/**
 * Recording rules that downsample, because Prometheus does not: every metric at 5 minutes and at 1 hour.
 *
 * A counter and each part of a histogram is kept as its running total, so that `increase` and `rate` of the downsampled
 * series are those of the original. A gauge is kept as mean, minimum and maximum of the interval.
 */
import type { Catalogue, Metric } from '../../catalogue/catalogue.js';
import { type NamingOptions, queryNames } from '../../panels/promql/names.js';

/** Intervals of the downsampled series. */
export const resolutions = ['5m', '1h'] as const;

/** Regular expression of the names of downsampled series. */
export const downsampledSeries = `.+:(?:${resolutions.join('|')})(?::(?:avg|min|max))?`;

/** Returns the content of the rule file. */
export function downsamplingRules(metrics: Catalogue['metrics'], naming: NamingOptions): object {
  return {
    groups: resolutions.map((interval) => ({
      name: `downsample-${interval}`,
      interval,
      rules: metrics.flatMap((metric) => rulesOf(metric, interval, naming)),
    })),
  };
}

function rulesOf(metric: Metric, interval: string, naming: NamingOptions): object[] {
  const names = queryNames(naming);
  const { family, sample } = names.metric(metric);
  const isNative =
    names.histograms === 'native' || (metric.aggregation === 'exponential' && names.histograms === undefined);
  const series =
    metric.kind === 'histogram' && !isNative ? ['_bucket', '_sum', '_count'].map((part) => family + part) : [sample];
  const selectors = series.map((name) => ({ name, selector: isClassic(name) ? name : `{${JSON.stringify(name)}}` }));
  if (metric.kind.endsWith('ounter') || metric.kind === 'histogram')
    return selectors.map(({ name, selector }) => ({ record: `${legacy(name)}:${interval}`, expr: selector }));
  return selectors.flatMap(({ name, selector }) =>
    ['avg', 'min', 'max'].map((part) => ({
      record: `${legacy(name)}:${interval}:${part}`,
      expr: `${part}_over_time(${selector}[${interval}])`,
    })),
  );
}

const isClassic = (name: string) => /^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name);

function legacy(name: string): string {
  return name.replace(/[^a-zA-Z0-9_:]/g, '_');
}
