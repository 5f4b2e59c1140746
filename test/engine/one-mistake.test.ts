/** One mistake in a call is one line in the log, whatever else is wrong as a result of it. */
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { defineCatalogue, instrumentsOf, oneOf, startMetrics, viewsOf } from 'otelier';
import { describe, expect, test } from 'vitest';
import { OnDemandReader, stockReader } from '../support/stock.js';
import { captureWarnings } from '../support/warnings.js';
import { throwingProxy } from './hostility.js';
import { shop, type Untyped, web } from './misuses.js';
import { type Instruments, mistakes, more, noObject, unreadable, work } from './one-mistakes.js';

const providers = {
  engine() {
    const { reader, collect } = stockReader();
    const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop, more } });
    return { instruments: { shop: metrics.shop, more: metrics.more } as Instruments, collect };
  },
  foreign() {
    const reader = new OnDemandReader();
    const views = [...viewsOf(shop), ...viewsOf(more)];
    const meter = new MeterProvider({ readers: [reader], views }).getMeter('test');
    const instruments = { shop: instrumentsOf(shop, meter), more: instrumentsOf(more, meter) } as Instruments;
    return { instruments, collect: () => reader.collect() };
  },
};

const withoutCount = (message: string) =>
  message.replace(/; (?:counted in otelier\.measurement\.rejected\{reason="\w+"\}; )?logged once per metric$/, '');

describe.each(['engine', 'foreign'] as const)('on our engine or a foreign provider: %s', (kind) => {
  test.each(mistakes)('%s', async (_, call, message) => {
    const warnings = captureWarnings();
    const { instruments, collect } = providers[kind]();
    warnings.length = 0;
    await call(instruments);
    expect(warnings.map(withoutCount)).toEqual([message]);
    expect(warnings[0]?.length).toBeLessThan(200);
    await call(instruments);
    await collect();
    expect(warnings).toHaveLength(1);
  });

  test.each<[title: string, attributes: unknown, message: string]>([
    ['a text', 'web', noObject('observableGauge "watch.depth"')],
    [
      'a misspelled key',
      { chanel: 'web' },
      'observableGauge "watch.depth": dropped attribute "chanel": it is not declared (did you mean "channel"?)',
    ],
    ['attributes that throw', throwingProxy(), unreadable('observableGauge "watch.depth"')],
  ])('an observation of %s', async (_, attributes, message) => {
    const { observableGauge } = await import('otelier');
    const channel = oneOf('web', 'app');
    const watch = defineCatalogue({
      depth: observableGauge({ name: 'watch.depth', unit: '1', description: 'Depth.', attributes: { channel } }),
    });
    const warnings = captureWarnings();
    const reader = new OnDemandReader();
    const depth =
      kind === 'engine'
        ? startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { watch } }).watch.depth
        : instrumentsOf(watch, new MeterProvider({ readers: [reader], views: viewsOf(watch) }).getMeter('test')).depth;
    warnings.length = 0;
    depth.addCallback((observation) => observation.observe(1, attributes as never));
    for (let times = 0; times < 2; times++) {
      const { errors } = await reader.collect();
      expect(errors).toEqual([]);
    }
    expect(warnings.map(withoutCount)).toEqual([message]);
  });
});

test('every rejection is still counted', () => {
  captureWarnings();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    readers: [stockReader().reader],
    catalogues: { shop },
  });
  const { orders } = metrics.shop as Untyped;
  orders.add(1, { chanel: 'web' });
  const { attribute_undeclared, attribute_missing } = metrics.status().rejected;
  expect([attribute_undeclared, attribute_missing]).toEqual([1, 1]);
});

test.each<[title: string, record: (shop: Untyped) => unknown, metric: string]>([
  ['counter', ({ orders }) => orders.bind(web).add(1, { channel: 'app' }), 'shop.orders'],
  ['gauge', ({ stock }) => stock.bind(web).setToCurrentTime({ channel: 'app' }), 'shop.stock'],
  ['histogram', ({ wait }) => wait.bind(web).time(work, { attributes: { channel: 'app' } }), 'shop.wait'],
])('a bound %s records into its own series, without the attributes of a call', async (_, record, metric) => {
  captureWarnings();
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } });
  record(metrics.shop);
  expect(metrics.status().rejected.attributes_bound).toBe(1);
  expect((await collect()).filter(({ name }) => name === metric).map(({ attributes }) => attributes)).toEqual([web]);
});

test('undefined and null are no attributes of a bound handle', () => {
  const warnings = captureWarnings();
  const { instruments } = providers.engine();
  warnings.length = 0;
  for (const absent of [undefined, null]) instruments.shop.orders.bind(web).add(1, absent);
  expect(warnings).toEqual([]);
});

test('a missing attribute is logged after another mistake hid it', () => {
  const warnings = captureWarnings();
  const { instruments } = providers.engine();
  warnings.length = 0;
  instruments.shop.orders.add(1, { chanel: 'web', region: 'eu' });
  instruments.shop.orders.add(1, { region: 'us' });
  expect(warnings.map(withoutCount)).toEqual([
    'counter "shop.orders": dropped attribute "chanel": it is not declared (did you mean "channel"?)',
    'counter "shop.orders": recorded without attribute "channel": it is required but missing',
  ]);
});
