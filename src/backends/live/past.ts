/** The message `page.history`: values of the past. */
import { numberAt } from '../../panels/interpreter/history.js';
import type { SnapshotHistory } from '../../panels/interpreter/snapshots.js';
import type { LiveHistory } from './live-history.js';
import type { PageHistory, PageView, PastSeries } from './messages.js';
import { conditioned, shownQuery } from './metric.js';
import { Moment, windowSeconds } from './moment.js';
import { currentSeries, dashboardQueries, metricQueries, type ShownQuery, type Where } from './page-series.js';
import type { Shared } from './shared.js';
import type { Slices } from './slices.js';

/** Times of a message at most. */
const mostTimes = 180;
/** Values of metrics in a message at most: above, there are fewer times. */
const mostValues = 60_000;
const fewestTimes = 20;

/** Which values of the past a message has. */
export interface PastOptions {
  readonly where: Where;
  readonly view: PageView;
  /** True to include one value of each metric for each time. */
  readonly hasMetrics: boolean;
}

/** Returns the text of the message. */
export async function pastText(
  live: LiveHistory,
  options: PastOptions,
  shared: Shared,
  slices: Slices,
): Promise<string> {
  const { snapshots } = live;
  const { where, view, hasMetrics } = options;
  const most = hasMetrics ? Math.floor(mostValues / Math.max(1, live.metrics.size)) : mostTimes;
  const moments = timesOf(snapshots, Math.min(mostTimes, Math.max(fewestTimes, most))).map(
    (atMs) => new Moment(snapshots, atMs),
  );
  const dashboard = live.dashboards.get(view.dashboard ?? '');
  const metric = live.metrics.get(view.metric ?? '');
  const parts: Partial<PageHistory> = {
    ...(dashboard === undefined
      ? {}
      : {
          dashboard: {
            name: view.dashboard ?? '',
            series: await pastSeries(dashboardQueries(dashboard, where), moments, slices),
          },
        }),
    ...(metric === undefined
      ? {}
      : {
          metric: {
            name: view.metric ?? '',
            series: await pastSeries(metricQueries(metric, live, where), moments, slices),
          },
        }),
  };
  const head = JSON.stringify({ type: 'page.history', times: moments.map(({ atMs }) => atMs), ...parts });
  if (!hasMetrics) return head;
  const metrics = await shared.once(JSON.stringify(['past', where]), () => pastMetrics(live, where, moments, slices));
  return `${head.slice(0, -1)},"metrics":${metrics}}`;
}

async function pastMetrics(
  live: LiveHistory,
  where: Where,
  moments: readonly Moment[],
  slices: Slices,
): Promise<string> {
  const pieces: string[] = [];
  for (const [name, each] of [...live.metrics]) {
    const query = conditioned(shownQuery(each), where);
    const values: (number | null)[] = [];
    for (const moment of moments) {
      values.push(moment.number(query));
      if (slices.isOver) await slices.pause();
    }
    pieces.push(`${JSON.stringify(name)}:${JSON.stringify(values)}`);
  }
  return `{${pieces.join(',')}}`;
}

/** Returns times at equal distances, the last one included. */
function timesOf({ times, first, end, retentionMs }: SnapshotHistory, most: number): number[] {
  if (end === first) return [];
  const oldestMs = numberAt(times, end - 1) - retentionMs;
  const distance = Math.ceil((end - first) / most);
  // The oldest times lack the snapshots before them.
  const oldest = distance === 1 ? first : first + windowSeconds;
  const all: number[] = [];
  for (let position = end - 1; position >= oldest; position -= distance) all.push(numberAt(times, position));
  return all.filter((timeMs) => timeMs >= oldestMs).reverse();
}

/** Returns the series that exist at the last time, or existed before. */
async function pastSeries(
  queries: readonly ShownQuery[],
  moments: readonly Moment[],
  slices: Slices,
): Promise<PastSeries[]> {
  const all: PastSeries[] = [];
  for (const query of queries) {
    const byLegend = new Map<string, (number | null)[]>();
    for (const [index, moment] of moments.entries()) {
      for (const { legend, value } of currentSeries(query, moment).series) {
        let values = byLegend.get(legend);
        if (values === undefined) {
          values = new Array<number | null>(moments.length).fill(null);
          byLegend.set(legend, values);
        }
        values[index] = value;
      }
      if (slices.isOver) await slices.pause();
    }
    const place = query.panel === undefined ? {} : { panel: query.panel };
    // The series with the highest values change with time: the latest ones are kept.
    const latest = [...byLegend].sort(([, one], [, other]) => lastIndex(other) - lastIndex(one)).slice(0, query.most);
    for (const [legend, values] of latest) all.push({ ...place, query: query.position, legend, values });
  }
  return all;
}

function lastIndex(values: readonly (number | null)[]): number {
  return values.findLastIndex((value) => value !== null);
}
