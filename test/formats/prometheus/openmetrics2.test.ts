/** OpenMetrics 2.0: points encode to the data of the examples of the specification (2.0.0-rc0). */
import type { Attributes } from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { describe, expect, test } from 'vitest';
import type { Exemplar, MetricStream, PointVisitor, SeriesKey } from '../../../src/model/points.js';
import { exponentialPoint, histogramPoint, numberPoint } from '../../support/points.js';
import { bytesOf, createExposition, type EncodingOptions } from './encoding.js';
import { type OpenFamily, parseOpenMetrics2 } from './openmetrics2-parser.js';
import { streamOf } from './walks.js';

const startUnixMs = 1_520_430_000_123;

/** Returns the fields that the points of a series have in common. */
const common = (attributes: Attributes, exemplars: readonly Exemplar[] = []) => {
  const series: SeriesKey = { attributes, index: 0 };
  return { series, startUnixMs, endUnixMs: startUnixMs + 1_000, exemplars };
};

const exemplar = (value: number, timeUnixMs: number, traceId?: string): Exemplar => ({
  value,
  timeUnixMs,
  traceId,
  spanId: undefined,
  filteredAttributes: {},
});

interface Example {
  readonly title: string;
  readonly stream: MetricStream;
  readonly visit: (visitor: PointVisitor) => void;
  /** Lines of the specification, without its time of the sample. */
  readonly lines: readonly string[];
  readonly options?: EncodingOptions;
}

const scope = { name: '' };
const plain = { description: '' };
const utf8: EncodingOptions = { strategy: 'NoTranslation', escaping: 'allow-utf-8' };
const request = { path: '/api/v1', method: 'GET' };
const both = (offset: number, counts: number[]) => ({
  offset,
  counts: Float64Array.from(counts),
  from: 0,
  length: counts.length,
});

const examples: readonly Example[] = [
  {
    title: 'a counter with a start time and an exemplar',
    stream: streamOf('counter', 'foo', scope, plain),
    visit: (visitor) =>
      visitor.number(numberPoint({ ...common({}, [exemplar(0.67, 1_520_879_606_100, 'KOO5S4vxi0o')]), value: 17 })),
    lines: [
      '# TYPE foo_total counter',
      'foo_total 17.0 st@1520430000.123 # {trace_id="KOO5S4vxi0o"} 0.67 1520879606.1',
    ],
  },
  {
    title: 'a counter without the suffix _total',
    stream: streamOf('counter', 'foo', scope, plain),
    options: { strategy: 'NoTranslation' },
    visit: (visitor) => visitor.number(numberPoint({ ...common({}), value: 17 })),
    lines: ['# TYPE foo counter', 'foo 17.0 st@1520430000.123'],
  },
  {
    title: 'a counter with a unit before its suffix',
    stream: streamOf('counter', 'process.cpu', scope, {
      description: 'Total user and system CPU time spent in seconds.',
      unit: 's',
    }),
    visit: (visitor) => visitor.number(numberPoint({ ...common({}), value: 4_200_722.46 })),
    lines: [
      '# TYPE process_cpu_seconds_total counter',
      '# UNIT process_cpu_seconds_total seconds',
      '# HELP process_cpu_seconds_total Total user and system CPU time spent in seconds.',
      'process_cpu_seconds_total 4.20072246e+06 st@1520430000.123',
    ],
  },
  {
    title: 'UTF-8 names',
    stream: streamOf('counter', 'foodb.read.errors', scope, {
      description: 'The number of errors in the read path for fooDb.',
    }),
    options: utf8,
    visit: (visitor) => visitor.number(numberPoint({ ...common({ 'service.name': 'my_service' }), value: 3_482 })),
    lines: [
      '# TYPE "foodb.read.errors" counter',
      '# HELP "foodb.read.errors" The number of errors in the read path for fooDb.',
      '{"foodb.read.errors","service.name"="my_service"} 3482 st@1520430000.123',
    ],
  },
  {
    title: 'a gauge',
    stream: streamOf('gauge', 'foo', scope, plain),
    visit: (visitor) => visitor.number(numberPoint({ ...common({ a: 'bb' }, [exemplar(1, 1)]), value: 17 })),
    lines: ['# TYPE foo gauge', 'foo{a="bb"} 17.0'],
  },
  {
    title: 'a state set',
    stream: streamOf('gauge', 'foo', scope, { ...plain, shape: 'stateSet' }),
    visit: (visitor) => {
      for (const [state, value] of Object.entries({ a: 0, bb: 1, ccc: 0 })) {
        visitor.number(numberPoint({ ...common({ foo: state }), value }));
      }
    },
    lines: ['# TYPE foo stateset', 'foo{foo="a"} 0', 'foo{foo="bb"} 1', 'foo{foo="ccc"} 0'],
  },
  {
    title: 'an info',
    stream: streamOf('gauge', 'foo.info', scope, { ...plain, shape: 'info' }),
    visit: (visitor) => visitor.number(numberPoint({ ...common({ name: 'pretty name', version: '8.2.7' }), value: 1 })),
    lines: ['# TYPE foo_info info', 'foo_info{name="pretty name",version="8.2.7"} 1'],
  },
  {
    title: 'an info whose name does not end in _info',
    stream: streamOf('gauge', 'foo.info', scope, { ...plain, shape: 'info' }),
    options: utf8,
    visit: (visitor) => visitor.number(numberPoint({ ...common({ version: '8' }), value: 1 })),
    lines: ['# TYPE "foo.info" gauge', '{"foo.info",version="8"} 1'],
  },
  {
    title: 'classic buckets',
    stream: streamOf('histogram', 'foo', scope, plain),
    visit: (visitor) =>
      visitor.histogram(
        histogramPoint({
          ...common({}),
          count: 17,
          sum: 324_789.3,
          min: undefined,
          max: undefined,
          boundaries: [0, 1e-5, 0.0001, 0.1, 1, 10, 100_000, 1e6, 1e23, 1.1e23],
          counts: Float64Array.of(0, 0, 5, 3, 2, 1, 0, 4, 1, 1, 0),
          from: 0,
        }),
      ),
    lines: [
      '# TYPE foo histogram',
      'foo {count:17,sum:324789.3,bucket:[0.0:0,1e-05:0,0.0001:5,0.1:8,1.0:10,10.0:11,100000.0:11,1e+06:15,1e+23:16,1.1e+23:17,+Inf:17]} st@1520430000.123',
    ],
  },
  {
    title: 'classic buckets with exemplars',
    stream: streamOf('histogram', 'foo', scope, plain),
    visit: (visitor) =>
      visitor.histogram(
        histogramPoint({
          ...common({}, [
            exemplar(0.054, 1_520_879_607_700),
            exemplar(1.67, 1_520_879_602_890, 'KOO5S4vxi0o'),
            exemplar(9.8, 1_520_879_607_789, 'oHg5SJYRHA0'),
          ]),
          count: 17,
          sum: 324_789.3,
          min: undefined,
          max: undefined,
          boundaries: [0.01, 0.1, 1, 10],
          counts: Float64Array.of(0, 8, 3, 6, 0),
          from: 0,
        }),
      ),
    lines: [
      '# TYPE foo histogram',
      'foo {count:17,sum:324789.3,bucket:[0.01:0,0.1:8,1.0:11,10.0:17,+Inf:17]} st@1520430000.123 # {} 0.054 1520879607.7 # {trace_id="KOO5S4vxi0o"} 1.67 1520879602.890 # {trace_id="oHg5SJYRHA0"} 9.8 1520879607.789',
    ],
  },
  {
    title: 'native buckets of both signs',
    stream: streamOf('exponentialHistogram', 'acme_http_request_seconds', scope, plain),
    visit: (visitor) =>
      visitor.exponentialHistogram(
        exponentialPoint({
          ...common(request),
          count: 59,
          sum: 120,
          min: undefined,
          max: undefined,
          scale: 7,
          zeroCount: 0,
          negative: both(0, [5, 7]),
          positive: both(-2, [5, 7, 0, 0, 0, 10, 9, 8, 8]),
        }),
      ),
    lines: [
      '# TYPE acme_http_request_seconds histogram',
      'acme_http_request_seconds{path="/api/v1",method="GET"} {count:59,sum:1.2e2,schema:7,zero_threshold:1e-128,zero_count:0,negative_spans:[1:2],negative_buckets:[5,7],positive_spans:[-1:2,3:4],positive_buckets:[5,7,10,9,8,8]} st@1520430000.123',
    ],
  },
  {
    title: 'native buckets without values',
    stream: streamOf('exponentialHistogram', 'acme_http_request_seconds', scope, plain),
    visit: (visitor) =>
      visitor.exponentialHistogram(
        exponentialPoint({
          ...common(request),
          count: 0,
          sum: 0,
          min: undefined,
          max: undefined,
          scale: 3,
          zeroCount: 0,
          negative: both(0, []),
          positive: both(0, []),
        }),
      ),
    lines: [
      '# TYPE acme_http_request_seconds histogram',
      'acme_http_request_seconds{path="/api/v1",method="GET"} {count:0,sum:0,schema:3,zero_threshold:1e-128,zero_count:0} st@1520430000.123',
    ],
  },
  {
    title: 'native buckets with several exemplars',
    stream: streamOf('exponentialHistogram', 'foo', scope, plain),
    visit: (visitor) =>
      visitor.exponentialHistogram(
        exponentialPoint({
          ...common({}, [exemplar(0.67, 1_520_879_607_789, 'shaZ8oxi'), exemplar(1.2, 1_520_879_608_589, 'ookahn0M')]),
          count: 17,
          sum: 324_789.3,
          min: undefined,
          max: undefined,
          scale: 0,
          zeroCount: 0,
          negative: both(0, []),
          positive: both(-1, [5, 12]),
        }),
      ),
    lines: [
      '# TYPE foo histogram',
      'foo {count:17,sum:324789.3,schema:0,zero_threshold:1e-128,zero_count:0,positive_spans:[0:2],positive_buckets:[5,12]} st@1520430000.123 # {trace_id="shaZ8oxi"} 0.67 1520879607.789 # {trace_id="ookahn0M"} 1.2 1520879608.589',
    ],
  },
];

describe('examples of the specification', () => {
  test.each(examples)('$title', ({ stream, visit, lines, options }) => {
    const exposition = createExposition('openmetrics2', { targetInfo: false, scopeLabels: false, ...options });
    // The second scrape uses cached lines.
    for (let scrape = 0; scrape < 2; scrape++) {
      exposition.begin?.(resourceFromAttributes({}));
      exposition.metric(stream, 'cumulative');
      visit(exposition);
      exposition.end?.();
      const specified = parseOpenMetrics2(`${lines.join('\n')}\n# EOF\n`);
      expect(parseOpenMetrics2(bytesOf(exposition).toString())).toEqual<OpenFamily[]>(specified);
    }
  });
});

test.each([
  ['a value without its count', 'foo {sum:1,bucket:[+Inf:1]}'],
  ['a histogram without the bucket +Inf', 'foo {count:1,sum:1,bucket:[1:1]}'],
  ['unordered buckets', 'foo {count:1,sum:1,bucket:[2:1,1:1,+Inf:1]}'],
  ['a count that differs from the bucket +Inf', 'foo {count:2,sum:1,bucket:[+Inf:1]}'],
  ['spaces in a value', 'foo {count:1, sum:1,bucket:[+Inf:1]}'],
  ['a number as a histogram', 'foo 1'],
  [
    'spans of another length',
    'foo {count:1,sum:1,schema:0,zero_threshold:0,zero_count:0,positive_spans:[0:2],positive_buckets:[1]}',
  ],
  ['a schema that does not exist', 'foo {count:0,sum:0,schema:9,zero_threshold:0,zero_count:0}'],
  ['an exemplar without a time', 'foo {count:1,sum:1,bucket:[+Inf:1]} # {} 1'],
  ['a start time after the exemplar', 'foo {count:1,sum:1,bucket:[+Inf:1]} # {} 1 1 st@1'],
])('the parser of these tests refuses %s', (_, line) => {
  expect(() => parseOpenMetrics2(`# TYPE foo histogram\n${line}\n# EOF\n`)).toThrow(SyntaxError);
});
