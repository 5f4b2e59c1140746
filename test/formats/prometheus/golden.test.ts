/** Golden files of the formats by behavior; protobuf is shown as decoded messages. */
import type { Attributes } from '@opentelemetry/api';
import { promlint } from 'otelier/testing';
import { describe, expect, test } from 'vitest';
import { type AnyFormat, allFormats, type EncodingOptions, encode, type More } from './encoding.js';
import { collectionOf, endUnixMs, explicit, exponential, type MetricInput } from './metrics.js';
import { parseOpenMetrics2 } from './openmetrics2-parser.js';
import { protobufText } from './protobuf-text.js';

interface Behaviour {
  readonly name: string;
  readonly metrics: readonly MetricInput[];
  readonly options?: EncodingOptions;
  readonly resource?: Attributes;
  readonly more?: More;
}

const wait: MetricInput = {
  name: 'shop.wait',
  kind: 'histogram',
  unit: 's',
  description: 'Time in the queue.',
  points: [
    [{ lane: 'a' }, explicit([0.005, 0.5, 1, 10, 1e6], [1, 0, 2, 0, 3, 1], 3_000_012.5)],
    [{ lane: 'b' }, explicit([0.005, 0.5, 1, 10, 1e6], [0, 0, 0, 0, 0, 0], 0)],
  ],
};

const orders: MetricInput = {
  name: 'shop.orders',
  kind: 'counter',
  unit: '{order}',
  description: 'Orders accepted.',
  points: [
    [{ channel: 'web', express: true, items: 3 }, 12],
    [{ channel: 'app', express: false, items: 1.5, tags: ['a', 'b"c'] }, 0.1],
  ],
};

const trace = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

const behaviours: readonly Behaviour[] = [
  {
    name: 'every-kind',
    metrics: [
      orders,
      { name: 'shop.carts', kind: 'upDownCounter', description: 'Carts.', points: [[{}, -2]] },
      { name: 'shop.load', kind: 'gauge', unit: '1', description: 'Share in use.', points: [[{}, 0.25]] },
      wait,
      { name: 'shop.sent', kind: 'observableCounter', unit: 'By', points: [[{}, 2 ** 53]] },
      { name: 'shop.open', kind: 'observableUpDownCounter', points: [[{ desk: 'x' }, 1e21]] },
      { name: 'shop.heat', kind: 'observableGauge', unit: 'Cel', points: [[{}, -1.5e-7]] },
      {
        name: 'shop.size',
        kind: 'histogram',
        unit: 'By',
        points: [[{}, exponential(1, { zero: 2, positive: [-1, [1, 0, 0, 0, 4]], sum: 21 })]],
      },
    ],
  },
  {
    name: 'numbers',
    metrics: [
      {
        name: 'n',
        kind: 'gauge',
        points: [Number.NaN, Infinity, -Infinity, -0, 5e-324, Number.MAX_VALUE, 1e21, 123456789.125].map(
          (value, id) => [{ id }, value] as const,
        ),
      },
    ],
  },
  {
    name: 'text-to-escape',
    metrics: [
      {
        name: 'hostile',
        kind: 'gauge',
        description: 'a "quoted" \\ back\nline \u0000 \ud800 😀',
        points: [[{ '': 'empty key', 'ключ 😀': 'ü', text: 'a "quoted" \\ back\nline \u0000 \udc00 😀' }, 1]],
      },
    ],
  },
  {
    name: 'announced-without-samples',
    metrics: [
      { name: 'shop.orders', kind: 'counter', unit: '{order}', description: 'Orders accepted.' },
      { name: 'shop.wait', kind: 'histogram', unit: 's', description: 'Time in the queue.' },
      { name: 'shop.load', kind: 'gauge' },
    ],
  },
  {
    name: 'created-samples',
    options: { createdSamples: true },
    metrics: [orders, wait, { name: 'shop.carts', kind: 'upDownCounter', points: [[{}, 3]] }],
  },
  {
    name: 'exemplars',
    more: {
      exemplars: ({ name, kind }, { lane }) => {
        const base = { ...trace, timeUnixMs: endUnixMs - 500, filteredAttributes: { trace_id: 'mine', user: 'u1' } };
        if (kind === 'counter') return [{ ...base, value: 2 }];
        if (name === 'shop.size') return [0, 3].map((value) => ({ ...base, value }));
        return lane === 'a' ? [0.004, 0.5, 2e6].map((value) => ({ ...base, value })) : [];
      },
    },
    metrics: [
      { ...orders, points: [[{ channel: 'web' }, 12]] },
      wait,
      {
        name: 'shop.size',
        kind: 'histogram',
        points: [[{}, exponential(0, { zero: 1, positive: [1, [3]], sum: 9 })]],
      },
    ],
  },
  {
    name: 'negative-buckets',
    metrics: [
      {
        name: 'drift',
        kind: 'histogram',
        unit: 's',
        description: 'Clock drift.',
        points: [[{}, explicit([-1, 0, 1], [2, 3, 4, 5], -7.5)]],
      },
      {
        name: 'balance',
        kind: 'histogram',
        points: [[{}, exponential(0, { zero: 1, negative: [0, [2]], positive: [1, [3]], sum: 4 })]],
      },
    ],
  },
  {
    name: 'without-a-sum',
    metrics: [
      { name: 'plain', kind: 'histogram', points: [[{}, explicit([1, 2], [1, 1, 1])]] },
      { name: 'fine', kind: 'histogram', points: [[{}, exponential(0, { positive: [0, [1, 1]] })]] },
    ],
  },
  {
    name: 'exponential-scales',
    metrics: [20, 9, 8, 3, 0, -4, -5, -10].map((scale) => ({
      name: `scale_${scale}`.replace('-', 'minus_'),
      kind: 'histogram',
      points: [[{}, exponential(scale, { zero: 1, positive: [-1, [5, 0, 6, 0, 0, 0, 7]], sum: 30 })]],
    })),
  },
  {
    name: 'exponential-empty',
    metrics: [
      { name: 'nothing', kind: 'histogram', points: [[{}, exponential(20, { sum: 0 })]] },
      { name: 'zeros', kind: 'histogram', points: [[{}, exponential(20, { zero: 3, sum: 0 })]] },
    ],
  },
  {
    name: 'labels-that-collide',
    metrics: [
      { name: 'joined', kind: 'gauge', points: [[{ 'b.c': 'second', b_c: 'third', 'b-c': 'first' }, 1]] },
      {
        name: 'same',
        kind: 'counter',
        points: [
          [{ id: 1 }, 10],
          [{ id: '1' }, 20],
          [{ id: ['1'] }, 30],
          [{ id: '["1"]' }, 40],
        ],
      },
    ],
  },
  {
    name: 'labels-that-are-reserved',
    metrics: [
      { name: 'bounds', kind: 'histogram', points: [[{ le: 'mine', quantile: '0.5' }, explicit([1], [1, 2], 3)]] },
      { name: 'names', kind: 'gauge', points: [[{ __name__: 'mine', __own: 'kept', 'otel.scope.name': 'mine' }, 1]] },
    ],
  },
  {
    name: 'scopes-of-one-family',
    metrics: [
      { ...orders, scope: { name: 'one', version: '1', schemaUrl: 'https://example.org/1' } },
      { ...wait, scope: { name: 'one', version: '1', schemaUrl: 'https://example.org/1' } },
      { ...orders, scope: { name: 'two', version: '' }, description: 'Said otherwise.' },
    ],
  },
  {
    name: 'scopes-without-their-labels',
    options: { scopeLabels: false },
    metrics: [
      { ...orders, scope: { name: 'one', version: '1' } },
      { ...orders, scope: { name: 'two' } },
    ],
  },
  {
    name: 'types-in-conflict',
    metrics: [
      { name: 'jobs', kind: 'histogram', points: [[{}, explicit([1], [1, 0], 1)]] },
      { name: 'jobs', kind: 'gauge', points: [[{}, 5]], scope: { name: 'other' } },
      { name: 'jobs.count', kind: 'gauge', points: [[{}, 6]] },
      { name: 'jobs.left', kind: 'gauge', points: [[{}, 7]] },
    ],
  },
  {
    name: 'resource',
    resource: { le: 'reserved', 'host.cpu.count': 4, 'process.args': ['node', '"x"'], 'service.name': 'storefront' },
    options: { resourceLabels: ['host.cpu.count', 'service.name', 'not.there'] },
    metrics: [{ name: 'up', kind: 'gauge', points: [[{ 'service.name': 'mine' }, 1]] }],
  },
  { name: 'resource-that-says-nothing', resource: {}, metrics: [{ name: 'up', kind: 'gauge', points: [[{}, 1]] }] },
  {
    name: 'resource-switched-off',
    options: { targetInfo: false },
    metrics: [{ name: 'up', kind: 'gauge', points: [[{}, 1]] }],
  },
  {
    name: 'facts-and-states',
    more: { shapes: { 'app.build.info': 'info', 'app.phase': 'stateSet' } },
    metrics: [
      { name: 'app.build.info', kind: 'gauge', description: 'What was built.', points: [[{ version: '1.2' }, 1]] },
      {
        name: 'app.phase',
        kind: 'gauge',
        description: 'What it does.',
        points: ['starting', 'serving'].map((phase, index) => [{ 'app.phase': phase }, index] as const),
      },
    ],
  },
  { name: 'nothing', metrics: [] },
];

const extension: Record<AnyFormat, string> = {
  text: 'txt',
  openmetrics: 'openmetrics.txt',
  openmetrics2: 'openmetrics2.txt',
  protobuf: 'protobuf.txt',
};

describe.each(behaviours)('$name', ({ name, metrics, resource, options, more }) => {
  test.each(allFormats)('as %s', async (format) => {
    const bytes = encode(format, collectionOf(metrics, resource), options, more);
    const text = format === 'protobuf' ? protobufText(bytes) : bytes.toString();
    if (format === 'openmetrics2') parseOpenMetrics2(text);
    else if (format !== 'protobuf') {
      expect(promlint(text, { format }).filter(({ severity }) => severity === 'error')).toEqual([]);
    }
    await expect(text).toMatchFileSnapshot(`../../golden/prometheus/${name}.${extension[format]}`);
  });
});
