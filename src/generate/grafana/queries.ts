/** Queries of a dashboard's panels and variables, with its filters. */
import type { Dashboard } from '../../panels/dashboard.js';
import type { Panel, PanelQuery } from '../../panels/panel.js';
import { countSeries, type QueryNames } from '../../panels/promql/names.js';
import { promql } from '../../panels/promql/render.js';
import { labelsOf, metricsIn, targetLabels } from '../../panels/query.js';

/** Variable of Grafana: its name, the label that it stands for, and the query of its values. */
export interface LabelVariable {
  readonly name: string;
  readonly label: string;
  readonly query: string;
}

/** Returns the PromQL of a panel's query. */
export function expressionOf({ query }: PanelQuery, dashboard: Dashboard, names: QueryNames): string {
  const metrics = metricsIn(query);
  // A quotient of a metric with the attribute and one without it would mix a part with the whole.
  const isShared = (label: string) =>
    isTarget(label) || metrics.every(({ attributes }) => Object.hasOwn(attributes, label));
  const filters = Object.fromEntries(
    filteredLabels(dashboard)
      .filter(isShared)
      .map((label) => [label, `=~"$${variableName(label, names)}"`]),
  );
  return promql(query, { names, autoWindow: '$__rate_interval', filters });
}

/** Returns the legend of Grafana: `{model}` becomes the value of a label. */
export function legendOf({ query, legend }: PanelQuery, { kind }: Panel, names: QueryNames): string {
  if (kind === 'heatmap') return '{{le}}';
  const labels = labelsOf(query);
  const text = legend ?? (labels ?? []).map((label) => `{${label}}`).join(' ');
  // Without any label, Grafana would show the expression.
  if (text === '') return labels === undefined ? '__auto' : 'value';
  return text.replace(/\{([^{}]+)\}/g, (_, label: string) => `{{${names.label(label)}}}`);
}

/** Returns the variables of a dashboard: job, instance, and its own. Each is limited to the values of those before it. */
export function variablesOf(dashboard: Dashboard, names: QueryNames): readonly LabelVariable[] {
  const [first] = dashboard.rows.flatMap(({ panels }) =>
    panels.flatMap(({ queries }) => queries.flatMap(({ query }) => metricsIn(query))),
  );
  const metricOf = new Map(dashboard.variables.map(({ attribute, metric }) => [attribute, metric]));
  const chosen: string[] = [];
  return filteredLabels(dashboard).flatMap((label) => {
    const metric = metricOf.get(label) ?? first;
    if (metric === undefined) return [];
    const isClassic = metric.kind === 'histogram' && !names.isNative(metric as never);
    const series = isClassic ? countSeries(metric as never, names).name : names.metric(metric as never).sample;
    const name = variableName(label, names);
    const conditions = chosen.length === 0 ? '' : `{${chosen.join(', ')}}`;
    if (isTarget(label)) chosen.push(`${label}=~"$${name}"`);
    return [{ name, label, query: `label_values(${series}${conditions}, ${names.label(label)})` }];
  });
}

const isTarget = (label: string) => (targetLabels as readonly string[]).includes(label);

function filteredLabels({ variables }: Dashboard): readonly string[] {
  return [...targetLabels, ...variables.map(({ attribute }) => attribute)];
}

/** Names of variables consist of letters, digits and `_`. */
function variableName(label: string, names: QueryNames): string {
  return names.label(label).replace(/[^a-zA-Z0-9_]/g, '_');
}
