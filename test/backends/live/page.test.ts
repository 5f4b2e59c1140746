/** Messages of the page: what there is, its past, and its values each second. */
import { afterEach, expect, test, vi } from 'vitest';
import { runtime } from '../../../src/collectors/runtime/index.js';
import { shipped } from '../../../src/dashboards/index.js';
import { counter, defineCatalogue, gauge, text } from '../../../src/index.js';
import { agent } from '../../../src/packs/agent/index.js';
import { gateway } from '../../../src/packs/gateway/index.js';
import { shopCatalogue } from '../../panels/catalogue.js';
import { scene, settle } from './scene.js';

afterEach(() => {
  vi.useRealTimers();
});

const paid = { channel: 'web', outcome: 'paid' } as const;

test('the model, the past and the values of a page', async () => {
  const { client, seconds, packs, catalogues, instruments, clock } = scene({
    statuses: () => [
      {
        name: 'otlp',
        state: 'failing',
        delivered: 3,
        failed: 1,
        points: { exported: 9, rejected: 0, dropped: {} },
        retries: 1,
        inFlight: false,
        lastSuccessUnixMs: 5,
        reason: 'HTTP 503',
      },
    ],
  });
  const { catalogue } = gateway();
  packs.push(
    { name: 'gateway', metrics: catalogue.metrics },
    { name: 'runtime', metrics: runtime().catalogue.metrics },
  );
  catalogues.push({ name: 'shop', metrics: shopCatalogue.metrics });
  const { orders, checkout, stock, payload } = instruments(shopCatalogue);
  instruments(catalogue).requests.add(1, { provider: 'a' });
  const started = clock.nowUnixMs();
  const page = client({ page: { dashboard: 'shop', metric: 'shop.checkout.duration' } });
  const work = (second: number) => {
    orders.add(2, paid);
    orders.add(1, { channel: 'app', outcome: 'declined', region: 'eu' });
    checkout.record(0.3, { channel: 'web' });
    payload.record(64);
    stock.set(second, { shelf: 1 });
  };
  work(0);
  await seconds(12, work);
  expect(page.types().slice(0, 3)).toEqual(['page.model', 'page.history', 'page.update']);
  expect(page.received.slice(0, 3).map(({ isState }) => isState)).toEqual([true, true, false]);

  const model = page.model();
  expect(model).toMatchObject({ application_id: 'storefront', started, retention_ms: 900_000 });
  expect(model).not.toHaveProperty('omitted_series');
  expect(model.dashboards.map(({ name, title }) => [name, title])).toEqual([
    ['gateway', 'LLM gateway'],
    ['runtime', 'Node runtime'],
    ['shop', 'shop'],
  ]);
  expect(model.metrics.filter(({ group }) => group === 'shop').slice(0, 4)).toMatchObject([
    {
      name: 'shop.orders',
      exposed: 'shop_orders_total',
      kind: 'counter',
      unit: '{order}',
      description: 'Orders.',
      attributes: ['channel', 'outcome', 'region'],
      shown: 'rate',
      promql: 'sum(rate(shop_orders_total[5m]))',
    },
    {
      name: 'shop.checkout.duration',
      exposed: 'shop_checkout_duration_seconds',
      kind: 'histogram',
      shown: 'p95',
      promql: 'histogram_quantile(0.95, sum by (le) (rate(shop_checkout_duration_seconds_bucket[5m])))',
    },
    {
      name: 'shop.payload_bytes',
      kind: 'histogram',
      promql: 'histogram_quantile(0.95, sum(rate(shop_payload_bytes[5m])))',
    },
    { name: 'shop.stock', kind: 'gauge', shown: 'value', promql: 'avg(shop_stock)' },
  ]);
  const [requests] = model.dashboards[0]?.rows[0]?.panels ?? [];
  expect(requests).toMatchObject({
    title: 'Requests per second',
    kind: 'stat',
    thresholds: [],
    promql: ['sum(rate(gateway_requests_total[5m]))'],
  });

  const update = page.page();
  expect(update.time).toBe(clock.nowUnixMs());
  expect(update.metrics).toMatchObject({
    'shop.orders': 3,
    'shop.checkout.duration': 0.48,
    'shop.payload_bytes': expect.closeTo(64, -1),
    'shop.stock': 11,
  });
  expect(update.metric).toEqual({
    name: 'shop.checkout.duration',
    series: [
      { query: 0, legend: 'web', value: 0.3 },
      { query: 1, legend: 'web', value: 0.48 },
      { query: 2, legend: 'web', value: 0.496 },
    ],
    total: 1,
  });
  expect(update.dashboard?.series).toContainEqual({
    panel: 'shop.orders · per second',
    query: 0,
    legend: 'channel=web, outcome=paid',
    value: 2,
  });
  expect(update.backends).toEqual([
    { name: 'otlp', state: 'failing', delivered: 3, failed: 1, last_success: 5, reason: 'HTTP 503' },
  ]);
  expect(update.budgets[0]).toEqual({
    metric: 'shop.orders',
    used: 2,
    limit: 2_000,
    attribute: expect.any(String),
    values: expect.any(Number),
  });

  page.subscribe({ type: 'subscribe', page: { metric: 'shop.orders' } });
  await settle();
  const history = page.history();
  expect(Object.keys(history)).toEqual(['type', 'times', 'metric']);
  expect(history.times).toHaveLength(13);
  expect(history.metric?.series).toEqual([
    { query: 0, legend: 'channel=web, outcome=paid', values: [null, ...new Array(12).fill(2)] },
    { query: 0, legend: 'channel=app, outcome=declined, region=eu', values: [null, ...new Array(12).fill(1)] },
  ]);

  page.subscribe({ type: 'subscribe', where: { channel: 'app' }, page: { dashboard: 'shop', metric: 'shop.orders' } });
  await seconds(1, work);
  expect(page.history().dashboard?.series.filter(({ panel }) => panel === 'shop.orders · per second')).toHaveLength(1);
  expect(page.page().metrics).toMatchObject({ 'shop.orders': 1, 'shop.checkout.duration': null });
  expect(page.page().metric?.total).toBe(1);
});

test('metrics that appear later', async () => {
  const { client, seconds, instruments, provider } = scene();
  instruments(shopCatalogue).orders.add(1, paid);
  const page = client({ page: {} });
  await seconds(3);
  const first = page.types();
  expect(first.filter((type) => type === 'page.model')).toHaveLength(1);
  expect(page.model().metrics.map(({ name }) => name)).not.toContain('late');
  const late = provider.getMeter('plain', '2').createCounter('late', { description: 'Later.' });
  const work = () => late.add(3, { from: 'x' });
  work();
  await seconds(1, work);
  // At once with its value, in the model within five seconds.
  expect(page.page().metrics).toHaveProperty('late');
  await seconds(5, work);
  expect(
    page
      .types()
      .slice(first.length)
      .filter((type) => type !== 'page.update'),
  ).toEqual(['page.model', 'page.history']);
  expect(page.model().metrics).toContainEqual({
    name: 'late',
    exposed: 'late_total',
    kind: 'counter',
    unit: '',
    description: 'Later.',
    attributes: ['from'],
    group: 'plain',
    shown: 'rate',
    promql: 'sum(rate(late_total[5m]))',
  });
  expect(page.history().metrics?.['late']?.at(-1)).toBeGreaterThan(0);
  await seconds(20, work);
  expect(page.types().filter((type) => type === 'page.model')).toHaveLength(2);
});

test('hostile names, texts and values arrive unchanged, as JSON', async () => {
  const hostile = [
    '<img src=x onerror=alert(1)>',
    '</script><script>',
    'javascript:alert(1)',
    '__proto__',
    '\u2028\ud800"\\',
  ];
  const { client, seconds, instruments, provider, catalogues } = scene();
  const catalogue = defineCatalogue({
    events: counter({ name: 'events', unit: '{<b>}', description: hostile.join(), attributes: { kind: text() } }),
  });
  catalogues.push({ name: hostile[0] as string, metrics: catalogue.metrics });
  const { events } = instruments(catalogue);
  const plain = provider.getMeter('</script>').createGauge('g', { description: '<svg onload=alert(1)>' });
  const work = () => {
    for (const kind of hostile) events.add(1, { kind });
    for (const kind of hostile) plain.record(1, { [`${kind}!`]: kind });
  };
  work();
  const page = client({ page: { dashboard: hostile[0] as string, metric: 'events' } });
  const other = client({ page: { metric: 'g' }, where: { '__proto__!': '__proto__' } });
  await seconds(12, work);
  page.subscribe({ type: 'subscribe', page: { dashboard: hostile[0] as string, metric: 'events' } });
  await settle();
  const wellFormed = (each: string) => Buffer.from(each).toString();
  const legends = page.page().metric?.series.map(({ legend }) => legend);
  const expected = hostile.map(wellFormed).sort();
  expect(legends?.map((each) => wellFormed(each)).sort()).toEqual(expected);
  expect(page.page().dashboard?.name).toBe(hostile[0]);
  expect(page.page().dashboard?.series).toHaveLength(hostile.length);
  expect(page.history().dashboard?.series).toHaveLength(hostile.length);
  expect(page.model().metrics.map(({ group }) => group)).toEqual([hostile[0], '</script>']);
  expect(page.model().metrics[1]?.attributes.map((each) => wellFormed(each))).toEqual(
    expect.arrayContaining(expected.map((each) => `${each}!`)),
  );
  expect(other.page().metric?.series).toEqual([{ query: 0, legend: '__proto__', value: 1 }]);
  expect(({} as Record<string, unknown>)['x']).toBeUndefined();
});

test('the whole time that is held, at no more than 180 times', async () => {
  const { client, seconds, instruments } = scene();
  const { orders } = instruments(shopCatalogue);
  client();
  await seconds(1_000, () => orders.add(2, paid));
  const page = client({ page: {} });
  await settle();
  const { times, metrics } = page.history();
  expect(times.length).toBeGreaterThan(140);
  expect(times.length).toBeLessThanOrEqual(180);
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(880_000);
  expect(new Set(times.slice(1).map((time, index) => time - (times[index] ?? 0))).size).toBe(1);
  expect(metrics?.['shop.orders']).toEqual(new Array(times.length).fill(2));
});

test('more series than the history has room for', async () => {
  const { client, seconds, provider } = scene({ maxBytes: 170_000 });
  const many = provider.getMeter('many').createCounter('many');
  const work = () => {
    for (let index = 0; index < 200; index++) many.add(1, { index });
  };
  work();
  const page = client({ page: { metric: 'many' } });
  await seconds(12, work);
  expect(page.model()).toMatchObject({ retention_ms: 60_000, omitted_series: 72 });
  expect(page.page().metrics).toEqual({ many: 128 });
  expect(page.page().metric).toMatchObject({ total: 128, series: { length: 20 } });
});

test('series of the open metric: those with the highest values', async () => {
  const { client, seconds, instruments } = scene();
  const catalogue = defineCatalogue({
    load: gauge({ name: 'load', unit: '1', description: 'Load.', attributes: { host: text() } }),
  });
  const { load } = instruments(catalogue);
  for (let host = 0; host < 50; host++) load.set(host, { host: `h${host}` });
  const page = client({ page: { metric: 'load' } });
  await seconds(2);
  expect(page.page().metric?.total).toBe(50);
  expect(page.page().metric?.series.map(({ legend }) => legend)).toEqual(
    Array.from({ length: 20 }, (_, index) => `h${49 - index}`),
  );
});

test.each(Object.keys(shipped))(
  'the dashboard of %s: each panel has values or the reason why it has none',
  async (name) => {
    const { client, seconds, packs, instruments } = scene();
    const metrics = shipped[name]?.catalogue().metrics ?? [];
    if (name === 'health') instruments({ ...shopCatalogue, metrics, definitions: {} } as typeof shopCatalogue);
    else packs.push({ name, metrics });
    const page = client({ page: { dashboard: name } });
    await seconds(2);
    const [first] = page.model().dashboards;
    if (name === 'health' && first === undefined) return;
    expect(first?.name).toBe(name);
    const panels = first?.rows.flatMap((row) => row.panels) ?? [];
    expect(new Set(panels.map(({ title }) => title)).size).toBe(panels.length);
    for (const panel of panels) {
      expect(panel.promql.length).toBeGreaterThan(0);
      for (const { from } of panel.thresholds) expect(Number.isFinite(from)).toBe(true);
    }
    expect(page.page().dashboard?.name).toBe(name);
  },
);

test('a window longer than the history is an obstacle', async () => {
  const { client, seconds, packs } = scene();
  packs.push({ name: 'agent', metrics: agent().catalogue.metrics });
  const page = client({ page: {} });
  await seconds(1);
  const panels = page.model().dashboards[0]?.rows.flatMap((row) => row.panels) ?? [];
  const byTitle = new Map(panels.map((panel) => [panel.title, panel.obstacle]));
  expect(byTitle.get('Cost by agent')).toBe('It needs the last 1h, this process keeps the last 15m. Grafana shows it.');
  expect(byTitle.get('Task latency p95')).toBeUndefined();
});

test('long work is done in slices, and other clients get their updates in between', async () => {
  let calls = 0;
  const clock = {
    nowUnixMs: () => slow.clock.nowUnixMs(),
    // Each look at the clock takes time: so does a step of the work.
    monotonicMs: () => slow.clock.monotonicMs() + calls++ / 1_000,
  };
  const slow = scene({ clock });
  const meter = slow.provider.getMeter('many');
  for (let index = 0; index < 50; index++) meter.createCounter(`many.${index}`).add(1);
  const other = slow.client({ metrics: ['many.1'] });
  await slow.seconds(200);
  const before = other.received.length;
  const [pauses, callsBefore] = [vi.spyOn(globalThis, 'setImmediate'), calls];
  const page = slow.client({ page: {} });
  await slow.seconds(3);
  expect(page.types().slice(0, 3)).toEqual(['page.model', 'page.history', 'page.update']);
  expect(calls - callsBefore).toBeGreaterThan(5_000);
  // Three milliseconds, of a thousand steps each.
  expect(pauses.mock.calls.length).toBeGreaterThanOrEqual(Math.floor((calls - callsBefore) / 4_000));
  expect(other.received.length).toBeGreaterThanOrEqual(before + 2);
  pauses.mockRestore();
});
