/** The messages `metrics.update` and `page.update`: values of one moment. */
import type { LiveHistory } from './live-history.js';
import type { MetricsUpdate, PageBackend, PageBudget, PageUpdate, PageView, Subscription } from './messages.js';
import { conditioned, type Field, fieldQueries, shownQuery } from './metric.js';
import type { Moment } from './moment.js';
import { currentSeries, dashboardQueries, metricQueries, type Where } from './page-series.js';
import type { Shared } from './shared.js';
import type { Slices } from './slices.js';
import type { LiveSource, SeriesBudget } from './source.js';

/** Metrics of an update without a subscription. */
const mostDefaults = 50;
/** Metrics whose budgets are shown: those with the most series. */
const mostBudgets = 100;
/** Metrics whose attribute with the most values is shown. */
const mostAttributes = 20;

/** Returns the message of a client that is not the page. */
export async function metricsUpdate(
  { applicationId }: LiveSource,
  live: LiveHistory,
  { packs, metrics = [], where = {} }: Omit<Subscription, 'type'>,
  { moment }: Shared,
  slices: Slices,
): Promise<MetricsUpdate> {
  const values: [string, number | null][] = [];
  const chosen = packs === undefined && metrics.length === 0 ? defaultFields(live) : chosenFields(live, packs, metrics);
  for (const [field, query] of chosen) {
    values.push([field, query === undefined ? null : moment.number(conditioned(query, where))]);
    if (slices.isOver) await slices.pause();
  }
  return {
    type: 'metrics.update',
    timestamp: new Date(moment.atMs).toISOString(),
    application_id: applicationId,
    metrics: Object.fromEntries(values),
  };
}

/** Returns the fields of the gateway if it runs, else of the first pack; without a pack, the application's own metrics. */
function defaultFields(live: LiveHistory): readonly Field[] {
  const { groups } = live;
  const fields = groups.get('gateway')?.fields ?? [...groups.values()].find((group) => group.fields)?.fields;
  return fields === undefined ? fieldsOf(live, live.ownMetrics(mostDefaults)) : Object.entries(fields);
}

function chosenFields(
  live: LiveHistory,
  packs: readonly string[] = [],
  metrics: readonly string[] = [],
): readonly Field[] {
  const ofPacks = packs.flatMap((pack) => {
    const group = live.groups.get(pack);
    if (group?.fields === undefined) return fieldsOf(live, group?.metrics ?? []);
    // Fields of several packs may have the same name.
    return Object.entries(group.fields).map(
      ([field, query]): Field => [packs.length > 1 ? `${pack}.${field}` : field, query],
    );
  });
  return [...ofPacks, ...fieldsOf(live, metrics)];
}

function fieldsOf(live: LiveHistory, names: readonly string[]): readonly Field[] {
  return names.flatMap((name): readonly Field[] => {
    const metric = live.metric(name);
    return metric === undefined ? [[name, undefined]] : fieldQueries(metric, name);
  });
}

/** Returns the message of the page. */
export async function pageUpdate(
  source: LiveSource,
  live: LiveHistory,
  view: PageView,
  where: Where,
  shared: Shared,
  slices: Slices,
): Promise<PageUpdate> {
  const { moment } = shared;
  const key = (part: string, name = '') => JSON.stringify([part, name, where]);
  const dashboard = live.dashboards.get(view.dashboard ?? '');
  const metric = live.metrics.get(view.metric ?? '');
  return {
    type: 'page.update',
    time: moment.atMs,
    metrics: await shared.once(key('metrics'), () => shownNumbers(live, where, moment, slices)),
    ...(dashboard === undefined
      ? {}
      : {
          dashboard: await shared.once(key('dashboard', view.dashboard), async () => {
            const { series } = await allSeries(dashboardQueries(dashboard, where), moment, slices);
            return { name: view.dashboard ?? '', series };
          }),
        }),
    ...(metric === undefined
      ? {}
      : {
          metric: await shared.once(key('metric', view.metric), async () => {
            const { series, total } = await allSeries(metricQueries(metric, live, where), moment, slices);
            return { name: view.metric ?? '', series, total };
          }),
        }),
    budgets: await shared.once('budgets', async () => pageBudgets(source.budgets())),
    backends: await shared.once('backends', async () => source.statuses().map(pageBackend)),
  };
}

async function shownNumbers(
  live: LiveHistory,
  where: Where,
  moment: Moment,
  slices: Slices,
): Promise<PageUpdate['metrics']> {
  const values: [string, number | null][] = [];
  for (const [name, metric] of [...live.metrics]) {
    values.push([name, moment.number(conditioned(shownQuery(metric), where))]);
    if (slices.isOver) await slices.pause();
  }
  return Object.fromEntries(values);
}

/** Returns the series of queries, and the number of all series of a query. */
async function allSeries(queries: ReturnType<typeof dashboardQueries>, moment: Moment, slices: Slices) {
  const all: ReturnType<typeof currentSeries>['series'][] = [];
  let total = 0;
  for (const query of queries) {
    const current = currentSeries(query, moment);
    all.push(current.series);
    total = Math.max(total, current.total);
    if (slices.isOver) await slices.pause();
  }
  return { series: all.flat(), total };
}

function pageBudgets(budgets: Iterable<SeriesBudget>): PageBudget[] {
  const inUse = [...budgets].filter(({ used }) => used > 0).sort((one, other) => other.used - one.used);
  return inUse.slice(0, mostBudgets).map((budget, index) => {
    const { metric, used, limit } = budget;
    const { key, values } = (index < mostAttributes ? budget.widest?.() : undefined) ?? {};
    return key === undefined || values === undefined
      ? { metric, used, limit }
      : { metric, used, limit, attribute: key, values };
  });
}

function pageBackend(status: ReturnType<LiveSource['statuses']>[number]): PageBackend {
  const { name, state, delivered, failed, lastSuccessUnixMs, reason } = status;
  return {
    name,
    state,
    delivered,
    failed,
    ...(lastSuccessUnixMs === undefined ? {} : { last_success: lastSuccessUnixMs }),
    ...(reason === undefined ? {} : { reason }),
  };
}
