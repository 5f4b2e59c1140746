/** Metrics of an exposition: types, series and units; every format of our endpoint reads back as recorded. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readMetrics } from '../../../src/cli/top/reading.js';
import { unitOfName } from '../../../src/cli/top/unit-words.js';
import { encodeText } from '../../formats/prometheus/encoding.js';
import { collectionOf, explicit, type MetricInput } from '../../formats/prometheus/metrics.js';

/** Returns what a table needs of an exposition: `name{labels}` with its type and numbers. */
function shown(text: string): Record<string, unknown> {
  const { metrics } = readMetrics(text);
  return Object.fromEntries(
    metrics.flatMap(({ name, type, series }) =>
      [...series.values()].map(({ labels, value, sum, buckets, quantiles }) => {
        const parts = {
          ...(sum !== undefined && { sum }),
          ...(buckets.size > 0 && { buckets: Object.fromEntries(buckets) }),
          ...(quantiles.size > 0 && { quantiles: Object.fromEntries(quantiles) }),
        };
        return [`${name}{${labels.map(([label, text]) => `${label}=${text}`).join(',')}}`, [type, value, parts]];
      }),
    ),
  );
}

test.each([
  ['nothing', '', {}],
  ['a counter', '# TYPE a_total counter\na_total{b="c"} 1\n', { 'a_total{b=c}': ['counter', 1, {}] }],
  ['labels in another order', '# TYPE a gauge\na{y="1",x="2"} 1\n# comment\n', { 'a{x=2,y=1}': ['gauge', 1, {}] }],
  ['a timestamp and special values', '# TYPE a gauge\na +Inf 1700000000000\n', { 'a{}': ['gauge', Infinity, {}] }],
  [
    'a histogram',
    '# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\nh_sum 4.5\nh_count 3\n',
    { 'h{}': ['histogram', 3, { sum: 4.5, buckets: { 1: 2, '+Inf': 3 } }] },
  ],
  [
    'a histogram without count and sum',
    '# TYPE h histogram\nh_bucket{le="+Inf"} 3\n',
    { 'h{}': ['histogram', 3, { buckets: { '+Inf': 3 } }] },
  ],
  [
    'a summary',
    '# TYPE s summary\ns{quantile="0.5"} 0.1\ns{quantile="0.99"} NaN\ns_sum 1\ns_count 9\n',
    { 's{}': ['summary', 9, { sum: 1, quantiles: { 0.5: 0.1, 0.99: Number.NaN } }] },
  ],
  ['no TYPE: a total', 'a_total 1\n', { 'a_total{}': ['counter', 1, {}] }],
  ['no TYPE: another name', 'a 1\n', { 'a{}': ['unknown', 1, {}] }],
  [
    'no TYPE: a sum and a count alone',
    'a_sum 1\na_count 2\n',
    {
      'a_sum{}': ['counter', 1, {}],
      'a_count{}': ['counter', 2, {}],
    },
  ],
  [
    'no TYPE: a histogram',
    'h_bucket{p="/",le="1"} 2\nh_bucket{p="/",le="+Inf"} 3\nh_sum{p="/"} 4\nh_count{p="/"} 3\n',
    { 'h{p=/}': ['histogram', 3, { sum: 4, buckets: { 1: 2, '+Inf': 3 } }] },
  ],
  [
    'no TYPE: ranges of VictoriaMetrics',
    'h_bucket{vmrange="1.000e-03...1.136e-03"} 2\nh_sum 4\nh_count 2\n',
    { 'h{}': ['histogram', 2, { sum: 4, buckets: { '1.000e-03...1.136e-03': 2 } }] },
  ],
  [
    'no TYPE: a summary',
    's{quantile="0.5"} 0.1\ns_sum 1\ns_count 9\n',
    { 's{}': ['summary', 9, { sum: 1, quantiles: { 0.5: 0.1 } }] },
  ],
  ['no TYPE: buckets without bounds', 'h_bucket{size="1"} 2\n', { 'h_bucket{size=1}': ['unknown', 2, {}] }],
  ['a label le of a gauge', '# TYPE a gauge\na{le="1"} 2\n', { 'a{le=1}': ['gauge', 2, {}] }],
  ['a quoted name', '{"shop.orders",channel="web"} 2\n', { 'shop.orders{channel=web}': ['unknown', 2, {}] }],
  [
    'invalid lines between valid ones',
    'a 1\n<html>\nb{ 2\nc 3\n',
    {
      'a{}': ['unknown', 1, {}],
      'c{}': ['unknown', 3, {}],
    },
  ],
  [
    'keys that differ only in the place of a comma',
    'a{x="1,1:y=1:2"} 1\na{x="1",y="2"} 2\n',
    {
      'a{x=1,1:y=1:2}': ['unknown', 1, {}],
      'a{x=1,y=2}': ['unknown', 2, {}],
    },
  ],
])('text: %s', (_, text, expected) => {
  expect(shown(text)).toEqual(expected);
});

test.each([
  [
    'a counter with its created sample and an exemplar',
    '# TYPE a counter\na_total 3 # {trace_id="x"} 1\na_created 1700000000.5\n# EOF\n',
    { 'a_total{}': ['counter', 3, {}] },
  ],
  ['an info', '# TYPE a info\na_info{v="1"} 1\n# EOF\n', { 'a_info{v=1}': ['info', 1, {}] }],
  [
    'a state set',
    '# TYPE a stateset\na{a="on"} 1\na{a="off"} 0\n# EOF\n',
    { 'a{a=on}': ['stateset', 1, {}], 'a{a=off}': ['stateset', 0, {}] },
  ],
  [
    'a gauge histogram',
    '# TYPE a gaugehistogram\na_bucket{le="1"} 2\na_bucket{le="+Inf"} 3\na_gcount 3\na_gsum 4\n# EOF\n',
    { 'a{}': ['gaugehistogram', 3, { sum: 4, buckets: { 1: 2, '+Inf': 3 } }] },
  ],
  ['an unknown type', '# TYPE a unknown\na 7\n# EOF\n', { 'a{}': ['unknown', 7, {}] }],
])('OpenMetrics: %s', (_, text, expected) => {
  expect(shown(text)).toEqual(expected);
});

test('a truncated response of OpenMetrics is read to its end', () => {
  const truncated = '# TYPE a counter\n# UNIT a seconds\na_total 3 # {t="x"} 1\n';
  expect(shown(truncated)).toEqual({ 'a_total{}': ['counter', 3, {}] });
});

test.each([
  ['blanks', `a${' '.repeat(200_000)}{`],
  ['blanks in braces', `a{${' '.repeat(200_000)}`],
  ['commas', `a{${','.repeat(200_000)}`],
  ['quotes', `a{${'"'.repeat(200_001)}`],
  ['backslashes', `a{b="${'\\'.repeat(200_001)}`],
  ['labels', `a{${'b="c",'.repeat(50_000)}`],
  ['a value', `a{b="${'c'.repeat(2_000_000)}"} x`],
  ['a comment', `#${' '.repeat(200_000)}x`],
])('a long invalid line does not block: %s', (_, line) => {
  expect(shown(`${line}\nb 1\n`)).toEqual({ 'b{}': ['unknown', 1, {}] });
});

test('nothing is read after # EOF', () => {
  expect(shown('a 1\n# EOF\nb 1\n')).toEqual({ 'a{}': ['unknown', 1, {}] });
});

test.each(['b x', 'b', '{} 1', '{a="1"} 1', 'b{ 2', 'b{a="x} 2', '1b 2', 'b{a="1"}', '<p> 3'])(
  'the invalid line %j is counted, with its number',
  (line) => {
    const { invalidCount, firstInvalid, seriesCount } = readMetrics(`a 1\n${line}\nc x\n`);
    expect({ invalidCount, firstInvalid, seriesCount }).toEqual({
      invalidCount: 2,
      firstInvalid: `line 2: ${JSON.stringify(line)}`,
      seriesCount: 1,
    });
  },
);

test.each([
  ['http_request_duration_seconds', '', 's'],
  ['process_cpu_seconds_total', '', 's'],
  ['latency_ms', '', 'ms'],
  ['Latency_Milliseconds', '', 'ms'],
  ['pause_ns', '', 'ns'],
  ['heap_bytes', '', 'By'],
  ['sent_bytes_total', '', 'By'],
  ['disk_read_bytes_per_second', '', 'By/s'],
  ['cost_bytes_per_request', '', 'By/request'],
  ['memory_megabytes', '', 'MBy'],
  ['memory_kibibytes', '', 'KiBy'],
  ['cpu_temperature_celsius', '', 'Cel'],
  ['gpu_power_watts', '', 'W'],
  ['cpu_percent', '', '%'],
  ['load_ratio', '', ''],
  ['temperature_min', '', ''],
  ['phase_a', '', ''],
  ['requests_total', '', ''],
  ['requests_per_second', '', ''],
  ['seconds', '', 's'],
  ['shop.duration', 'seconds', 's'],
  ['a_constructor', '', ''],
  ['', '', ''],
])('the unit of %s, stated as "%s", is "%s"', (name, stated, expected) => {
  expect(unitOfName(name, stated)).toBe(expected);
});

describe.each(['text', 'openmetrics'] as const)('%s of our endpoint', (format) => {
  const value = fc.integer({ min: 0, max: 1_000_000 });
  const text = fc.string({ unit: fc.constantFrom('a', '"', '\\', '\n', ' ', ',', '=', '{', '}', '東'), maxLength: 4 });

  test('series, values, counts, sums and buckets read back as recorded', () => {
    const values = fc.uniqueArray(
      fc.tuple(
        text.map((end) => `v${end}`),
        value,
      ),
      { selector: ([label]) => label },
    );
    const bucketCounts = fc.array(fc.integer({ min: 0, max: 99 }), { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(values, bucketCounts, value, (points, counts, sum) => {
        const metrics: MetricInput[] = [
          { name: 'jobs', kind: 'counter', unit: '', points: points.map(([a, each]) => [{ a }, each]) },
          { name: 'load', kind: 'gauge', unit: '', points: points.map(([a, each]) => [{ a }, -each]) },
          { name: 'took', kind: 'histogram', unit: 's', points: [[{}, explicit([1, 2.5], counts, sum)]] },
        ];
        const options = { scopeLabels: false, targetInfo: false };
        const read = shown(encodeText(format, collectionOf(metrics), options));
        const [one = 0, two = 0, three = 0] = counts;
        const buckets = Object.fromEntries([
          [format === 'text' ? '1' : '1.0', one],
          ['2.5', one + two],
          ['+Inf', one + two + three],
        ]);
        const expected = [
          ...points.map(([a, each]) => [`jobs_total{a=${a}}`, ['counter', each, {}]]),
          ...points.map(([a, each]) => [`load{a=${a}}`, ['gauge', each === 0 ? 0 : -each, {}]]),
          ['took_seconds{}', ['histogram', one + two + three, { sum, buckets }]],
        ];
        expect(read).toEqual(Object.fromEntries(expected));
      }),
    );
  });
});
