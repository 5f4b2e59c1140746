/** A catalogue, and calls that its instruments do not have or whose arguments are in the wrong place, with their messages. */
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
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { expect } from 'vitest';

const attributes = { channel: oneOf('web', 'app'), region: optional(text({ limit: 2 })) };
export const shop = defineCatalogue({
  orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes }),
  carts: upDownCounter({ name: 'shop.carts', unit: '{cart}', description: 'Carts.', attributes }),
  stock: gauge({ name: 'shop.stock', unit: '{item}', description: 'Stock.', attributes }),
  wait: histogram({ name: 'shop.wait', unit: 's', description: 'Wait.', attributes, buckets: [1] }),
  size: histogram({ name: 'shop.size', unit: 'By', description: 'Size.', buckets: [1] }),
  heat: gauge({ name: 'shop.heat', unit: 'Cel', description: 'Heat.' }),
  load: observableGauge({ name: 'shop.load', unit: '1', description: 'Load.' }),
  seen: observableCounter({ name: 'shop.seen', unit: '{item}', description: 'Seen.' }),
  build: info({ name: 'shop.build.info', description: 'Build.', attributes: { version: text() } }),
  phase: stateSet({ name: 'shop.phase', description: 'Phase.', states: ['open', 'closed'] }),
});

/** Instruments as untyped code sees them. */
// biome-ignore lint/suspicious/noExplicitAny: calls that the types do not allow.
export type Untyped = Record<keyof typeof shop.definitions, any>;

type Misuse = readonly [title: string, call: (shop: Untyped) => unknown, message: string, lost?: number];

export const web = { channel: 'web' };
export const calls: readonly Misuse[] = [
  ['inc', ({ orders }) => orders.inc(), 'counter "shop.orders": inc() does not exist: use add(1, attributes)', 1],
  [
    'inc with labels',
    ({ orders }) => orders.inc(web, 2),
    'counter "shop.orders": inc() does not exist: use add(1, attributes)',
    1,
  ],
  [
    'increment',
    ({ carts }) => carts.increment(),
    'upDownCounter "shop.carts": increment() does not exist: use add(1, attributes)',
    1,
  ],
  [
    'dec of an up-down counter',
    ({ carts }) => carts.dec(web),
    'upDownCounter "shop.carts": dec() does not exist: use add(-1, attributes)',
    1,
  ],
  [
    'dec of a counter',
    ({ orders }) => orders.dec(),
    'counter "shop.orders": dec() does not exist: use an upDownCounter and add(-1, attributes)',
    1,
  ],
  [
    'inc of a gauge',
    ({ stock }) => stock.inc(),
    'gauge "shop.stock": inc() does not exist: use an upDownCounter and add(1, attributes)',
    1,
  ],
  [
    'dec of a gauge',
    ({ stock }) => stock.dec(),
    'gauge "shop.stock": dec() does not exist: use an upDownCounter and add(-1, attributes)',
    1,
  ],
  [
    'inc of a bound counter',
    ({ orders }) => orders.bind(web).inc(),
    'counter "shop.orders": inc() does not exist: use add(1)',
    1,
  ],
  [
    'observe',
    ({ wait }) => wait.observe(web, 1),
    'histogram "shop.wait": observe() does not exist: use record(value, attributes)',
    1,
  ],
  [
    'observe of a bound histogram',
    ({ wait }) => wait.bind(web).observe(1),
    'histogram "shop.wait": observe() does not exist: use record(value)',
    1,
  ],
  [
    'setToCurrentTime of a counter',
    ({ orders }) => orders.setToCurrentTime(),
    'counter "shop.orders": setToCurrentTime() does not exist: use a gauge and setToCurrentTime(attributes)',
    1,
  ],
  [
    'startTimer of a gauge',
    ({ stock }) => stock.startTimer()(),
    'gauge "shop.stock": startTimer() does not exist: use a histogram and startTimer(attributes)',
    1,
  ],
  [
    'the timer of a gauge',
    ({ stock }) => stock.startTimer().stop(),
    'gauge "shop.stock": startTimer() does not exist: use a histogram and startTimer(attributes)',
    1,
  ],
  [
    'a timer as a function',
    ({ wait }) => wait.startTimer(web)({}),
    'histogram "shop.wait": timer() does not exist: use timer.stop(attributes)',
    1,
  ],
  [
    'a timer as a function of a bound histogram',
    ({ wait }) => wait.bind(web).startTimer()(),
    'histogram "shop.wait": timer() does not exist: use timer.stop()',
    1,
  ],
  [
    'end of a timer',
    ({ wait }) => wait.startTimer(web).end(),
    'histogram "shop.wait": timer.end() does not exist: use timer.stop(attributes)',
    1,
  ],
  [
    'end taken from a timer',
    ({ wait }) => [wait.startTimer(web)].map(({ end }) => end()),
    'histogram "shop.wait": timer.end() does not exist: use timer.stop(attributes)',
    1,
  ],
  [
    'observeDuration of a timer',
    ({ wait }) => wait.startTimer(web).observeDuration(),
    'histogram "shop.wait": timer.observeDuration() does not exist: use timer.stop(attributes)',
    1,
  ],
  [
    'end of the timer of a gauge',
    ({ stock }) => stock.startTimer().end(),
    'gauge "shop.stock": startTimer() does not exist: use a histogram and startTimer(attributes)',
    1,
  ],
  [
    'time of a counter',
    ({ orders }) => expect(orders.time(() => 7)).toBe(7),
    'counter "shop.orders": time() does not exist: use a histogram and startTimer(attributes)',
    1,
  ],
  [
    'labels',
    ({ orders }) => orders.labels('web'),
    'counter "shop.orders": labels() does not exist: use bind(attributes)',
  ],
  [
    'labels and inc',
    ({ orders }) => orders.labels('web').inc(),
    'counter "shop.orders": labels() does not exist: use bind(attributes)',
    1,
  ],
  [
    'labels and add',
    ({ orders }) => orders.labels('web').add(1),
    'counter "shop.orders": labels() does not exist: use bind(attributes)',
    1,
  ],
  [
    'labels and startTimer',
    ({ wait }) => wait.labels('web').startTimer()(),
    'histogram "shop.wait": labels() does not exist: use bind(attributes)',
    1,
  ],
  [
    'labels of a bound handle',
    ({ orders }) => orders.bind(web).labels('app').inc(),
    'counter "shop.orders": labels() does not exist: use bind(attributes) of the instrument',
    1,
  ],
  [
    'remove of a bound handle',
    ({ orders }) => orders.bind(web).remove(),
    'counter "shop.orders": remove() does not exist: use remove(attributes) of the instrument',
  ],
  ['reset', ({ orders }) => orders.reset(), 'counter "shop.orders": reset() does not exist: use remove(attributes)'],
  ['zero', ({ wait }) => wait.zero(), 'histogram "shop.wait": zero() does not exist: use remove(attributes)'],
  ['get', ({ orders }) => orders.get(), 'counter "shop.orders": get() does not exist: use await metrics.exposition()'],
  [
    'set of an observable',
    ({ load }) => load.set(5),
    'observableGauge "shop.load": set() does not exist: use addCallback((o) => o.observe(value, attributes))',
    1,
  ],
  [
    'observe of an observable',
    ({ seen }) => seen.observe(5),
    'observableCounter "shop.seen": observe() does not exist: use addCallback((o) => o.observe(value, attributes))',
    1,
  ],
  [
    'remove of an observable',
    ({ load }) => load.remove(),
    'observableGauge "shop.load": remove() does not exist: use a callback that omits the series',
  ],
  [
    'inc of an info metric',
    ({ build }) => build.inc({ version: '1' }),
    'info "shop.build.info": inc() does not exist: use set(attributes)',
    1,
  ],
  [
    'bind of an info metric',
    ({ build }) => build.bind({ version: '1' }).set(),
    'info "shop.build.info": bind() does not exist: use set(attributes)',
    1,
  ],
  [
    'record of a state set',
    ({ phase }) => phase.record('open'),
    'stateSet "shop.phase": record() does not exist: use set(state, attributes)',
    1,
  ],
];

export const misplaced: readonly Misuse[] = [
  [
    'a value after the attributes',
    ({ orders }) => orders.add(web, 1),
    'counter "shop.orders": ignored a value of type object: expected add(value, attributes)',
  ],
  [
    'a value after the attributes of a gauge',
    ({ stock }) => stock.set(web, 1),
    'gauge "shop.stock": ignored a value of type object: expected set(value, attributes)',
  ],
  [
    'a value after the attributes of a histogram',
    ({ wait }) => wait.record(web, 1),
    'histogram "shop.wait": ignored a value of type object: expected record(value, attributes)',
  ],
  ['no value', ({ size }) => size.record(), 'histogram "shop.size": ignored undefined: expected a finite number'],
  [
    'attributes that are a text',
    ({ size }) => size.record(1, 'web'),
    'histogram "shop.size": recorded without attributes: expected an object of attributes, got a value of type string',
  ],
  [
    'bind of a text',
    ({ heat }) => heat.bind('x'),
    'gauge "shop.heat": recorded without attributes: expected an object of attributes, got a value of type string',
  ],
  [
    'addCallback of a number',
    ({ load }) => load.addCallback(5),
    'observableGauge "shop.load": addCallback() added nothing: expected a function, got 5',
  ],
  [
    'addCallback of nothing',
    ({ load }) => load.addCallback(),
    'observableGauge "shop.load": addCallback() added nothing: expected a function, got nothing',
  ],
  [
    'a timer in bytes',
    ({ size }) => size.startTimer().stop(),
    'histogram "shop.size": a timer recorded seconds, but the unit is "By": expected s, ms, us, ns, min or h',
  ],
  [
    'time in bytes',
    ({ size }) => size.time(() => 1),
    'histogram "shop.size": a timer recorded seconds, but the unit is "By": expected s, ms, us, ns, min or h',
  ],
  [
    'the current time in degrees',
    ({ heat }) => heat.setToCurrentTime(),
    'gauge "shop.heat": setToCurrentTime() recorded seconds, but the unit is "Cel": expected s, ms, us, ns, min or h',
  ],
  [
    'an undeclared state',
    ({ phase }) => phase.set('ajar'),
    'stateSet "shop.phase": ignored state "ajar": expected open, closed',
  ],
  [
    'an undeclared attribute of an info metric',
    ({ build }) => build.set({ version: '1', os: 'x' }),
    'info "shop.build.info": dropped attribute "os": it is not declared',
  ],
];
