import { MeterProvider } from '@opentelemetry/sdk-metrics';
import fc from 'fast-check';
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  observableCounter,
  observableGauge,
  oneOf,
  optional,
  startMetrics,
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { describe, expect, test } from 'vitest';
import { renderTable } from '../../../src/backends/console/render-table.js';
import { Snapshot } from '../../../src/backends/console/snapshot.js';
import { widthOf } from '../../../src/backends/console/terminal-text.js';
import { replay } from '../../../src/model/replay.js';
import { OnDemandReader } from '../../support/stock.js';
import { startConsole } from './fake-terminal.js';

const shop = defineCatalogue({
  requests: counter({
    name: 'shop.requests',
    unit: '{request}',
    description: 'Requests.',
    attributes: { route: text(), status: oneOf('200', '500') },
  }),
  sent: counter({ name: 'shop.sent', unit: 'By', description: 'Bytes sent.' }),
  busy: counter({ name: 'shop.busy.time', unit: 's', description: 'Time spent.', startAtZero: false }),
  queued: upDownCounter({ name: 'shop.queued', unit: '{order}', description: 'Waiting orders.' }),
  load: gauge({ name: 'shop.load', unit: '1', description: 'Load.', attributes: { zone: text() } }),
  heap: observableGauge({ name: 'shop.heap', unit: 'MiBy', description: 'Heap.' }),
  seen: observableCounter({ name: 'shop.seen', unit: '{visitor}', description: 'Visitors.' }),
  restarted: gauge({ name: 'shop.restarted', unit: 's', description: 'Time of the last restart.' }),
  latency: histogram({
    name: 'shop.latency',
    unit: 's',
    description: 'Latency.',
    attributes: { route: text() },
    buckets: [0.01, 0.1, 1],
  }),
  basket: histogram({ name: 'shop.basket', unit: 'By', description: 'Baskets.', aggregation: 'exponential' }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text(), commit: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['starting', 'serving', 'stopping'] }),
  link: stateSet({
    name: 'shop.link',
    description: 'Links.',
    states: ['up', 'down'],
    attributes: { peer: text() },
  }),
});

type Started = ReturnType<typeof start>;
const start = (settings?: Parameters<typeof startConsole>[1]) =>
  startConsole((common) => startMetrics({ ...common, catalogues: { shop } }), settings);

function record({ metrics }: Started): void {
  const { requests, sent, busy, queued, load, heap, seen, restarted, latency, basket, build, phase, link } =
    metrics.shop;
  requests.add(1_204, { route: '/rerank', status: '200' });
  requests.add(3, { route: '/rerank', status: '500' });
  requests.add(7, { route: '/', status: '200' });
  sent.add(15_600_000);
  busy.add(0.25);
  queued.add(-2);
  load.set(0.123456789, { zone: 'eu-west' });
  load.set(2, { zone: '' });
  heap.addCallback((result) => result.observe(1_536));
  seen.addCallback((result) => result.observe(12));
  restarted.set(1_770_091_506.789);
  for (const seconds of [0.0023, 0.02, 0.03, 0.04, 20]) latency.record(seconds, { route: '/rerank' });
  latency.record(0.05, { route: '/' });
  for (const size of [100, 1_900, 2_100, 5_000_000]) basket.record(size);
  build.set({ version: '1.4.2', commit: '9f3c2ab' });
  phase.set('starting');
  link.set('up', { peer: 'db' });
  link.set('down', { peer: 'cache' });
}

test('prints every kind of metric, then what changed', async () => {
  const app = start();
  record(app);
  const first = await app.print();
  const { requests, sent, busy, queued, load, latency, phase, link } = app.metrics.shop;
  requests.add(12, { route: '/rerank', status: '200' });
  requests.add(1, { route: '/orders', status: '200' });
  sent.add(1_000_000);
  busy.add(1.5);
  queued.add(-3);
  load.set(0.1, { zone: 'eu-west' });
  latency.record(0.2, { route: '/rerank' });
  phase.set('serving');
  link.set('up', { peer: 'cache' });
  const second = await app.print();
  await expect(`${first}\n${second}`).toMatchFileSnapshot('../../golden/console/every-kind.txt');
});

test('prints nothing without series', async () => {
  expect(await start().print()).toBe('');
});

test('omits metrics without series', async () => {
  const app = start();
  app.metrics.shop.load.set(1, { zone: 'eu' });
  expect(await app.print()).not.toContain('shop.latency');
});

describe('change and rate', () => {
  test('a series that begins counts from 0, and one that did not change shows nothing', async () => {
    const app = start();
    const { requests, load } = app.metrics.shop;
    requests.add(5, { route: '/a', status: '200' });
    await app.print();
    requests.add(7, { route: '/b', status: '200' });
    load.set(3, { zone: 'eu' });
    const table = await app.print(2);
    expect(table).toContain('change over 2 s\n');
    expect(table).toMatch(/^ {2}route=\/a status=200 {2}5$/m);
    expect(table).toMatch(/^ {2}route=\/b status=200 {2}7 {2}\+7 {2}3\.5\/s$/m);
    expect(table).toMatch(/^ {2}zone=eu {2}3$/m);
  });

  test('an observed sum that fell counts from 0', async () => {
    const app = start();
    let visitors = 100;
    app.metrics.shop.seen.addCallback((result) => result.observe(visitors));
    await app.print();
    visitors = 20;
    expect(await app.print()).toMatch(/^ {2}20 {2}\+20 {2}2\/s$/m);
  });

  test('a series that was removed and began again counts from 0', async () => {
    const app = start();
    const { requests } = app.metrics.shop;
    const attributes = { route: '/a', status: '200' } as const;
    requests.add(5, attributes);
    await app.print();
    requests.remove(attributes);
    requests.add(9, attributes);
    expect(await app.print()).toMatch(/ {2}9 {2}\+9 {2}0\.9\/s$/m);
  });

  test('the rate spans the time since the last table, also after intervals without changes', async () => {
    const app = start();
    const { sent } = app.metrics.shop;
    sent.add(1_000);
    await app.print();
    await app.print();
    await app.print();
    sent.add(3_000);
    expect(await app.print()).toMatch(/^ {2}4 kB {2}\+3 kB {2}100 B\/s$/m);
  });
});

test('nothing is repeated when nothing changed', async () => {
  const app = start();
  record(app);
  await app.print();
  expect(await app.print()).toBe('shop at 1970-01-01T00:17:00.000Z: no changes\n');
  expect(await app.print()).toBe('');
  app.metrics.shop.sent.add(1);
  expect(await app.print()).toContain('shop.requests');
  expect(await app.print()).toContain('no changes');
});

test('a collection just after a table prints nothing, as at the end of a program', async () => {
  const app = start();
  record(app);
  await app.print();
  expect(await app.print(0.5)).toBe('');
  app.metrics.shop.sent.add(1);
  expect(await app.print(0.1)).toContain('shop.sent');
});

test.each([
  ['a value that changes below its third digit', (app: Started) => app.metrics.shop.sent.add(1)],
  ['a series that begins', (app: Started) => app.metrics.shop.load.set(0, { zone: 'new' })],
  ['a series that ends', (app: Started) => app.metrics.shop.load.remove({ zone: '' })],
  ['a state', (app: Started) => app.metrics.shop.phase.set('serving')],
  ['a histogram', (app: Started) => app.metrics.shop.basket.record(1)],
])('a change is %s', async (_, change) => {
  const app = start();
  record(app);
  await app.print();
  change(app);
  expect(await app.print()).toContain('shop.requests');
});

test('many series: those with the largest values, and how many more there are', async () => {
  const app = start({ options: { maxSeries: 3 } });
  for (let index = 0; index < 40; index++) app.metrics.shop.load.set(index === 7 ? -500 : index, { zone: `z${index}` });
  const table = await app.print();
  expect(table.match(/zone=\S+/g)).toEqual(['zone=z38', 'zone=z39', 'zone=z7']);
  expect(table).toMatch(/^ {2}… 37 more$/m);
});

test.each([20, 33, 80, 200])('no line is wider than %i columns', async (columns) => {
  const app = start({ options: { columns } });
  record(app);
  await app.print();
  app.metrics.shop.requests.add(123_456, { route: `/${'long/'.repeat(60)}end`, status: '200' });
  app.metrics.shop.latency.record(0.5, { route: '/日本語/'.repeat(30) });
  const table = await app.print();
  for (const line of table.split('\n')) expect(widthOf(line)).toBeLessThanOrEqual(columns);
  expect(table).toContain('…');
});

const wide = defineCatalogue({
  served: counter({
    name: 'served',
    unit: '{request}',
    description: 'Requests.',
    attributes: { 'http.request.method': text(), 'http.route': text(), 'server.address': text() },
  }),
});

test('attributes that do not fit: common ones are shown once, then keys are shortened, then the middle is cut', async () => {
  const app = startConsole((common) => startMetrics({ ...common, catalogues: { wide } }));
  const serve = (method: string, route: string) =>
    app.metrics.wide.served.add(1, {
      'http.request.method': method,
      'http.route': route,
      'server.address': 'shop.example',
    });
  serve('GET', '/a');
  serve('PUT', '/b');
  const full = await app.print();
  expect(full).toContain('  http.request.method=GET http.route=/a server.address=shop.example  1\n');
  serve('GET', `/${'c'.repeat(20)}`);
  const common = await app.print();
  expect(common).toContain('  all: server.address=shop.example\n');
  expect(common).toMatch(/^ {2}http\.request\.method=GET http\.route=\/a +1$/m);
  serve('GET', `/${'d'.repeat(36)}`);
  const short = await app.print();
  expect(short).toMatch(/^ {2}…method=GET …route=\/a +1$/m);
  serve('GET', `/${'e'.repeat(200)}/end`);
  expect(await app.print()).toMatch(/^ {2}…method=GET …route=\/e+…e+\/end {2}1 {2}\+1 {2}0\.1\/s$/m);
});

test('a long name keeps its kind and unit, and both of its ends', async () => {
  const name = `shop.${'very.'.repeat(30)}long`;
  const long = defineCatalogue({ long: counter({ name, unit: '{order}', description: 'Long.' }) });
  const app = startConsole((common) => startMetrics({ ...common, catalogues: { long } }));
  app.metrics.long.long.add(1);
  expect(await app.print()).toMatch(/^shop\.very\.[a-z.]*…[a-z.]*long {2}counter, \{order\}$/m);
});

/** Renders what a stock provider collects. */
async function rendered(record: (provider: MeterProvider) => void): Promise<string[]> {
  const options = { columns: 80, maxSeries: 10, styled: false, elapsedSeconds: undefined };
  return renderTable(await shownOf(record), options);
}

async function shownOf(record: (provider: MeterProvider) => void): Promise<Snapshot['metrics']> {
  const reader = new OnDemandReader();
  record(new MeterProvider({ readers: [reader] }));
  const snapshot = new Snapshot(undefined, 0);
  replay((await reader.collect()).resourceMetrics, snapshot);
  return snapshot.metrics;
}

test('200,000 series are rendered', async () => {
  const [metric] = await shownOf((provider) => provider.getMeter('http').createCounter('requests').add(1));
  const series = Array.from({ length: 200_000 }, () => metric?.series[0]) as NonNullable<typeof metric>['series'];
  const options = { columns: 80, maxSeries: series.length, styled: false, elapsedSeconds: undefined };
  expect(renderTable([{ ...metric, series } as NonNullable<typeof metric>], options)).toHaveLength(series.length + 1);
});

test('metrics of one name show their scope, and metrics are sorted by name', async () => {
  const lines = await rendered((provider) => {
    provider.getMeter('undici').createCounter('requests').add(1);
    provider.getMeter('http').createCounter('requests').add(2);
    provider.getMeter('http').createCounter('errors').add(3);
  });
  const [errors, http, undici] = ['errors  counter', 'requests  counter of http', 'requests  counter of undici'];
  expect(lines).toEqual([errors, '  3', http, '  2', undici, '  1']);
});

test('a gauge may be NaN, and a histogram empty', async () => {
  const lines = await rendered((provider) => {
    const meter = provider.getMeter('test');
    meter.createObservableGauge('load').addCallback((result) => result.observe(Number.NaN));
    meter.createHistogram('latency', { unit: 'ms' }).record(Number.NaN);
  });
  expect(lines).toEqual(['latency  histogram, ms', '  count 0', 'load  gauge', '  NaN']);
});

const anyText = optional(text());
const hostile = defineCatalogue({
  hostile: counter({
    name: 'hostile',
    unit: '1',
    description: 'Hostile.',
    attributes: { 'a b': anyText, 'c=d': anyText, 'e\nf': anyText },
    startAtZero: false,
  }),
});

test('attributes that could not be told apart are quoted, and control characters are escaped', async () => {
  const app = startConsole((common) => startMetrics({ ...common, catalogues: { hostile } }));
  const add = (value: string) => app.metrics.hostile.hostile.add(1, { 'c=d': value });
  for (const value of ['', ' ', 'a b=c', '"', '\n', '\u001b[2J', '\u202e', '东京', '👩‍👩‍👧', '-']) add(value);
  app.metrics.hostile.hostile.add(2, { 'e\nf': 'x' });
  await expect(await app.print()).toMatchFileSnapshot('../../golden/console/hostile-attributes.txt');
});

test('distinct series print distinct lines without control characters', async () => {
  await fc.assert(
    fc.asyncProperty(fc.uniqueArray(fc.string({ unit: 'binary' }), { maxLength: 8 }), async (values) => {
      const app = startConsole((common) => startMetrics({ ...common, catalogues: { hostile } }), {
        options: { columns: 10_000 },
      });
      for (const value of values) app.metrics.hostile.hostile.add(1, { 'a b': value });
      const lines = (await app.print()).split('\n').slice(2, -1);
      expect(new Set(lines).size).toBe(lines.length);
      expect(lines.join('')).not.toMatch(/\p{Cc}/u);
    }),
    { numRuns: 20 },
  );
});
