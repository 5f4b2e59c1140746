/** Mistakes of a call that the log names in one line. */
import { counter, defineCatalogue, histogram, oneOf, stateSet, text } from 'otelier';
import { throwingProxy, throws } from './hostility.js';
import { type Untyped, web } from './misuses.js';

const required = { channel: oneOf('web', 'app'), tenant: text() };
export const more = defineCatalogue({
  sales: counter({ name: 'more.sales', unit: '{sale}', description: 'Sales.', attributes: required }),
  delay: histogram({ name: 'more.delay', unit: 's', description: 'Delays.', attributes: required, buckets: [1] }),
  mode: stateSet({ name: 'more.mode', description: 'Mode.', states: ['on', 'off'], attributes: { room: text() } }),
});

// biome-ignore lint/suspicious/noExplicitAny: calls that the types do not allow.
export type Instruments = { shop: Untyped; more: Record<keyof typeof more.definitions, any> };

export const noObject = (label: string, type = 'string') =>
  `${label}: recorded without attributes: expected an object of attributes, got a value of type ${type}`;
export const unreadable = (label: string) => `${label}: recorded without attributes: reading them threw an error`;
const noOptions = (label: string, ignored: string) =>
  `${label}: time() ignored ${ignored}: expected an object with attributes, ok or failed`;
export const work = () => 7;
const noFunction = 'expected a function, such as time(() => work())';
const throwing = () => {
  throw new Error('no channel');
};

type Mistake = readonly [title: string, call: (instruments: Instruments) => unknown, message: string];

export const mistakes: readonly Mistake[] = [
  ['a text for attributes', ({ shop: { orders } }) => orders.add(1, 'web'), noObject('counter "shop.orders"')],
  ['a number for attributes', ({ shop: { stock } }) => stock.set(1, 5), noObject('gauge "shop.stock"', 'number')],
  [
    'a function for attributes',
    ({ shop: { wait } }) => wait.record(1, work),
    noObject('histogram "shop.wait"', 'function'),
  ],
  ['bind of a text', ({ shop: { orders } }) => orders.bind('web').add(1), noObject('counter "shop.orders"')],
  ['a text for an info metric', ({ shop: { build } }) => build.set('1.2'), noObject('info "shop.build.info"')],
  ['a text for a state set', ({ more: { mode } }) => mode.set('on', 'hall'), noObject('stateSet "more.mode"')],
  ['bind of a gauge to a text', ({ shop: { stock } }) => stock.bind('x'), noObject('gauge "shop.stock"')],
  ['a text for a timer', ({ shop: { wait } }) => wait.startTimer('web').stop(), noObject('histogram "shop.wait"')],
  ['stop with a text', ({ shop: { wait } }) => wait.startTimer(web).stop('web'), noObject('histogram "shop.wait"')],
  [
    'a timer of a text, stopped with attributes',
    ({ shop: { wait } }) => wait.startTimer('web').stop(web),
    noObject('histogram "shop.wait"'),
  ],
  [
    'time with attributes that are a text',
    ({ shop: { wait } }) => wait.time(work, { attributes: 'web' }),
    noObject('histogram "shop.wait"'),
  ],
  [
    'time with an outcome that is a text',
    ({ shop: { wait } }) => wait.time(work, { ok: () => 'web' }),
    noObject('histogram "shop.wait"'),
  ],
  [
    'time with attributes in the place of the options',
    ({ shop: { wait } }) => wait.time(work, web),
    noOptions('histogram "shop.wait"', 'option "channel"'),
  ],
  [
    'time with two attributes in the place of the options',
    ({ more: { delay } }) => delay.time(work, { channel: 'web', tenant: 'a' }),
    noOptions('histogram "more.delay"', 'option "channel"'),
  ],
  [
    'time with a text',
    ({ shop: { wait } }) => wait.time(work, 'web'),
    noOptions('histogram "shop.wait"', 'its options'),
  ],
  [
    'time with options that throw',
    ({ shop: { wait } }) => wait.time(work, throwingProxy()),
    unreadable('histogram "shop.wait"'),
  ],
  ...(
    [
      ['ok', () => 7],
      ['ok', () => Promise.resolve(7)],
      ['failed', () => throws()],
      ['failed', () => Promise.reject(new Error('no'))],
    ] as const
  ).map(
    ([outcome, timed]): Mistake => [
      `time with a function ${outcome} that throws, for ${timed}`,
      async ({ shop: { wait } }) => {
        await (async () => wait.time(timed, { [outcome]: throwing }))().catch(() => {});
      },
      `histogram "shop.wait": ${outcome}() threw: no channel; recorded without its attributes`,
    ],
  ),
  ...(
    [
      ['ok', () => 7],
      ['ok', () => Promise.resolve(7)],
      ['failed', () => throws()],
    ] as const
  ).map(
    ([outcome, timed]): Mistake => [
      `time with an asynchronous function ${outcome}, for ${timed}`,
      async ({ shop: { wait } }) => {
        const later = async () => throwing();
        await (async () => wait.time(timed, { [outcome]: later }))().catch(() => {});
      },
      `histogram "shop.wait": ${outcome}() returned a promise instead of attributes; recorded without its attributes`,
    ],
  ),
  [
    'stop with a promise',
    ({ shop: { wait } }) => wait.startTimer().stop(Promise.resolve(web)),
    'histogram "shop.wait": stop() got a promise instead of attributes; recorded without its attributes',
  ],
  [
    'time of a promise',
    ({ shop: { wait } }) => wait.time(Promise.resolve(7), { attributes: web }),
    `histogram "shop.wait": time() ${noFunction}, not a promise, whose work has begun; measured from the call`,
  ],
  [
    'time with options before the work',
    ({ shop: { wait } }) => wait.time({ attributes: web }, work),
    'histogram "shop.wait": time() called its second argument: expected time(work, options)',
  ],
  [
    'time of a bound histogram with options before the work',
    ({ shop: { wait } }) => wait.bind(web).time(undefined, work),
    'histogram "shop.wait": time() called its second argument: expected time(work, options)',
  ],
  ...[undefined, null, 5, 'x', {}, []].map(
    (value): Mistake => [
      `time of ${JSON.stringify(value)}`,
      ({ shop: { wait } }) => wait.time(value),
      `histogram "shop.wait": time() recorded nothing: ${noFunction}`,
    ],
  ),
  [
    'stop with attributes that throw',
    ({ shop: { wait } }) => wait.startTimer().stop(throwingProxy()),
    unreadable('histogram "shop.wait"'),
  ],
  [
    'a timer of attributes that throw',
    ({ shop: { wait } }) => wait.startTimer(throwingProxy()).stop(web),
    unreadable('histogram "shop.wait"'),
  ],
  [
    'attributes that throw',
    ({ shop: { orders } }) => orders.add(1, throwingProxy()),
    unreadable('counter "shop.orders"'),
  ],
  [
    'bind of attributes that throw',
    ({ shop: { orders } }) => orders.bind(throwingProxy()).add(1),
    unreadable('counter "shop.orders"'),
  ],
  [
    'an info metric with attributes that throw',
    ({ shop: { build } }) => build.set(throwingProxy()),
    unreadable('info "shop.build.info"'),
  ],
  [
    'a state set with attributes that throw',
    ({ more: { mode } }) => mode.set('on', throwingProxy()),
    unreadable('stateSet "more.mode"'),
  ],
  [
    'a misspelled key',
    ({ shop: { orders } }) => orders.add(1, { chanel: 'web' }),
    'counter "shop.orders": dropped attribute "chanel": it is not declared (did you mean "channel"?)',
  ],
  [
    'a misspelled key in another case',
    ({ shop: { orders } }) => orders.bind({ Channel: 'web' }).add(1),
    'counter "shop.orders": dropped attribute "Channel": it is not declared (did you mean "channel"?)',
  ],
  [
    'a misspelled optional key',
    ({ shop: { orders } }) => orders.add(1, { channel: 'web', regoin: 'eu' }),
    'counter "shop.orders": dropped attribute "regoin": it is not declared (did you mean "region"?)',
  ],
  [
    'a key beside the attribute that it resembles',
    ({ shop: { orders } }) => orders.add(1, { channel: 'web', channels: 'app' }),
    'counter "shop.orders": dropped attribute "channels": it is not declared',
  ],
  [
    'another name of a required key',
    ({ shop: { orders } }) => orders.add(1, { source: 'web' }),
    'counter "shop.orders": dropped attribute "source": it is not declared; required attribute "channel" is missing',
  ],
  [
    'a misspelled key and a missing one',
    ({ more: { sales } }) => sales.add(1, { chanel: 'web' }),
    'counter "more.sales": dropped attribute "chanel": it is not declared (did you mean "channel"?); required attribute "tenant" is missing',
  ],
  [
    'a misspelled key of a state set',
    ({ more: { mode } }) => mode.set('on', { rom: 'hall' }),
    'stateSet "more.mode": dropped attribute "rom": it is not declared (did you mean "room"?)',
  ],
  [
    'a misspelled key of an info metric',
    ({ shop: { build } }) => build.set({ verson: '1' }),
    'info "shop.build.info": dropped attribute "verson": it is not declared (did you mean "version"?)',
  ],
  [
    'a list for attributes',
    ({ shop: { orders } }) => orders.add(1, ['web']),
    'counter "shop.orders": dropped attribute "0": it is not declared; required attribute "channel" is missing',
  ],
  [
    'two undeclared keys',
    ({ shop: { orders } }) => orders.add(1, { channel: 'web', user: 1, id: 2 }),
    'counter "shop.orders": dropped attribute "user": it is not declared',
  ],
  [
    'two missing keys',
    ({ more: { sales } }) => sales.add(1),
    'counter "more.sales": recorded without attribute "channel": it is required but missing',
  ],
  ...(
    [
      ['counter "shop.orders"', ({ orders }) => orders.bind(web).add(1, { channel: 'app' })],
      ['counter "shop.orders"', ({ orders }) => orders.bind(web).add(1n, { channel: 'app' })],
      ['counter "shop.orders"', ({ orders }) => orders.bind(web).add(1, 'app')],
      ['counter "shop.orders"', ({ orders }) => orders.bind(web).add(1, throwingProxy())],
      ['upDownCounter "shop.carts"', ({ carts }) => carts.bind(web).add(-1, web)],
      ['gauge "shop.stock"', ({ stock }) => stock.bind(web).set(1, web)],
      ['histogram "shop.wait"', ({ wait }) => wait.bind(web).record(1, web)],
      ['histogram "shop.wait"', ({ wait }) => wait.bind(web).time(work, { attributes: web })],
      ['histogram "shop.wait"', ({ wait }) => wait.bind(web).time(work, { ok: web })],
      ['histogram "shop.wait"', ({ wait }) => wait.bind(web).startTimer(web).stop()],
      ['histogram "shop.wait"', ({ wait }) => wait.bind(web).startTimer().stop(web)],
    ] as readonly (readonly [label: string, call: (shop: Untyped) => unknown])[]
  ).map(
    ([label, call]): Mistake => [
      `attributes of a bound handle: ${call}`,
      (instruments) => call(instruments.shop),
      `${label}: ignored the attributes of a call on a bound handle, which has those of bind()`,
    ],
  ),
  [
    'time of a bound histogram with attributes in the place of the options',
    ({ shop: { wait } }) => wait.bind(web).time(work, web),
    noOptions('histogram "shop.wait"', 'option "channel"'),
  ],
  [
    'attributes before the value, on a bound handle',
    ({ shop: { orders } }) => orders.bind(web).add(web, 1),
    'counter "shop.orders": ignored a value of type object: expected add(value, attributes)',
  ],
  [
    'attributes before the value, by a method of another instrument',
    ({ shop: { orders } }) => orders.record(web, 2),
    'counter "shop.orders": record() does not exist: use add(value, attributes)',
  ],
  [
    'a method of another instrument without a value',
    ({ shop: { wait } }) => wait.add(),
    'histogram "shop.wait": add() does not exist: use record(value, attributes)',
  ],
];
