/** A panel: queries, and how to show them. Plain data, which generators render. */

import { MetricsError, type Problem } from '../errors.js';
import { requireFields, requireKnown } from './arguments.js';
import { labelsOf, metricsIn, type Query } from './query.js';
import { unitOf } from './unit.js';

/** Role of a reader of dashboards. */
export type Role = 'operator' | 'developer' | 'business';

const roles: readonly Role[] = ['operator', 'developer', 'business'];

/** How a panel shows its queries. */
export type PanelKind = 'timeseries' | 'stat' | 'gauge' | 'bars' | 'table' | 'heatmap' | 'pie' | 'states';

/** A value from which a panel changes its color. */
export interface Threshold {
  readonly from: number;
  readonly level: 'good' | 'warning' | 'critical';
}

/** A query of a panel. */
export interface PanelQuery {
  readonly query: Query;
  /** Name of the series. `{model}` stands for the value of a label. By default the values of all labels. */
  readonly legend?: string;
}

/** Options of a panel. */
export interface PanelOptions {
  /** Unique within the dashboard. */
  readonly title: string;
  /** `timeseries` by default. */
  readonly kind?: PanelKind;
  readonly queries: Query | PanelQuery | readonly (Query | PanelQuery)[];
  /** By default the descriptions of the metrics. */
  readonly description?: string;
  /** UCUM unit of the values; by default that of the first query. */
  readonly unit?: string;
  /** Digits after the decimal point; chosen by value if absent. */
  readonly decimals?: number;
  /** Limits of the value axis, or of a gauge. */
  readonly min?: number;
  readonly max?: number;
  /** Ascending; values below the first one are good, unless the first one starts at `-Infinity`. */
  readonly thresholds?: readonly Threshold[];
  /** True to stack the series. */
  readonly stacked?: boolean;
  /** Columns of 24 that the panel occupies: 4 for `stat` and `gauge`, 12 for other kinds. */
  readonly width?: number;
  /** Rows of 30 pixels: 4 for `stat` and `gauge`, 8 for other kinds. */
  readonly height?: number;
  /** Roles whose dashboards have the panel; all by default. */
  readonly roles?: readonly Role[];
}

/** A panel with its defaults. */
export interface Panel extends Omit<PanelOptions, 'queries'> {
  readonly kind: PanelKind;
  readonly queries: readonly PanelQuery[];
  readonly description: string;
  readonly unit: string;
  readonly width: number;
  readonly height: number;
  readonly roles: readonly Role[];
}

const small: ReadonlySet<PanelKind> = new Set(['stat', 'gauge']);

const fields = [
  ...['title', 'kind', 'queries', 'description', 'unit', 'decimals', 'min', 'max', 'thresholds', 'stacked', 'width'],
  ...['height', 'roles'],
];

/**
 * Returns a panel.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID with all problems: an unknown option, an empty title, no queries, a legend with a label that the
 * query does not have, thresholds that do not ascend, a width outside 1 to 24.
 *
 * @example
 * const { orders } = metricsOf(shop);
 * panel({ title: 'Orders', queries: { query: rate(orders, { by: ['outcome'] }), legend: '{outcome}' } });
 */
export function panel(options: PanelOptions): Panel {
  requireFields('panel', options, 'title', 'queries');
  requireKnown('panel', options, fields);
  const { kind = 'timeseries', roles: ofRoles = roles } = options;
  const queries = [options.queries].flat().map((each) => ('op' in each ? { query: each } : each));
  const size = small.has(kind) ? { width: 4, height: 4 } : { width: 12, height: 8 };
  for (const each of queries) requireKnown('panel.queries', each, ['query', 'legend']);
  const problems = problemsOf(options, queries);
  const [first] = queries;
  if (problems.length > 0 || first === undefined) throw new MetricsError('METRICS_PANEL_INVALID', problems);
  return Object.freeze({
    description: descriptionOf(queries),
    unit: unitOf(first.query),
    ...size,
    ...options,
    kind,
    queries,
    roles: ofRoles,
  });
}

function descriptionOf(queries: readonly PanelQuery[]): string {
  const metrics = queries.flatMap(({ query }) => metricsIn(query));
  return [...new Set(metrics.map(({ description }) => description))].join(' ');
}

function problemsOf(options: PanelOptions, queries: readonly PanelQuery[]): Problem[] {
  const { title, width = 1, height = 1, thresholds = [] } = options;
  const where = `panel ${JSON.stringify(title)}`;
  const problems: Problem[] = [];
  const report = (field: string, value: unknown, expected: string) =>
    problems.push({ where: `${where}.${field}`, value, expected });
  if (typeof title !== 'string' || title.trim() === '') report('title', title, 'a text');
  if (queries.length === 0) report('queries', queries, 'one or more queries');
  if (!(Number.isInteger(width) && width >= 1 && width <= 24)) report('width', width, 'an integer from 1 to 24');
  if (!(Number.isInteger(height) && height >= 1 && height <= 40)) report('height', height, 'an integer from 1 to 40');
  const values = thresholds.map(({ from }) => from);
  if (values.some((value, index) => !(value > (values[index - 1] ?? Number.NEGATIVE_INFINITY)) && index > 0))
    report('thresholds', values, 'ascending values');
  for (const { query, legend = '' } of queries) {
    const labels = labelsOf(query);
    for (const [, label = ''] of legend.matchAll(/\{([^{}]+)\}/g)) {
      if (labels !== undefined && !labels.includes(label))
        report('legend', legend, `labels of the query: ${labels.join(', ') || 'it has none'}`);
    }
  }
  return problems;
}
