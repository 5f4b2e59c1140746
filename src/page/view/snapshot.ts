/** Snapshot of what is shown, as a file. */
import { connection, dashboard, data, openMetric, period, range, view, where } from '../page-state.js';
import type { SeriesRing } from '../series-ring.js';

/** Saves the values of the period shown as JSON. */
export function downloadSnapshot(): void {
  const model = data.model.peek();
  const { from, to } = period();
  const series = (ring: SeriesRing, of: readonly { readonly key: string }[]) => {
    const window = ring.window(from, to);
    return {
      times: window.times.map((time) => Math.round(time * 1_000)),
      series: of.map(({ key, ...rest }) => ({ ...rest, values: window.of(key) })),
    };
  };
  const open = dashboard.peek();
  const panels = open?.rows.flatMap((row) => row.panels).map(({ title }) => title) ?? [];
  const metric = openMetric.peek();
  const content = {
    application_id: model?.application_id ?? null,
    version: model?.version ?? null,
    connection: connection.peek().kind,
    timestamp: new Date(to).toISOString(),
    range_minutes: range.peek(),
    where: where.peek() ?? null,
    view: view.peek().kind,
    ...(open === undefined
      ? {}
      : {
          dashboard: {
            name: open.name,
            ...series(
              data.dashboard.ring,
              panels.flatMap((title) => data.dashboard.of(title)),
            ),
          },
        }),
    ...(metric === undefined ? {} : { metric: { name: metric, ...series(data.metric.ring, data.metric.of()) } }),
    metrics: series(
      data.metrics,
      (model?.metrics ?? []).map(({ name, unit, shown: what }) => ({ key: name, name, unit, shown: what })),
    ),
    budgets: data.budgets.peek(),
    backends: data.backends.peek(),
  };
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([JSON.stringify(content, null, 2)], { type: 'application/json' }));
  link.download = `metrics-${content.timestamp.slice(0, 19).replaceAll(':', '')}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
