/** Audit of metrics: those that no panel and no rule queries. */
import type { Catalogue, Metric } from '../catalogue/catalogue.js';
import type { Dashboard } from '../panels/dashboard.js';
import { type NamingOptions, type QueryNames, queryNames } from '../panels/promql/names.js';
import { mapQuery, metricsIn, type Query } from '../panels/query.js';
import type { RuleGroup } from '../panels/rules.js';

/** Dashboards and rules with queries of metrics. */
export interface Queries {
  readonly dashboards: readonly Dashboard[];
  readonly rules: readonly RuleGroup[];
}

/**
 * Returns the metrics that no query of a panel, an alert or a recording rule names. The text of `raw` names metrics by their
 * names in Prometheus.
 */
export function unqueriedMetrics(
  metrics: Catalogue['metrics'],
  queries: Queries,
  naming: NamingOptions = {},
): Catalogue['metrics'] {
  const all = queriesIn(queries);
  const queried = new Set(all.flatMap((query) => metricsIn(query).map(({ name }) => name)));
  const words = new Set(all.flatMap(wordsOf));
  const names = queryNames(naming);
  return metrics.filter(
    (metric) => !queried.has(metric.name) && !seriesOf(metric, names).some((name) => words.has(name)),
  );
}

/** Returns the names of the series of a metric in Prometheus. */
function seriesOf(metric: Metric, names: QueryNames): readonly string[] {
  const { family, sample } = names.metric(metric);
  return metric.kind === 'histogram' ? ['', '_bucket', '_count', '_sum'].map((part) => family + part) : [sample];
}

function queriesIn({ dashboards, rules }: Queries): Query[] {
  return [
    ...dashboards.flatMap(({ rows }) =>
      rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries.map(({ query }) => query))),
    ),
    ...rules.flatMap(({ recordings, alerts }) => [
      ...recordings.map(({ query }) => query),
      ...alerts.map(({ when }) => when),
    ]),
  ];
}

/** Returns the words of a query's PromQL that may be names of metrics. */
function wordsOf(query: Query): string[] {
  const words: string[] = [];
  mapQuery(query, (part) => {
    if (part.op === 'raw') words.push(...part.text.split(/[^\p{L}\p{N}_:.]+/u));
    return part;
  });
  return words;
}
