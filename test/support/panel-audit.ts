/** Audit of dashboards and rules: their queries, and the metrics of a catalogue that no query names. */
import type { Catalogue, Definitions } from '../../src/catalogue/catalogue.js';
import { unqueriedMetrics } from '../../src/generate/audit.js';
import {
  type Dashboard,
  type NamingOptions,
  promql,
  type Query,
  queryNames,
  type RuleGroup,
} from '../../src/panels/index.js';
import { firstErrorIn } from '../../src/panels/promql/check.js';
import { dashboardText, rulesText } from './panel-text.js';

/** A dashboard and the rules beside it. */
export interface Panels {
  readonly dashboard: Dashboard;
  readonly rules: readonly RuleGroup[];
}

/** Returns the text of a golden file. */
export function textOf({ dashboard, rules }: Panels): string {
  return `${dashboardText(dashboard)}\n${rulesText(rules)}`;
}

/** Returns all queries, with the title or the name of what has them. */
export function queriesOf({ dashboard, rules }: Panels): readonly (readonly [of: string, query: Query])[] {
  return [
    ...dashboard.rows.flatMap(({ panels }) =>
      panels.flatMap(({ title, queries }) => queries.map(({ query }) => [title, query] as const)),
    ),
    ...rules.flatMap(({ recordings, alerts }) => [
      ...recordings.map(({ name, query }) => [name, query] as const),
      ...alerts.map(({ name, when }) => [name, when] as const),
    ]),
  ];
}

/** Returns the keys of the metrics that no query names, in the order of the catalogue. */
export function unusedMetrics({ metrics }: Catalogue<Definitions>, { dashboard, rules }: Panels): readonly string[] {
  return unqueriedMetrics(metrics, { dashboards: [dashboard], rules }).map(({ key }) => key);
}

const everyNaming: readonly NamingOptions[] = (['scrape', 'otlp'] as const).flatMap((path) => [
  { path },
  { path, strategy: 'NoTranslation' },
  { path, histograms: 'native' },
]);

/** Returns the queries that are not valid PromQL, by any path. */
export function invalidQueries(panels: Panels): readonly string[] {
  return queriesOf(panels).flatMap(([of, query]) =>
    everyNaming
      .map((naming) => promql(query, { names: queryNames(naming), autoWindow: '5m' }))
      .filter((text) => firstErrorIn(text) !== undefined)
      .map((text) => `${of}: ${text}`),
  );
}

/** Returns the names of alerts that several rules have. */
export function doubleNames(rules: readonly RuleGroup[]): readonly string[] {
  const names = rules.flatMap(({ alerts }) => alerts.map(({ name }) => name));
  return names.filter((name, index) => names.indexOf(name) !== index);
}

/**
 * Returns the options whose value changes nothing in the rules.
 *
 * @param others a value of each option that differs from its default.
 */
export function idleOptions<O extends object>(
  rules: (options: O) => readonly RuleGroup[],
  others: Required<O>,
): string[] {
  const byDefault = rulesText(rules({} as O));
  return Object.entries(others)
    .filter(([name, value]) => rulesText(rules({ [name]: value } as O)) === byDefault)
    .map(([name]) => name);
}
