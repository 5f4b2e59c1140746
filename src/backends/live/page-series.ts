/** Series of panels and of the open metric, at one time. */
import type { Dashboard } from '../../panels/dashboard.js';
import type { EvaluatedSeries } from '../../panels/interpreter/evaluate.js';
import type { Panel } from '../../panels/panel.js';
import type { Query } from '../../panels/query.js';
import type { LiveHistory } from './live-history.js';
import type { CurrentSeries } from './messages.js';
import { conditioned, type LiveMetric, seriesQueries } from './metric.js';
import { attributesOf } from './model.js';
import { type Moment, numberOf } from './moment.js';

/** Series that a query of a panel shows at most: those with the highest values. */
const mostOfPanel = 200;
/** Series of the open metric. */
const mostOfMetric = 20;

/** A query whose series are sent one by one. */
export interface ShownQuery {
  /** Title of the panel; absent for the open metric. */
  readonly panel?: string;
  readonly position: number;
  readonly query: Query;
  readonly legend?: string;
  readonly most: number;
}

/** Conditions of a subscription. */
export type Where = Readonly<Record<string, string>>;

/** Returns the queries of a dashboard. */
export function dashboardQueries({ rows }: Dashboard, where: Where): readonly ShownQuery[] {
  return rows.flatMap(({ panels }) => panels.flatMap((panel) => panelQueries(panel, where)));
}

function panelQueries({ title, queries }: Panel, where: Where): ShownQuery[] {
  return queries.map(({ query, legend }, position) => ({
    panel: title,
    position,
    query: conditioned(query, where),
    ...(legend === undefined ? {} : { legend }),
    most: mostOfPanel,
  }));
}

/** Returns the queries of the open metric. */
export function metricQueries(metric: LiveMetric, live: LiveHistory, where: Where): readonly ShownQuery[] {
  const queries = seriesQueries(metric, attributesOf(metric, live));
  return queries.map((query, position) => ({ position, query: conditioned(query, where), most: mostOfMetric }));
}

/** Returns the series of a query now, and the number of all. */
export function currentSeries(
  { panel, position, query, legend, most }: ShownQuery,
  moment: Moment,
): { readonly series: readonly CurrentSeries[]; readonly total: number } {
  const all = moment.series(query);
  const shown = all.length <= most ? all : [...all].sort((one, other) => rank(other) - rank(one)).slice(0, most);
  const legends = uniqueLegends(shown, legend);
  const place = panel === undefined ? { query: position } : { panel, query: position };
  const series = shown.map(({ value }, index) => ({ ...place, legend: legends[index] ?? '', value: numberOf(value) }));
  return { series, total: all.length };
}

function rank({ value }: EvaluatedSeries): number {
  return Number.isNaN(value) ? Number.NEGATIVE_INFINITY : value;
}

/** Returns the legends. Equal ones are followed by all labels. */
function uniqueLegends(series: readonly EvaluatedSeries[], template: string | undefined): string[] {
  const legends = series.map(({ labels }) => legendOf(labels, template));
  const count = new Map<string, number>();
  for (const each of legends) count.set(each, (count.get(each) ?? 0) + 1);
  return legends.map((each, index) =>
    count.get(each) === 1 ? each : `${each} · ${labelsText(series[index]?.labels ?? {})}`,
  );
}

function legendOf(labels: Readonly<Record<string, string>>, template: string | undefined): string {
  if (template === undefined) return labelsText(labels);
  return template.replace(
    /\{([^{}]+)\}/g,
    (_, label: string) => (Object.hasOwn(labels, label) ? labels[label] : '') ?? '',
  );
}

/** Returns `key=value` of each label; of a single label its value. */
function labelsText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels);
  if (entries.length === 1) return entries[0]?.[1] ?? '';
  return entries.map(([name, value]) => `${name}=${value}`).join(', ');
}
