/** The values that the live page keeps of the messages. */
import { expect, test } from 'vitest';
import type { PageModel, PageUpdate, StreamMessage } from '../../src/backends/live/messages.js';
import { LiveData } from '../../src/page/live-data.js';

const model = (started: number, application = 'shop'): PageModel => ({
  type: 'page.model',
  application_id: application,
  version: '1',
  started,
  retention_ms: 900_000,
  dashboards: [],
  metrics: [],
});

const update = (time: number, value: number, parts: Partial<PageUpdate> = {}): PageUpdate => ({
  type: 'page.update',
  time,
  metrics: { orders: value },
  budgets: [],
  backends: [],
  ...parts,
});

function scene() {
  const shown: number[] = [];
  const data = new LiveData((time) => shown.push(time));
  const values = () => data.metrics.window(0, Number.POSITIVE_INFINITY).of('orders');
  return { data, shown, values };
}

test('history and updates of metrics form one line', () => {
  const { data, shown, values } = scene();
  data.apply(model(1));
  data.apply({ type: 'page.history', times: [1_000, 2_000], metrics: { orders: [1, null] } });
  data.apply(update(3_000, 3));
  data.apply(update(3_000, 4));
  expect(values()).toEqual([1, null, 3]);
  expect(shown).toEqual([2_000, 3_000, 3_000]);
});

test('a restart of the server interrupts lines; another application replaces them', () => {
  const { data, values } = scene();
  data.apply(model(1));
  data.apply(update(1_000, 1));
  data.apply(model(1));
  data.apply(update(2_000, 2));
  data.apply(model(2));
  data.apply(update(3_000, 3));
  expect(values()).toEqual([1, 2, null, 3]);
  data.apply(model(3, 'other'));
  data.apply(update(4_000, 4));
  expect(values()).toEqual([4]);
});

test('series of the open dashboard are kept by panel, query and legend; those of another one are ignored', () => {
  const { data } = scene();
  data.dashboard.open('gateway');
  const series = (panel: string, query: number, legend: string, value: number) => ({ panel, query, legend, value });
  const dashboard = {
    name: 'gateway',
    series: [series('Duration', 1, 'p95', 2), series('Duration', 0, 'p50', 1), series('Errors', 0, 'p50', 9)],
  };
  data.apply(update(1_000, 1, { dashboard }));
  data.apply(update(2_000, 1, { dashboard: { name: 'runtime', series: [series('Duration', 0, 'p50', 7)] } }));
  expect(data.dashboard.of('Duration').map(({ legend }) => legend)).toEqual(['p50', 'p95']);
  expect(data.dashboard.of('Duration').map(({ key }) => data.dashboard.ring.latest(key, 9_000))).toEqual([1, 2]);
  data.dashboard.open('gateway');
  expect(data.dashboard.of('Errors')).toHaveLength(1);
  data.dashboard.open('runtime');
  expect(data.dashboard.of('Errors')).toHaveLength(0);
});

test('the history of a dashboard joins its updates', () => {
  const { data } = scene();
  data.dashboard.open('gateway');
  const at = { panel: 'Duration', query: 0, legend: 'p50' };
  data.apply(update(3_000, 1, { dashboard: { name: 'gateway', series: [{ ...at, value: 3 }] } }));
  const past = { name: 'gateway', series: [{ ...at, values: [1, 2] }] };
  data.apply({ type: 'page.history', times: [1_000, 2_000], dashboard: past });
  const [series] = data.dashboard.of('Duration');
  expect(data.dashboard.ring.window(0, 9_000).of(series?.key ?? '')).toEqual([1, 2, 3]);
});

test('the open metric has its series and the number of all', () => {
  const { data } = scene();
  data.metric.open('orders');
  data.apply(
    update(1_000, 1, {
      metric: { name: 'orders', series: [{ query: 0, legend: 'channel="web"', value: 5 }], total: 41 },
    }),
  );
  data.apply(update(2_000, 1, { metric: { name: 'stock', series: [{ query: 0, legend: '', value: 5 }], total: 3 } }));
  expect(data.metric.of().map(({ legend }) => legend)).toEqual(['channel="web"']);
  expect(data.total.value).toBe(41);
});

test('errors of the server are shown until the next model; unknown messages are ignored', () => {
  const { data } = scene();
  data.apply({ type: 'error', message: 'where: expected texts' });
  expect(data.error.value).toBe('where: expected texts');
  data.apply(model(1));
  expect(data.error.value).toBeUndefined();
  data.apply({ type: 'page.other' } as unknown as StreamMessage);
  data.apply({ type: 'metrics.update', timestamp: '', application_id: '', metrics: {} });
});
