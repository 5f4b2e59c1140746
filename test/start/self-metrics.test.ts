import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, startMetrics, text } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { mountedPrometheus, prometheus } from 'otelier/backends/prometheus';
import { parseExposition } from 'otelier/testing';
import { afterEach, expect, test } from 'vitest';
import { decodeRequest, type Message, pointsOfRequest } from '../formats/otlp/message.js';
import { FakeClock } from '../support/clock.js';
import { startHttpPeer } from '../support/http-peer.js';
import { type Point, stockReader } from '../support/stock.js';

const shop = defineCatalogue({
  orders: counter({
    name: 'self.orders',
    unit: '1',
    description: 'Orders.',
    attributes: { region: text({ limit: 10 }) },
    cardinalityLimit: 4,
  }),
});

const pair = defineCatalogue({
  parcels: counter({
    name: 'self.parcels',
    unit: '1',
    description: 'Parcels.',
    attributes: { color: text(), size: text() },
  }),
});

/** Returns the value of a metric with one data point in an OTLP request. */
function valueIn(body: Buffer, metric: string): number {
  const each = (message: Message, key: string) => (message[key] ?? []) as Message[];
  const metrics = each(decodeRequest(body), 'resource_metrics')
    .flatMap((resource) => each(resource, 'scope_metrics'))
    .flatMap((scope) => each(scope, 'metrics'));
  const { sum } = metrics.find(({ name }) => name === metric) as { sum: Message };
  return each(sum, 'data_points')[0]?.['as_double'] as number;
}

let stop: (() => Promise<unknown>) | undefined;
afterEach(() => stop?.());

test('series in use, limits, rejections and collection durations are exported', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { shop } });
  stop = metrics.shutdown;
  for (const region of ['a', 'b', 'c', 'd', 'e']) metrics.shop.orders.add(1, { region });
  metrics.shop.orders.add(Number.NaN, { region: 'a' });
  await collect();
  const points = await collect();
  const value = (name: string, attribute: string) =>
    points.find((point) => point.name === name && Object.values(point.attributes).includes(attribute))?.value;
  expect(value('otelier.series.used', 'self.orders')).toBe(4);
  expect(value('otelier.series.limit', 'self.orders')).toBe(4);
  expect(value('otelier.measurement.rejected', 'series_overflow')).toBe(2);
  expect(value('otelier.measurement.rejected', 'value_not_finite')).toBe(1);
  expect(value('otel.sdk.metric_reader.collection.duration', 'reader')).toMatchObject({ count: 1 });
});

test('the attribute with the most values is exported', async () => {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { shop, pair } });
  stop = metrics.shutdown;
  for (const region of ['a', 'b', 'c', 'd', 'e']) metrics.shop.orders.add(1, { region });
  for (const size of ['s', 'm', 'l']) metrics.pair.parcels.add(1, { size, color: 'red' });
  const ofAttribute = (points: readonly Point[]) =>
    points
      .filter(({ name }) => name === 'otelier.attribute.values')
      .map(({ value, attributes }) => [value, attributes]);
  const points = ofAttribute(await collect());
  expect(points).toContainEqual([3, { metric: 'self.orders', attribute: 'region' }]);
  expect(points).toContainEqual([3, { metric: 'self.parcels', attribute: 'size' }]);
});

test('the attribute with the most values is exported for the 20 metrics with the most series', async () => {
  const { reader, collect } = stockReader();
  const definitions = Array.from({ length: 30 }, (_, id) => [
    `m${id}`,
    counter({ name: `self.wide.${id}`, unit: '1', description: 'One of many.', attributes: { id: text() } }),
  ]);
  const wide = defineCatalogue(Object.fromEntries(definitions) as Record<string, ReturnType<typeof counter>>);
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { wide } });
  stop = metrics.shutdown;
  const instruments = Object.values(metrics.wide) as unknown as { add(value: number, attributes: object): void }[];
  for (const [series, instrument] of instruments.entries()) {
    for (let id = 0; id <= series + 20; id++) instrument.add(1, { id: String(id) });
  }
  await collect();
  const points = (await collect()).filter(({ name }) => name === 'otelier.attribute.values');
  expect(points.map(({ attributes }) => attributes['metric'])).toHaveLength(20);
  expect(points.map(({ value }) => value)).toContain(50);
  expect(points.map(({ value }) => value)).not.toContain(21);
});

test('the heartbeat increases by exactly 1 per second, through a scrape and through OTLP', async () => {
  const clock = new FakeClock();
  const { reader, collect } = stockReader();
  const peer = await startHttpPeer(() => ({ status: 200 }));
  const endpoint = mountedPrometheus();
  const options = { environment: {}, logLevel: 'none', clock, readers: [reader] } as const;
  const metrics = startMetrics({ ...options, backends: [endpoint, otlp({ endpoint: peer.url })] });
  stop = () => Promise.all([metrics.shutdown(), peer.close()]);
  const scraped = async () => {
    const answer = await endpoint.fetch(new Request('http://localhost/metrics'));
    const family = parseExposition(await answer.text()).find(({ name }) => name.startsWith('otelier_heartbeat'));
    return family?.samples.find(({ name }) => name === 'otelier_heartbeat_seconds_total')?.value;
  };
  for (const [milliseconds, expected] of [
    [0, 0],
    [1_000, 1],
    [1, 1.001],
    [58_999, 60],
    [3_600_000, 3_660],
  ] as const) {
    clock.advance(milliseconds);
    expect(await scraped()).toBe(expected);
    expect((await collect()).find(({ name }) => name === 'otelier.heartbeat')?.value).toBe(expected);
    await metrics.forceFlush();
    expect(valueIn(peer.requests.at(-1)?.body as Buffer, 'otelier.heartbeat')).toBe(expected);
  }
});

test('the heartbeat starts at 0 with each start', async () => {
  const clock = new FakeClock();
  for (const seconds of [90, 5]) {
    const { reader, collect } = stockReader();
    const metrics = startMetrics({ environment: {}, clock, readers: [reader] });
    stop = metrics.shutdown;
    clock.advance(seconds * 1_000);
    expect((await collect()).find(({ name }) => name === 'otelier.heartbeat')?.value).toBe(seconds);
    await metrics.shutdown();
  }
});

test('the self-metrics do not overflow, however many metrics exist', async () => {
  const { reader, collect } = stockReader();
  const definitions = Array.from({ length: 2_500 }, (_, id) => [
    `m${id}`,
    counter({ name: `self.many.${id}`, unit: '1', description: 'One of many.' }),
  ]);
  const many = defineCatalogue(Object.fromEntries(definitions) as Record<string, ReturnType<typeof counter>>);
  const metrics = startMetrics({ environment: {}, readers: [reader], catalogues: { many } });
  stop = metrics.shutdown;
  for (const instrument of Object.values(metrics.many) as { add(value: number): void }[]) instrument.add(1);
  const before = { ...metrics.status().rejected };
  await collect();
  const points = await collect();
  expect(points.filter(({ name }) => name === 'otelier.series.used')).toHaveLength(1_900);
  expect(metrics.status().rejected).toEqual(before);
});

test('deliveries and data points of each backend are counted', async () => {
  const { reader, collect } = stockReader();
  // Answers: partial success with one rejected data point, 400, 200.
  const partial = '\x0a\x02\x08\x01';
  const peer = await startHttpPeer((_, count) =>
    count === 1 ? { status: 200, body: partial } : { status: count === 2 ? 400 : 200 },
  );
  const metrics = startMetrics({
    environment: {},
    logLevel: 'none',
    readers: [reader],
    catalogues: { shop },
    backends: [otlp({ endpoint: peer.url, temporality: 'delta' })],
  });
  stop = () => Promise.all([metrics.shutdown(), peer.close()]);
  const sent: number[] = [];
  for (let flush = 0; flush < 3; flush++) {
    metrics.shop.orders.add(1, { region: 'a' });
    metrics.shop.orders.add(1, { region: 'b' });
    await metrics.forceFlush();
    sent.push(pointsOfRequest(peer.requests[flush]?.body as Buffer).length);
  }
  const points = await collect();
  const value = (name: string, errorType?: string) =>
    points.find(
      ({ name: found, attributes }) =>
        found === name && attributes['otel.component.name'] === 'otlp' && attributes['error.type'] === errorType,
    )?.value;
  const [first = 0, second = 0, third = 0] = sent;
  expect(value('otel.sdk.exporter.metric_data_point.exported')).toBe(first - 1 + third);
  expect(value('otel.sdk.exporter.metric_data_point.exported', 'rejected')).toBe(1);
  expect(value('otel.sdk.exporter.metric_data_point.exported', 'refused')).toBe(second);
  expect(value('otel.sdk.exporter.operation.duration')).toMatchObject({ count: 2 });
  expect(value('otel.sdk.exporter.operation.duration', 'refused')).toMatchObject({ count: 1 });
  expect(value('otelier.exporter.inflight')).toBe(0);
  expect(value('otelier.exporter.waiting')).toBe(0);
  expect(value('otelier.exporter.retries')).toBe(0);
  expect(value('otelier.exporter.last_success.time')).toBeCloseTo(Date.now() / 1_000, -2);
  expect(metrics.status().backends[0]).toMatchObject({
    delivered: 2,
    failed: 1,
    points: { exported: first - 1 + third, rejected: 1, dropped: { refused: second } },
  });
});

test('self-metrics can be disabled', async () => {
  const { reader, collect } = stockReader();
  const environment = { OTELIER_WITHOUT_SELF_METRICS: 'true' };
  const metrics = startMetrics({ environment, readers: [reader], catalogues: { shop } });
  stop = metrics.shutdown;
  metrics.shop.orders.add(1, { region: 'a' });
  expect((await collect()).map(({ name }) => name)).toEqual(['self.orders']);
});

test('messages name the self-metric of rejections while it is exported', async () => {
  const messages: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => messages.push(message);
  const logger = { error: ignore, warn, info: ignore, debug: ignore, verbose: ignore };
  diag.setLogger(logger, { suppressOverrideMessage: true });
  for (const [index, withoutSelfMetrics] of [false, true, false].entries()) {
    const name = `self.rejecting_${index}`;
    const rejecting = defineCatalogue({ sum: counter({ name, unit: '1', description: 'Sum.' }) });
    const readers = [stockReader().reader];
    const metrics = startMetrics({ environment: {}, readers, catalogues: { rejecting }, withoutSelfMetrics });
    stop = metrics.shutdown;
    metrics.rejecting.sum.add(Number.NaN);
    expect(messages.at(-1)).toContain(name);
    const counted = 'counted in otelier.measurement.rejected{reason="value_not_finite"}';
    expect(messages.at(-1)?.includes(counted)).toBe(!withoutSelfMetrics);
    await metrics.shutdown();
  }
  diag.disable();
});

test('data points of scrapes are counted as the responses show them', async () => {
  const metrics = startMetrics({
    environment: {},
    logLevel: 'none',
    catalogues: { shop },
    backends: [prometheus({ host: '127.0.0.1', port: 0 })],
  });
  stop = metrics.shutdown;
  await metrics.ready;
  metrics.shop.orders.add(1, { region: 'a' });
  const scrape = async () => {
    const families = parseExposition(await (await fetch(metrics.status().backends[0]?.url as string)).text());
    const points = families.flatMap(({ name, type, samples }) => {
      if (name === 'target_info') return [];
      return type === 'histogram' ? samples.filter((sample) => sample.name === `${name}_count`) : samples;
    });
    const exported = families.find(({ name }) => name.startsWith('otel_sdk_exporter_metric_data_point_exported'));
    return { points: points.length, exported: exported?.samples.map(({ value }) => value) };
  };
  const first = await scrape();
  const second = await scrape();
  expect([first.exported, second.exported]).toEqual([[0], [first.points]]);
  const total = first.points + second.points;
  expect(metrics.status().backends[0]?.points).toEqual({ exported: total, rejected: 0, dropped: {} });
});
