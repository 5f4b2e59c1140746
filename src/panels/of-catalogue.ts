/** The dashboard and the rules of any catalogue: a panel for each metric, chosen by its kind. */
import type { AttributeType } from '../catalogue/attributes.js';
import type { Catalogue, Metric } from '../catalogue/catalogue.js';
import { above, and, ratio, topk } from './combine.js';
import { type Dashboard, dashboard, type Row, row, type Variable } from './dashboard.js';
import { type Panel, type PanelOptions, panel } from './panel.js';
import { distribution, increase, quantile, rate, series, value } from './queries.js';
import type { Query } from './query.js';
import { alert, type RuleGroup, ruleGroup } from './rules.js';

/** Name and uid of a dashboard. */
export interface CatalogueDashboardOptions {
  readonly uid: string;
  readonly title: string;
}

/** Number of series that a panel shows of a metric whose attributes have more values. */
const shownSeries = 10;
/** Events in five minutes below which a share of errors means nothing. */
const minEvents = 20;
/** Number of attributes that a panel groups by. */
const shownAttributes = 2;

/**
 * Returns a dashboard with a panel for each metric: rates of counters, percentiles and heatmaps of histograms, values of
 * gauges, tables of information. Panels are grouped by the attributes with fewest values.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if the catalogue has no metrics, or the uid is invalid.
 *
 * @example
 * const overview = catalogueDashboard(shop, { uid: 'shop', title: 'Shop' });
 */
export function catalogueDashboard(
  { metrics }: Pick<Catalogue, 'metrics'>,
  { uid, title }: CatalogueDashboardOptions,
): Dashboard {
  const rows: Row[] = [
    row('Events', metrics.filter(isCounter).map(counterPanel)),
    row('Distributions', metrics.filter(isHistogram).flatMap(histogramPanels)),
    row('Values', metrics.filter(isValue).map(valuePanel)),
    row('States and information', metrics.filter(({ shape }) => shape !== undefined).map(statePanel)),
  ].filter(({ panels }) => panels.length > 0);
  const description = `All ${metrics.length} metrics of the catalogue.`;
  return dashboard({ uid, title, description, rows, variables: variablesOf(metrics) });
}

/**
 * Returns the rules of a catalogue: for each counter and histogram with values that are marked with `asError`, an alert when
 * more than 5 % of the last events of a job, and of at least 20, were errors.
 *
 * @param name of the group, and prefix of the alerts.
 */
export function catalogueRules({ metrics }: Pick<Catalogue, 'metrics'>, name: string): readonly RuleGroup[] {
  const alerts = metrics.flatMap((metric) => {
    const [errors] = errorsOf(metric);
    if (errors === undefined || !(isCounter(metric) || isHistogram(metric))) return [];
    const where = { [errors.attribute]: errors.values };
    const all = { over: '5m', by: ['job'] } as const;
    const share = ratio(rate(metric as never, { ...all, where } as never), rate(metric as never, all));
    const isEnough = above(increase(metric as never, all), minEvents);
    return [
      alert({
        name: `${pascalCase(metric.name)}Errors`,
        when: and(above(share, 0.05), isEnough),
        for: '5m',
        severity: 'ticket',
        summary: `{job}: {value} of ${withoutBraces(metric.name)} were errors in the last 5 minutes.`,
        description: `${metric.description} More than 5 % had ${errors.attribute} ${errors.values.join(' or ')}.`,
      }),
    ];
  });
  return alerts.length === 0 ? [] : [ruleGroup(name, { alerts })];
}

const isCounter = ({ kind }: Metric) => kind === 'counter' || kind === 'observableCounter';
const isHistogram = ({ kind }: Metric) => kind === 'histogram';
const isValue = (metric: Metric) => !isCounter(metric) && !isHistogram(metric) && metric.shape === undefined;

function counterPanel(metric: Metric): Panel {
  const by = groupsOf(metric);
  return titled(metric, 'per second', {
    queries: limited(metric, by, rate(metric as never, { by } as never)),
    stacked: by.length > 0,
  });
}

function histogramPanels(metric: Metric): Panel[] {
  const quantiles = [0.5, 0.95, 0.99].map((each) => ({
    query: quantile(each, metric as never),
    legend: `p${each * 100}`,
  }));
  const percentiles = titled(metric, 'percentiles', { queries: quantiles });
  if (metric.aggregation === 'exponential') return [percentiles];
  return [percentiles, titled(metric, 'distribution', { kind: 'heatmap', queries: distribution(metric as never) })];
}

function valuePanel(metric: Metric): Panel {
  const by = groupsOf(metric);
  return titled(metric, '', { queries: limited(metric, by, value(metric as never, { by } as never)) });
}

function statePanel(metric: Metric): Panel {
  if (metric.shape === 'info') return titled(metric, '', { kind: 'table', queries: series(metric as never) });
  const query = above(value(metric as never, { by: [metric.name], merge: 'max' } as never), 0);
  return titled(metric, '', { kind: 'states', queries: { query, legend: `{${metric.name}}` } });
}

function titled({ name, description }: Metric, part: string, options: Omit<PanelOptions, 'title'>): Panel {
  return panel({ title: part === '' ? name : `${name} · ${part}`, description, ...options });
}

/** Returns the attributes to group by: those with fewest values first. */
function groupsOf({ attributes }: Metric): string[] {
  return Object.entries(attributes)
    .sort(([, one], [, other]) => one.limit - other.limit)
    .slice(0, shownAttributes)
    .map(([key]) => key);
}

/** Limits the shown series of a metric if its attributes may have many values. */
function limited({ attributes }: Metric, by: readonly string[], query: Query): Query {
  const possible = by.reduce((product, key) => product * (attributes[key]?.limit ?? 1), 1);
  return possible > shownSeries ? topk(shownSeries, query) : query;
}

/** Filters for the attributes that most metrics have; at most four. */
function variablesOf(metrics: readonly Metric[]): Variable[] {
  const byAttribute = new Map<string, Metric[]>();
  for (const metric of metrics.filter(({ shape }) => shape === undefined))
    for (const key of Object.keys(metric.attributes)) byAttribute.set(key, [...(byAttribute.get(key) ?? []), metric]);
  return [...byAttribute]
    .sort(([, one], [, other]) => other.length - one.length)
    .slice(0, 4)
    .map(([attribute, [metric]]) => ({ attribute, metric: metric as Metric }));
}

function errorsOf({ attributes }: Metric): { attribute: string; values: readonly string[] }[] {
  return Object.entries(attributes).flatMap(([attribute, { errors = [] }]: [string, AttributeType]) =>
    errors.length === 0 ? [] : [{ attribute, values: errors }],
  );
}

function pascalCase(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

function withoutBraces(text: string): string {
  return text.replace(/[{}]/g, '');
}
