/** Collected metrics, and the queries that show them. */
import type { MetricStream } from '../../model/points.js';
import { mean, quantile, rate, value } from '../../panels/queries.js';
import { mapQuery, type Query, type Samples } from '../../panels/query.js';
import type { PageMetric } from './messages.js';
import type { MetricDefinition } from './source.js';

/** A metric of the process. */
export interface LiveMetric {
  readonly stream: MetricStream;
  /** Definition that queries name the metric by: of a metric without one, that of its stream. */
  readonly metric: MetricDefinition;
  /** Pack, collector or catalogue of the definition, else the scope. */
  readonly group: string;
  readonly kind: PageMetric['kind'];
}

/** Query of a field in `metrics.update`; `undefined` for a value that does not exist, or not yet. */
export type Field = readonly [name: string, query: Query | undefined];

/** Percentiles of histograms. */
const percentiles = [0.5, 0.95, 0.99] as const;

/** Returns the metric of a stream. A view may have changed what the definition says. */
export function liveMetric(
  stream: MetricStream,
  defined: { readonly metric: MetricDefinition; readonly group: string } | undefined,
): LiveMetric {
  const { name, unit, description, points, sum, monotonic, scope } = stream;
  const kind = points !== 'number' ? 'histogram' : !sum ? 'gauge' : monotonic ? 'counter' : 'upDownCounter';
  const metric: MetricDefinition = {
    attributes: {},
    key: name,
    cardinalityLimit: 0,
    ...defined?.metric,
    ...(points === 'number' ? {} : { aggregation: points === 'histogram' ? 'explicit' : 'exponential' }),
    kind,
    name,
    unit,
    description,
  };
  return { stream, metric, group: defined?.group ?? scope.name, kind };
}

/** Returns what the page shows of each kind. */
export function shownPart(kind: PageMetric['kind']): PageMetric['shown'] {
  return kind === 'counter' ? 'rate' : kind === 'histogram' ? 'p95' : 'value';
}

/** Returns the query of the one number that the page shows of a metric. */
export function shownQuery({ kind, metric }: LiveMetric): Query {
  if (kind === 'counter') return rate(metric as never);
  return kind === 'histogram' ? quantile(0.95, metric as never) : value(metric as never);
}

/**
 * Returns the fields of a metric.
 *
 * @param name of the metric in the fields.
 */
export function fieldQueries(live: LiveMetric, name: string): readonly Field[] {
  const { kind, metric } = live;
  if (kind !== 'histogram') return [[name, shownQuery(live)]];
  return [
    [`${name}.rate`, rate(metric as never)],
    // The sum of negative values is not collected.
    [`${name}.mean`, (metric.buckets?.[0] ?? 0) < 0 ? undefined : mean(metric as never)],
    ...percentiles.map((each) => [`${name}.p${each * 100}`, quantile(each, metric as never)] as const),
  ];
}

/** Returns the queries of each series of a metric: one, or those of the percentiles of a histogram. */
export function seriesQueries({ kind, metric }: LiveMetric, labels: readonly string[]): readonly Query[] {
  const samples: Samples = { op: 'samples', metric, part: kind === 'histogram' ? 'buckets' : 'value', where: [] };
  if (kind === 'gauge' || kind === 'upDownCounter') return [samples];
  const of = { op: 'overTime', function: 'rate', of: samples, window: 'auto' } as const;
  return kind === 'counter'
    ? [of]
    : percentiles.map((each) => ({ op: 'quantile', quantile: each, by: labels, of }) as const);
}

/** Returns a query of the series that have these attributes. */
export function conditioned(query: Query, where: Readonly<Record<string, string>>): Query {
  const conditions = Object.entries(where).map(([attribute, text]) => ({ attribute, not: false, values: [text] }));
  if (conditions.length === 0) return query;
  return mapQuery(query, (part) => {
    if (part.op === 'samples') return { ...part, where: [...part.where, ...conditions] };
    // A rule may have aggregated the attributes away.
    if (part.op === 'recorded') return { ...part, rule: { ...part.rule, query: conditioned(part.rule.query, where) } };
    return part;
  });
}
