/** The message `page.model`: everything that the page shows, without values. */
import type { Dashboard } from '../../panels/dashboard.js';
import { type Obstacle, obstacleOf } from '../../panels/interpreter/obstacle.js';
import type { Panel } from '../../panels/panel.js';
import { queryNames } from '../../panels/promql/names.js';
import { type PromqlOptions, promql } from '../../panels/promql/render.js';
import { metricsIn, type Query } from '../../panels/query.js';
import { version } from '../../version.js';
import type { LiveHistory } from './live-history.js';
import type { PageDashboard, PageMetric, PageModel, PagePanel } from './messages.js';
import { type LiveMetric, shownPart, shownQuery } from './metric.js';
import { windowSeconds } from './moment.js';
import type { Slices } from './slices.js';
import type { LiveSource } from './source.js';

/** Window of rates in PromQL: that of rules with the usual scrape interval of 15 to 60 seconds. */
const copiedWindow = '5m';
/** Step of subqueries, as `evaluate` has it. */
const stepMs = 60_000;
/** Number of series whose attributes are listed. */
const inspectedSeries = 100;

/** Returns the text of the message. */
export async function modelText(source: LiveSource, live: LiveHistory, slices: Slices): Promise<string> {
  const { translation } = source;
  const names = queryNames(translation === undefined ? {} : { strategy: translation });
  const options: PromqlOptions = { names, autoWindow: copiedWindow };
  const dashboards: PageDashboard[] = [];
  for (const [name, dashboard] of live.dashboards) {
    if (name === 'health' && !hasMetrics(dashboard, live)) continue;
    dashboards.push(pageDashboard(name, dashboard, live, options));
    if (slices.isOver) await slices.pause();
  }
  const { snapshots } = live;
  const head: Omit<PageModel, 'metrics'> = {
    type: 'page.model',
    application_id: source.applicationId,
    version,
    started: source.startedUnixMs,
    retention_ms: snapshots.retentionMs,
    ...(snapshots.omitted === 0 ? {} : { omitted_series: snapshots.omitted }),
    dashboards,
  };
  // Thousands of metrics are not written in one slice.
  const metrics: string[] = [];
  for (const metric of [...live.metrics.values()]) {
    metrics.push(JSON.stringify(pageMetric(metric, live, options)));
    if (slices.isOver) await slices.pause();
  }
  return `${JSON.stringify(head).slice(0, -1)},"metrics":[${metrics.join(',')}]}`;
}

/** True if a metric of a dashboard is collected. */
function hasMetrics({ variables, rows }: Dashboard, { metrics }: LiveHistory): boolean {
  if (variables.some(({ metric }) => metrics.has(metric.name))) return true;
  const queries = rows.flatMap(({ panels }) => panels.flatMap((panel) => panel.queries));
  return queries.some(({ query }) => metricsIn(query).some(({ name }) => metrics.has(name)));
}

function pageDashboard(name: string, dashboard: Dashboard, live: LiveHistory, options: PromqlOptions): PageDashboard {
  const { title, description, rows } = dashboard;
  const shown = rows.map((row) => ({
    title: row.title,
    panels: row.panels.map((panel) => pagePanel(panel, live, options)),
  }));
  return { name, title, description, rows: shown };
}

function pagePanel(panel: Panel, live: LiveHistory, options: PromqlOptions): PagePanel {
  const { title, description, kind, unit, decimals, min, max, stacked, thresholds = [], width, queries } = panel;
  const obstacle = queries.map(({ query }) => obstacleIn(query, live)).find((each) => each !== undefined);
  return {
    title,
    description,
    kind,
    unit,
    ...(kind === 'heatmap' ? bucketUnit(panel) : {}),
    ...(decimals === undefined ? {} : { decimals }),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    ...(stacked === undefined ? {} : { stacked }),
    // JSON has no infinity.
    thresholds: thresholds.map(({ from, level }) => ({ from: Math.max(from, -Number.MAX_VALUE), level })),
    width,
    promql: queries.map(({ query }) => promql(query, options)),
    ...(obstacle === undefined ? {} : { obstacle: obstacle.message }),
  };
}

/** The buckets of a heatmap are values of its histogram. */
function bucketUnit({ queries }: Panel): Pick<PagePanel, 'bucket_unit'> {
  const [histogram] = queries.flatMap(({ query }) => metricsIn(query));
  return histogram === undefined ? {} : { bucket_unit: histogram.unit };
}

function obstacleIn(query: Query, { snapshots }: LiveHistory): Obstacle | undefined {
  return obstacleOf(query, { history: snapshots, autoWindow: windowSeconds * 1_000, step: stepMs });
}

function pageMetric(live: LiveMetric, history: LiveHistory, options: PromqlOptions): PageMetric {
  const { stream, metric, group, kind } = live;
  return {
    name: stream.name,
    exposed: options.names.metric(metric).sample,
    kind,
    unit: stream.unit,
    description: stream.description,
    attributes: attributesOf(live, history),
    group,
    shown: shownPart(kind),
    promql: promql(shownQuery(live), options),
  };
}

/** Returns the attributes of the definition; without a definition, the labels of its series. */
export function attributesOf({ metric }: LiveMetric, { snapshots }: LiveHistory): readonly string[] {
  const declared = Object.keys(metric.attributes);
  const series = snapshots.seriesOf(metric.name).slice(0, inspectedSeries);
  return [...new Set([...declared, ...series.flatMap(({ labels }) => [...labels.keys()])])];
}
