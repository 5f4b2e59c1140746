/** Calls as other libraries take them, and values in the wrong place: the problems name what to write here. */
import {
  counter,
  defineCatalogue,
  gauge,
  histogram,
  info,
  integer,
  type MetricDefinition,
  type MetricsError,
  observableCounter,
  oneOf,
  optional,
  startMetrics,
  stateSet,
  text,
  upDownCounter,
} from 'otelier';
import { consoleTable } from 'otelier/backends/console';
import { datadog } from 'otelier/backends/datadog';
import { otlp } from 'otelier/backends/otlp';
import { prometheus } from 'otelier/backends/prometheus';
import { pushgateway } from 'otelier/backends/pushgateway';
import { http } from 'otelier/packs/http';
import { InMemoryReader } from 'otelier/testing';
import { expect, test } from 'vitest';

/** Returns the problems of a call that throws, as its message shows them. */
function problemsOf(call: () => unknown): string[] {
  try {
    call();
    return [];
  } catch (error) {
    expect((error as MetricsError).name).toBe('MetricsError');
    return [...(error as Error).message.matchAll(/^ {2}- (.*)$/gm)].map(([, line]) => line as string);
  }
}

type AnyMaker = (...options: never[]) => unknown;

/** Defines one metric by a call that the types do not allow. */
const defines = (make: AnyMaker, ...args: unknown[]) => [{ metric: () => make(...(args as never[])) }] as const;
const described = { name: 'shop.orders', unit: '{order}', description: 'Orders.' };

const makers: readonly (readonly [written: string, maker: AnyMaker, args: unknown[], problems: string[]])[] = [
  [
    'a name, as of OpenTelemetry',
    counter,
    ['shop.orders', { description: 'Orders.' }],
    ['metric: expected counter({ name: "shop.orders", unit, description }), not counter("shop.orders")'],
  ],
  ['no options', gauge, [], ['metric: expected gauge({ name, unit, description }), not gauge()']],
  [
    'null',
    upDownCounter,
    [null],
    ['metric: expected upDownCounter({ name, unit, description }), not upDownCounter(null)'],
  ],
  ['a number', histogram, [5], ['metric: expected histogram({ name, unit, description }), not histogram(5)']],
  [
    'a list',
    observableCounter,
    [['a', 'b']],
    ['metric: expected observableCounter({ name, unit, description }), not observableCounter(["a","b"])'],
  ],
  [
    'a name of an info metric',
    info,
    ['app.info'],
    ['metric: expected info({ name: "app.info", description, attributes }), not info("app.info")'],
  ],
  [
    'a name of a state set',
    stateSet,
    ['app.phase'],
    ['metric: expected stateSet({ name: "app.phase", description, states }), not stateSet("app.phase")'],
  ],
  [
    'options of prom-client',
    counter,
    [{ name: 'shop_orders', help: 'Orders.', labelNames: ['channel', 'region'] }],
    [
      'metric.unit: got nothing, expected a UCUM unit such as s, By, 1, %, {request} or {request}/s',
      'metric.help: expected an option of counter() (did you mean "description"?)',
      'metric.labelNames: expected attributes: { channel: text(), ... } (did you mean "attributes"?)',
    ],
  ],
  [
    'a misspelt description',
    counter,
    [{ name: 'shop.orders', unit: '{order}', descripton: 'Orders.' }],
    ['metric.descripton: expected an option of counter() (did you mean "description"?)'],
  ],
  [
    'boundaries of OpenTelemetry',
    histogram,
    [{ ...described, boundaries: [1, 2] }],
    ['metric.boundaries: expected an option of histogram() (did you mean "buckets"?)'],
  ],
  [
    'boundaries of a counter',
    counter,
    [{ ...described, boundaries: [1, 2] }],
    [
      'metric.boundaries: expected an option of counter(): name, unit, description, attributes, cardinalityLimit, expireAfter, stability, priority, startAtZero',
    ],
  ],
  [
    'percentiles of a summary',
    histogram,
    [{ ...described, percentiles: [0.5] }],
    ['metric.percentiles: expected an option of histogram() (did you mean "aggregation"?)'],
  ],
  [
    'an option of a state set',
    stateSet,
    [{ name: 'phase', description: 'Phase.', values: ['a'] }],
    ['metric.values: expected an option of stateSet() (did you mean "states"?)'],
  ],
  [
    'an infinite bound',
    histogram,
    [{ ...described, buckets: [1, Number.POSITIVE_INFINITY] }],
    [
      'metric.buckets: got [1,Infinity], expected one or more finite numbers in ascending order; the bucket up to Infinity is implied',
    ],
  ],
  [
    'a bound that is no number',
    histogram,
    [{ ...described, buckets: [1, Number.NaN, '2'] }],
    ['metric.buckets: got [1,NaN,"2"], expected one or more finite numbers in ascending order'],
  ],
  [
    'a list of attributes',
    counter,
    [{ ...described, attributes: ['channel'] }],
    ['metric.attributes: got ["channel"], expected an object of attribute types, such as { channel: text() }'],
  ],
];

test.each(makers)('a maker with %s', (_, maker, args, problems) => {
  const [{ metric }] = defines(maker, ...args);
  expect(problemsOf(() => defineCatalogue({ metric: metric() as MetricDefinition }))).toEqual(problems);
});

test.each<[title: string, type: () => unknown, problem: string]>([
  ['a list', () => oneOf(['a', 'b'] as never), 'expected oneOf("a", "b"), or oneOf(...list), not oneOf(["a","b"])'],
  [
    'a long list',
    () => oneOf(['a', 'b', 'c', 'd'] as never),
    'expected oneOf("a", "b", "c", ...), or oneOf(...list), not oneOf(["a","b","c","d"])',
  ],
  [
    'an enumeration',
    () => oneOf({ A: 'a' } as never),
    'got [an object (Object)], expected one or more different, non-empty strings',
  ],
  ['a number for text', () => text(5 as never), 'expected text({ limit: 5 }), not text(5)'],
  ['a word for text', () => text('x' as never), 'expected text({ limit: 20 }), not text("x")'],
  [
    'a number for integer',
    () => integer(5 as never),
    'expected integer({ min: 1, max: 40 }) or integer({ limit: 5 }), not integer(5)',
  ],
  ['an uncalled maker', () => text, 'got the function text, expected text()'],
  ['a constructor', () => String, 'got the function String, expected text()'],
  ['the name of a type', () => 'number', 'got "number", expected integer()'],
  ['values without oneOf()', () => ['web', 'app'], 'got ["web","app"], expected oneOf("web", "app")'],
  [
    'a word in optional()',
    () => optional('x' as never),
    'expected optional() of a type such as optional(text()), not optional("x")',
  ],
  ['a wrong call in optional()', () => optional(text(5 as never)), 'expected text({ limit: 5 }), not text(5)'],
  ['one bound', () => integer({ max: 3 } as never), 'expected integers min and max with min <= max, not { max: 3 }'],
  [
    'crossed bounds',
    () => integer({ min: 3, max: 1 }),
    'expected integers min and max with min <= max, not { min: 3, max: 1 }',
  ],
])('an attribute type: %s', (_, type, problem) => {
  const define = () => defineCatalogue({ orders: counter({ ...described, attributes: { channel: type() as never } }) });
  expect(problemsOf(define)).toEqual([`orders.attributes.channel: ${problem}`]);
});

test('an option of text() that only integer() has', () => {
  const attributes = { key: text({ max: 3 } as never), id: text({ limit: '5' } as never) };
  expect(problemsOf(() => defineCatalogue({ orders: counter({ ...described, attributes }) }))).toEqual([
    'orders.attributes.key.max: expected an option of text() (did you mean "limit"?)',
    'orders.attributes.id.limit: got "5", expected an integer of at least 1',
  ]);
});

const orders = counter(described);
const shop = defineCatalogue({ orders });

test.each<[title: string, definitions: unknown, problem: string]>([
  [
    'a definition',
    orders,
    'defineCatalogue: expected definitions by key, such as { orders: counter(...) }, not a definition',
  ],
  [
    'a wrong call',
    counter('shop.orders' as never),
    'defineCatalogue: expected counter({ name: "shop.orders", unit, description }), not counter("shop.orders")',
  ],
  [
    'a catalogue',
    shop,
    'defineCatalogue: expected definitions by key, such as { orders: counter(...) }, not a catalogue',
  ],
  [
    'a list',
    [orders],
    'defineCatalogue: got [an object (Object)], expected an object with a definition per key, such as { orders: counter(...) }',
  ],
])('defineCatalogue() of %s', (_, definitions, problem) => {
  expect(problemsOf(() => defineCatalogue(definitions as never))).toEqual([problem]);
});

test.each<[title: string, argument: unknown, problem: string]>([
  ['a catalogue', shop, 'startMetrics: expected options such as { catalogues: { shop } }, not a catalogue'],
  ['a list of catalogues', [shop], 'startMetrics: expected options such as { catalogues: { shop } }, not a list'],
  ['a pack', http(), 'startMetrics: expected options such as { packs: { http: http() } }, not a pack'],
  ['a backend', prometheus(), 'startMetrics: expected options such as { backends: [prometheus()] }, not a backend'],
  [
    'the console',
    consoleTable(),
    'startMetrics: expected options such as { backends: [consoleTable()] }, not a backend',
  ],
  ['a reader', new InMemoryReader(), 'startMetrics: expected options such as { readers: [reader] }, not a reader'],
])('startMetrics() of %s', (_, argument, problem) => {
  expect(problemsOf(() => startMetrics(argument as never))).toEqual([problem]);
});

test.each<[options: object, problem: string]>([
  [{ catalogues: [shop] }, 'catalogues: expected an object such as { shop }, not a list'],
  [{ catalogues: shop }, 'catalogues: expected an object such as { shop }, not a single catalogue'],
  [{ catalogues: [] }, 'catalogues: got [], expected an object such as { shop }'],
  [
    { catalogues: { http: http() } },
    'catalogues.http: got an object (Object), expected a catalogue made by defineCatalogue(); a pack belongs in packs',
  ],
  [
    { catalogues: { shop: { orders } } },
    'catalogues.shop: expected a catalogue made by defineCatalogue(), not an object of metric definitions: defineCatalogue(shop)',
  ],
  [{ packs: [http()] }, 'packs: expected an object such as { http: http() }, not a list'],
  [{ packs: http() }, 'packs: expected an object such as { http: http() }, not a single pack'],
  [{ packs: ['http'] }, 'packs: got ["http"], expected an object such as { http: http() }'],
  [{ packs: 'http' }, 'packs: got "http", expected an object such as { http: http() }'],
  [{ packs: { http } }, 'packs.http: got the function http, expected a pack such as http()'],
  [
    { packs: { shop } },
    'packs.shop: got an object (Object), expected a pack such as inference(); a catalogue belongs in catalogues',
  ],
  [{ backends: otlp() }, 'backends: expected a list such as [otlp()], not a single backend'],
  [{ backends: { otlp: otlp() } }, 'backends: expected a list such as [otlp()], not an object'],
  [{ backends: 'otlp' }, 'backends: got "otlp", expected a list such as [prometheus()]'],
  [
    { backends: ['otlp'] },
    'backends[0]: got "otlp", expected a backend such as prometheus() or otlp(), or the name in exporters: ["otlp"]',
  ],
  [{ readers: new InMemoryReader() }, 'readers: expected a list such as [reader], not a single reader'],
  [{ views: {} }, 'views: got an object (Object), expected a list of views'],
  [{ exporters: 'prometheus' }, 'exporters: got "prometheus", expected an array of names'],
  [{ serviceName: '' }, 'serviceName: got "", expected a non-empty string'],
  [{ shop }, 'shop: expected catalogues: { shop }, because it is a catalogue'],
  [{ http: http() }, 'http: expected packs: { http: http() }, because it is a pack'],
  [{ exporter: otlp() }, 'exporter: expected backends: [otlp()], because it is a backend'],
  [{ metricReader: new InMemoryReader() }, 'metricReader: expected readers: [reader], because it is a reader'],
  [{ metricReader: 5 }, 'metricReader: expected a known option (did you mean "readers"?)'],
  [{ instrumentations: [] }, 'instrumentations: expected a known option (did you mean "packs"?)'],
  [{ catalog: {} }, 'catalog: expected a known option (did you mean "catalogues"?)'],
  [{ attributes: {} }, 'attributes: expected a known option (did you mean "resource"?)'],
  [{ exportIntervalMillis: 5 }, 'exportIntervalMillis: expected a known option (did you mean "exportIntervalMs"?)'],
  [{ service: 'shop' }, 'service: expected a known option (did you mean "serviceName"?)'],
  [{ port: 9464 }, 'port: expected backends: [prometheus({ port })], because it is an option of a backend'],
  [{ headers: {} }, 'headers: expected backends: [otlp({ headers })], because it is an option of a backend'],
  [
    { backends: [otlp({ url: 'http://c:4318' } as never)] },
    'otlp.url: expected a known option (did you mean "endpoint"?)',
  ],
  [{ backends: [otlp({ headers: 'a=b' as never })] }, 'otlp.headers: got "[redacted]", expected an object of strings'],
  [
    { backends: [pushgateway({ gateway: 'x' } as never)] },
    'pushgateway.gateway: expected a known option (did you mean "url"?)',
  ],
  [
    { backends: [pushgateway({ groupingKey: 'a=b' as never })] },
    'pushgateway.groupingKey: got "a=b", expected an object of strings; keys are label names such as instance, but not job',
  ],
  [
    { backends: [datadog({ defaultTags: [] } as never)] },
    'datadog.defaultTags: expected a known option (did you mean "tags"?)',
  ],
  [
    { backends: [prometheus({ resourceLabels: 'a' as never })] },
    'prometheus.resourceLabels: got "a", expected an array of names',
  ],
])('startMetrics(%j)', (options, problem) => {
  const start = () => startMetrics({ isolated: true, environment: { OTEL_METRICS_EXPORTER: 'none' }, ...options });
  expect(problemsOf(start)).toEqual([problem]);
});

test('a later start reports the same', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'none' };
  const metrics = startMetrics({ environment });
  for (const options of [{ catalogues: [shop] }, { shop }, { port: 1 }]) {
    expect(problemsOf(() => startMetrics({ environment, ...(options as object) }))).toHaveLength(1);
  }
  await metrics.shutdown();
});
