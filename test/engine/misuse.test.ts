/** Calls that instruments do not have, and arguments in the wrong place: none throws, and each is logged once per metric. */
import { readFileSync } from 'node:fs';
import { MeterProvider } from '@opentelemetry/sdk-metrics';
import { instrumentsOf, startMetrics, viewsOf } from 'otelier';
import { describe, expect, test } from 'vitest';
import { OnDemandReader, stockReader } from '../support/stock.js';
import { captureWarnings } from '../support/warnings.js';
import { calls, misplaced, shop, type Untyped, web } from './misuses.js';

/** The instruments of our engine and of a foreign provider. */
const providers = {
  engine() {
    const { reader, collect } = stockReader();
    const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } });
    const lost = () => metrics.status().rejected.call_unknown;
    return { metrics, instruments: metrics.shop as Untyped, collect, lost };
  },
  foreign() {
    const reader = new OnDemandReader();
    const meter = new MeterProvider({ readers: [reader], views: viewsOf(shop) }).getMeter('test');
    return { instruments: instrumentsOf(shop, meter) as Untyped, collect: () => reader.collect() };
  },
};

/** Returns a warning without the part about its count. */
const withoutCount = (message: string) =>
  message.replace(/; (?:counted in otelier\.measurement\.rejected\{reason="\w+"\}; )?logged once per metric$/, '');

const all = [...calls, ...misplaced].map(([title, call, message, lost = 0]) => ({ title, call, message, lost }));

describe.each(['engine', 'foreign'] as const)('on our engine or a foreign provider: %s', (kind) => {
  test.each(all)('$title', ({ call, message, lost }) => {
    const warnings = captureWarnings();
    const { instruments, ...provider } = providers[kind]();
    warnings.length = 0;
    call(instruments);
    expect(warnings.map(withoutCount)).toEqual([message]);
    expect(warnings[0]?.length).toBeLessThan(200);
    call(instruments);
    expect(warnings).toHaveLength(1);
    if ('lost' in provider) expect(provider.lost()).toBe(2 * lost);
  });

  test('methods of another instrument with the same arguments record', async () => {
    const warnings = captureWarnings();
    const { instruments, collect } = providers[kind]();
    warnings.length = 0;
    instruments.orders.record(2, web);
    instruments.wait.add(0.5, web);
    instruments.stock.add(41, web);
    expect(warnings.map(withoutCount)).toEqual([
      'counter "shop.orders": record() does not exist: recorded as add(value, attributes)',
      'histogram "shop.wait": add() does not exist: recorded as record(value, attributes)',
      'gauge "shop.stock": add() does not exist: recorded as set(value, attributes)',
    ]);
    const collected = JSON.stringify(await collect());
    expect(collected).toContain('"value":2');
    expect(collected).toContain('"count":1');
    expect(collected).toContain('41');
  });

  test('stop taken from a timer records', async () => {
    const warnings = captureWarnings();
    const { instruments, collect } = providers[kind]();
    warnings.length = 0;
    for (const { stop } of [instruments.wait.startTimer(web), instruments.wait.bind(web).startTimer()]) stop();
    expect(warnings).toEqual([]);
    expect(JSON.stringify(await collect())).toContain('"count":2');
  });

  test('a current value is not recorded as an increment or an observation', async () => {
    const warnings = captureWarnings();
    const { instruments, collect } = providers[kind]();
    warnings.length = 0;
    instruments.carts.set(37, web);
    instruments.wait.bind(web).set(37);
    expect(warnings.map(withoutCount)).toEqual([
      'upDownCounter "shop.carts": set() does not exist: use add(value, attributes)',
      'histogram "shop.wait": set() does not exist: use record(value)',
    ]);
    expect(JSON.stringify(await collect())).not.toContain('37');
  });

  test.each<[title: string, callback: unknown, isReported: boolean]>([
    ['returns its value', () => 5, true],
    ['returns its value later', async () => 5, true],
    ['returns 0 and has no parameter', () => 0, true],
    ['returns a bigint', () => 5n, true],
    ['observes and returns a number', (o: { observe(value: number): void }) => [o.observe(1)].length, false],
    ['returns 0 instead of an observation', (o: unknown) => [o].length - 1 && o, false],
    ['returns nothing', () => undefined, false],
  ])('a callback that %s', async (_, callback, isReported) => {
    const warnings = captureWarnings();
    const { instruments, collect } = providers[kind]();
    warnings.length = 0;
    instruments.load.addCallback(callback);
    await collect();
    await collect();
    expect(warnings.map(withoutCount)).toEqual(
      isReported
        ? [
            'observableGauge "shop.load": ignored a value that a callback returned: expected (o) => o.observe(value, attributes)',
          ]
        : [],
    );
  });

  test('a callback that calls set()', async () => {
    const warnings = captureWarnings();
    const { instruments, collect } = providers[kind]();
    warnings.length = 0;
    instruments.load.addCallback((o: { set(value: number): void }) => o.set(5));
    await collect();
    await collect();
    expect(warnings.map(withoutCount)).toEqual([
      'observableGauge "shop.load": set() does not exist: use addCallback((o) => o.observe(value, attributes))',
    ]);
  });
});

test.each<[title: string, options: unknown, option: string]>([
  ['a misspelt option', { attribute: web }, 'attribute'],
  ['attributes in place of the options', web, 'channel'],
])('time() with %s', (_, options, option) => {
  const warnings = captureWarnings();
  const { instruments } = providers.engine();
  warnings.length = 0;
  for (let round = 0; round < 2; round++) expect(instruments.wait.time(() => 7, options)).toBe(7);
  expect(warnings.map(withoutCount)).toEqual([
    `histogram "shop.wait": time() ignored option "${option}": expected an object with attributes, ok or failed`,
  ]);
});

test.each<[title: string, argument: unknown, problem: string]>([
  ['a text', 'web', 'expected an object of attributes, got a value of type string'],
  ['a misspelt key', { chanel: 'web' }, 'attribute "chanel" is not declared: expected channel, region'],
  ['a key too many', { channel: 'web', user: 1 }, 'attribute "user" is not declared: expected channel, region'],
  ['a missing key', {}, 'attribute "channel" is missing'],
  ['nothing', undefined, 'attribute "channel" is missing'],
  ['an undeclared value', { channel: 'fax' }, 'attribute "channel" has a value that is not declared'],
])('remove() of %s removes nothing', async (_, argument, problem) => {
  const { instruments, collect } = providers.engine();
  const warnings = captureWarnings();
  instruments.orders.add(1, web);
  instruments.orders.remove(argument);
  instruments.orders.remove(argument);
  expect(warnings.map(withoutCount)).toEqual([`counter "shop.orders": remove() removed nothing: ${problem}`]);
  expect((await collect()).filter(({ name }) => name === 'shop.orders')).toHaveLength(1);
});

test('remove() of attributes without a series is silent', () => {
  const { instruments } = providers.engine();
  const warnings = captureWarnings();
  instruments.orders.remove(web);
  instruments.orders.remove({ channel: 'web', region: 'eu' });
  instruments.size.remove();
  expect(warnings).toEqual([]);
});

test('measurements after a shutdown are counted, and logged once per metric', async () => {
  const { metrics, instruments } = providers.engine();
  const bound = instruments.orders.bind(web);
  await metrics.shutdown();
  const warnings = captureWarnings();
  for (let round = 0; round < 2; round++) {
    instruments.orders.add(1, web);
    bound.add(1);
    instruments.stock.set(1, web);
    instruments.wait.time(() => 1, { attributes: web });
  }
  expect(warnings).toEqual(
    ['counter "shop.orders"', 'gauge "shop.stock"', 'histogram "shop.wait"'].map(
      (label) => `${label}: ignored a measurement after shutdown(); logged once per metric`,
    ),
  );
  expect(metrics.status().rejected.after_shutdown).toBe(8);
});

test('without backends, measurements before and after a shutdown are not reported', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ isolated: true, environment, catalogues: { shop } });
  const warnings = captureWarnings();
  metrics.shop.orders.add(1, { channel: 'web' });
  await metrics.shutdown();
  metrics.shop.orders.add(1, { channel: 'web' });
  expect(warnings).toEqual([]);
});

test('neither the types nor the keys of instruments show the answered calls', () => {
  const { instruments } = providers.engine();
  const handles = [instruments.orders, instruments.orders.bind(web), instruments.build, instruments.load];
  for (const handle of handles) {
    const keys: string[] = [];
    for (const key in handle) keys.push(key);
    expect(keys).not.toContain('inc');
  }
  // @ts-expect-error: `inc` is a method of prom-client.
  expect(() => providers.engine().metrics.shop.orders.inc()).not.toThrow();
});

test('docs/migrating.md shows actual messages', async () => {
  const page = readFileSync(new URL('../../docs/migrating.md', import.meta.url), 'utf8');
  const shown = page.match(/^\w+ "shop\.\w+": .*$/gm);
  const metrics = startMetrics({ environment: {}, readers: [stockReader().reader], catalogues: { shop } });
  const warnings = captureWarnings();
  const { orders, wait } = metrics.shop as Untyped;
  orders.inc({ channel: 'web' });
  const end = wait.startTimer();
  end();
  expect(warnings).toEqual(shown);
  await metrics.shutdown();
});
