/** Queries of a dashboard and its rules: their syntax, and the metrics that no query uses. */
import type { Catalogue } from '../../src/catalogue/catalogue.js';
import { panelsOf } from '../../src/panels/dashboard.js';
import { type Dashboard, promql, type Query, queryNames, type RuleGroup } from '../../src/panels/index.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { metricsIn } from '../../src/panels/query.js';

/** A dashboard and the rules of the same metrics. */
export interface Shown {
  readonly dashboard: Dashboard;
  readonly rules: readonly RuleGroup[];
}

/** Returns all queries with the title of their panel or the name of their rule. */
function queriesOf({ dashboard, rules }: Shown): readonly (readonly [title: string, query: Query])[] {
  return [
    ...panelsOf(dashboard).flatMap(({ title, queries }) => queries.map(({ query }) => [title, query] as const)),
    ...rules.flatMap(({ recordings }) => recordings.map(({ name, query }) => [name, query] as const)),
    ...rules.flatMap(({ alerts }) => alerts.map(({ name, when }) => [name, when] as const)),
  ];
}

/** Returns the queries that are not valid PromQL, by any path of the measurements and form of histograms. */
export function invalidQueries(shown: Shown): string[] {
  const namings = [{}, { path: 'otlp' }, { strategy: 'NoTranslation' }, { histograms: 'native' }] as const;
  return namings.flatMap((naming) =>
    queriesOf(shown)
      .map(([title, query]) => [title, promql(query, { names: queryNames(naming), autoWindow: '5m' })] as const)
      .filter(([, text]) => firstErrorIn(text) !== undefined)
      .map(([title, text]) => `${title}: ${text}`),
  );
}

/** Returns the keys of the metrics that no panel and no rule uses. */
export function unusedMetrics(catalogue: Catalogue, shown: Shown): string[] {
  const used = new Set(queriesOf(shown).flatMap(([, query]) => metricsIn(query).map(({ name }) => name)));
  return catalogue.metrics.filter(({ name }) => !used.has(name)).map(({ key }) => key);
}

/** Returns the names of alerts, recordings of equal labels, and objectives that exist twice. */
export function doubleNames(rules: readonly RuleGroup[]): string[] {
  const names = rules.flatMap(({ name, recordings, alerts }) => [
    `group ${name}`,
    ...recordings.map((each) => `${each.name} ${JSON.stringify(each.labels)}`),
    ...alerts.map((each) => each.name),
  ]);
  return names.filter((name, index) => names.indexOf(name) !== index);
}
