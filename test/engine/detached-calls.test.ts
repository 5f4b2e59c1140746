/** Methods of handles without their instrument: none throws, each is counted, and each method is logged once per process. */
import { instrumentsOf, startMetrics, viewsOf } from 'otelier';
import { describe, expect, test } from 'vitest';
import { stockProvider, stockReader } from '../support/stock.js';
import { captureWarnings } from '../support/warnings.js';
import { shop, type Untyped, web } from './misuses.js';

// biome-ignore lint/suspicious/noExplicitAny: methods of any handle.
type Handle = any;

/** Every method of every handle: the handle, the method, its arguments, and whether a call loses a measurement. */
const methods: readonly (readonly [
  title: string,
  handleOf: (shop: Untyped) => Handle,
  method: string,
  args: readonly unknown[],
  lost: number,
])[] = [
  ['counter', ({ orders }) => orders, 'add', [1, web], 1],
  ['counter', ({ orders }) => orders, 'bind', [web], 0],
  ['counter', ({ orders }) => orders, 'remove', [web], 0],
  ['up-down counter', ({ carts }) => carts, 'add', [1, web], 1],
  ['up-down counter', ({ carts }) => carts, 'bind', [web], 0],
  ['up-down counter', ({ carts }) => carts, 'remove', [web], 0],
  ['gauge', ({ stock }) => stock, 'set', [1, web], 1],
  ['gauge', ({ stock }) => stock, 'record', [1, web], 1],
  ['gauge', ({ stock }) => stock, 'setToCurrentTime', [web], 1],
  ['gauge', ({ stock }) => stock, 'bind', [web], 0],
  ['gauge', ({ stock }) => stock, 'remove', [web], 0],
  ['histogram', ({ wait }) => wait, 'record', [1, web], 1],
  ['histogram', ({ wait }) => wait, 'time', [() => 7, { attributes: web }], 1],
  ['histogram', ({ wait }) => wait, 'startTimer', [web], 1],
  ['histogram', ({ wait }) => wait, 'bind', [web], 0],
  ['histogram', ({ wait }) => wait, 'remove', [web], 0],
  ['bound counter', ({ orders }) => orders.bind(web), 'add', [1], 1],
  ['bound up-down counter', ({ carts }) => carts.bind(web), 'add', [1], 1],
  ['bound gauge', ({ stock }) => stock.bind(web), 'set', [1], 1],
  ['bound gauge', ({ stock }) => stock.bind(web), 'record', [1], 1],
  ['bound gauge', ({ stock }) => stock.bind(web), 'setToCurrentTime', [], 1],
  ['bound histogram', ({ wait }) => wait.bind(web), 'record', [1], 1],
  ['bound histogram', ({ wait }) => wait.bind(web), 'time', [() => 7], 1],
  ['bound histogram', ({ wait }) => wait.bind(web), 'startTimer', [], 1],
  ['observable', ({ load }) => load, 'addCallback', [() => {}], 0],
  ['observable', ({ load }) => load, 'removeCallback', [() => {}], 0],
  ['a call of prom-client', ({ orders }) => orders, 'inc', [], 1],
  ['a call of prom-client', ({ wait }) => wait, 'observe', [web, 1], 1],
  ['a call of prom-client', ({ orders }) => orders, 'labels', ['web'], 0],
  ['a call of prom-client', ({ orders }) => orders, 'reset', [], 0],
];

/** Objects that a method has as its `this` when it is not called on its instrument. */
const receivers: readonly (readonly [title: string, receiver: unknown])[] = [
  ['nothing', undefined],
  ['null', null],
  ['a number', 5],
  ['an object', {}],
  [
    'an object with the words of the engine',
    { core: {}, store: {}, target: {}, series: [], rest: [{}], attributes: {} },
  ],
  ['a timer of Node', setTimeout(() => {}, 0)],
];

function start() {
  const { reader, collect } = stockReader();
  const metrics = startMetrics({ isolated: true, environment: {}, readers: [reader], catalogues: { shop } });
  const lost = () => metrics.status().rejected.call_unknown;
  return { metrics, instruments: metrics.shop as Untyped, collect, lost };
}

describe.each(receivers)('with %s in the place of the instrument', (_, receiver) => {
  test.each(methods)('%s: $2', (_title, handleOf, method, args, lost) => {
    captureWarnings();
    const { instruments, ...started } = start();
    const detached: (...args: readonly unknown[]) => unknown = handleOf(instruments)[method];
    for (let times = 0; times < 2; times++) detached.apply(receiver, [...args]);
    expect(started.lost()).toBe(2 * lost);
  });
});

test('each method is logged once per process, with the call to write', async () => {
  const { vi } = await import('vitest');
  vi.resetModules();
  const { startMetrics: startAgain } = await import('otelier');
  const settings = { isolated: true, environment: {}, readers: [stockReader().reader], catalogues: { shop } };
  const { orders, carts, wait, load } = startAgain(settings).shop as Untyped;
  const warnings = captureWarnings();
  for (const { add, bind, inc } of [orders, carts, orders]) {
    add(1, web);
    bind(web);
    inc();
  }
  const { addCallback } = load;
  addCallback(() => {});
  const { time } = wait;
  expect(time(() => 7)).toBe(7);
  const reported = (method: string) =>
    `metrics: ${method}() was called without its instrument, as after const { ${method} } = orders: call orders.${method}(...)`;
  expect(warnings).toEqual([
    `${reported('add')}; counted as call_unknown; logged once`,
    `${reported('bind')}; logged once`,
    `${reported('inc')}; counted as call_unknown; logged once`,
    `${reported('addCallback')}; logged once`,
    `${reported('time')}; counted as call_unknown; logged once`,
  ]);
});

test('what such a call returns can be used, and loses what is recorded through it', () => {
  captureWarnings();
  const { instruments, lost } = start();
  const { bind } = instruments.orders;
  const { startTimer, time } = instruments.wait;
  bind(web).add(1);
  bind(web).startTimer().stop();
  expect(startTimer(web).stop()).toBe(0);
  startTimer()[Symbol.dispose]();
  expect(() => time(() => JSON.parse('{'))).toThrow(SyntaxError);
  expect(lost()).toBe(5);
});

test('every running provider counts the call', () => {
  captureWarnings();
  const [one, other] = [start(), start()];
  const { add } = one.instruments.orders;
  add(1);
  expect([one.lost(), other.lost()]).toEqual([1, 1]);
});

test('without readers, a call on the instrument is silent', async () => {
  const warnings = captureWarnings();
  const metrics = startMetrics({ isolated: true, environment: {}, exporters: ['none'], catalogues: { shop } });
  const { orders, stock } = metrics.shop as Untyped;
  orders.add(1, web);
  orders.bind(web).add(1);
  stock.set(1, web);
  stock.bind(web).set(1);
  expect(warnings).toEqual([]);
  expect(metrics.status().rejected.call_unknown).toBe(0);
  await metrics.shutdown();
});

test.each<[title: string, record: (shop: Untyped) => void]>([
  ['counter', ({ orders: { add } }) => add(1, web)],
  ['bound counter', ({ orders: { bind } }) => [bind(web)].map(({ add }) => add(1))],
  ['gauge', ({ stock: { set } }) => set(1, web)],
  ['histogram', ({ wait: { time } }) => time(() => 7, { attributes: web })],
  ['info', ({ build: { set } }) => set({ version: '1' })],
  ['state set', ({ phase: { set } }) => set('open')],
])('handles on a foreign provider need no instrument: %s', async (_, record) => {
  const warnings = captureWarnings();
  const { meter, collect } = stockProvider(viewsOf(shop));
  record(instrumentsOf(shop, meter) as Untyped);
  expect(await collect()).not.toEqual([]);
  expect(warnings).toEqual([]);
});

test('info metrics, state sets and observations need no instrument', async () => {
  const warnings = captureWarnings();
  const { instruments, collect } = start();
  const { build, phase, load } = instruments;
  const [{ set }, { set: setState }] = [build, phase];
  set({ version: '1' });
  setState('open');
  load.addCallback(({ observe }: { observe(value: number): void }) => observe(3));
  const names = (await collect()).map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['shop.build.info', 'shop.phase', 'shop.load']));
  expect(warnings).toEqual([]);
});
