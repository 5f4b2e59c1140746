/** The messages `metrics.update` and `page.update`: values of one moment. */
import type { LiveHistory } from './live-history.js';
import type { MetricsUpdate, PageBackend, PageBudget, PageUpdate, PageView, Subscription } from './messages.js';
import { conditioned, fieldQueries, shownQuery } from './metric.js';
import type { Moment } from './moment.js';
import { currentSeries, dashboardQueries, metricQueries, type Where } from './page-series.js';
import type { Shared } from './shared.js';
import type { Slices } from './slices.js';
import type { LiveSource, SeriesBudget } from './source.js';

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
  const chosen = (packs ?? (metrics.length > 0 ? [] : defaultPacks(live))).filter((name) => live.fields.has(name));
  const queries = [
    ...chosen.flatMap((pack) =>
      // Fields of several packs may have the same name.
      Object.entries(live.fields.get(pack) ?? {}).map(
        ([field, query]) => [chosen.length > 1 ? `${pack}.${field}` : field, query] as const,
      ),
    ),
    ...metrics.flatMap((name) => {
      const metric = live.metrics.get(name);
      return metric === undefined ? [] : fieldQueries(metric);
    }),
  ];
  for (const [field, query] of queries) {
    values.push([field, moment.number(conditioned(query, where))]);
    if (slices.isOver) await slices.pause();
  }
  return {
    type: 'metrics.update',
    timestamp: new Date(moment.atMs).toISOString(),
    application_id: applicationId,
    metrics: Object.fromEntries(values),
  };
}

/** Returns the gateway if it runs, else the first pack. */
function defaultPacks({ fields }: LiveHistory): readonly string[] {
  return fields.has('gateway') ? ['gateway'] : [...fields.keys()].slice(0, 1);
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
