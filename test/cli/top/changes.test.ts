/** Rates, means and quantiles between two scrapes. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { changesOf, distributionOf, totalsOf } from '../../../src/cli/top/changes.js';
import { type ReadMetric, readMetrics } from '../../../src/cli/top/reading.js';

const metricOf = (text: string): ReadMetric => readMetrics(text).metrics[0] as ReadMetric;

/** Returns the figures of the first metric of `now`, two seconds after `before`. */
function figures(now: string, before?: string) {
  const metric = metricOf(now);
  const changes = changesOf(metric, before === undefined ? undefined : metricOf(before));
  return { ...totalsOf(changes, 2), ...distributionOf(metric, changes) };
}

const typed = (type: string, lines: string) => `# TYPE a ${type}\n${lines}`;
const counter = (lines: string) => typed('counter', lines);

describe('rates', () => {
  test.each([
    ['of the first scrape', counter('a 7\n'), undefined, undefined],
    ['of a counter', counter('a 7\n'), counter('a 3\n'), 2],
    ['of a counter that stands still', counter('a 7\n'), counter('a 7\n'), 0],
    ['after a reset', counter('a 4\n'), counter('a 30\n'), 2],
    ['of the sum of series', counter('a{b="1"} 7\na{b="2"} 5\n'), counter('a{b="1"} 3\na{b="2"} 3\n'), 3],
    ['with one series reset', counter('a{b="1"} 7\na{b="2"} 2\n'), counter('a{b="1"} 3\na{b="2"} 9\n'), 3],
    ['of a new series', counter('a{b="1"} 7\na{b="2"} 500\n'), counter('a{b="1"} 3\n'), 2],
    ['of new series alone', counter('a{b="2"} 500\n'), counter('a{b="1"} 3\n'), undefined],
    ['of a series that is gone', counter('a{b="1"} 7\n'), counter('a{b="1"} 3\na{b="2"} 9\n'), 2],
    ['of a gauge', typed('gauge', 'a 7\n'), typed('gauge', 'a 3\n'), undefined],
    ['of a metric whose type changed', counter('a 7\n'), typed('gauge', 'a 3\n'), undefined],
    ['of the count of a summary', typed('summary', 'a_count 7\n'), typed('summary', 'a_count 3\n'), 2],
    ['of NaN', counter('a NaN\n'), counter('a 3\n'), undefined],
    ['without TYPE, of a total', 'a_total 7\n', 'a_total 3\n', 2],
  ])('%s', (_, now, before, rate) => {
    expect(figures(now, before).rate).toBe(rate);
  });

  test('are unknown without time between the scrapes', () => {
    const now = metricOf(counter('a 7\n'));
    expect(totalsOf(changesOf(now, metricOf(counter('a 3\n'))), 0).rate).toBeUndefined();
  });

  test('are never negative', () => {
    const numbers = fc.array(fc.tuple(fc.nat(50), fc.nat(50)), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(numbers, (pairs) => {
        const text = (index: 0 | 1) =>
          counter(pairs.map((pair, series) => `a{b="${series}"} ${pair[index]}\n`).join(''));
        expect(figures(text(1), text(0)).rate).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});

/** Returns a histogram with these counts in buckets up to 1, 2, 4 and above. */
function histogram(counts: readonly number[], sum: number, labels = ''): string {
  let total = 0;
  const lines = ['1', '2', '4', '+Inf'].map((le, index) => {
    total += counts[index] ?? 0;
    return `a_bucket{${labels}le="${le}"} ${total}\n`;
  });
  const own = labels === '' ? '' : `{${labels.slice(0, -1)}}`;
  return `${lines.join('')}a_sum${own} ${sum}\na_count${own} ${total}\n`;
}
const histograms = (...lines: string[]) => typed('histogram', lines.join(''));

describe('distributions', () => {
  test('hold the values since the scrape before', () => {
    const before = histograms(histogram([100, 0, 0, 0], 50));
    expect(figures(histograms(histogram([100, 10, 0, 0], 65)), before)).toEqual({
      value: 110,
      rate: 5,
      mean: 1.5,
      quantiles: [1.5, 1.95, 1.99],
      isEstimate: true,
    });
  });

  test.each([
    [
      'the first scrape',
      histograms(histogram([1, 2, 3, 4], 9)),
      undefined,
      undefined,
      [undefined, undefined, undefined],
    ],
    [
      'no new values',
      histograms(histogram([1, 2, 3, 4], 9)),
      histograms(histogram([1, 2, 3, 4], 9)),
      undefined,
      [undefined, undefined, undefined],
    ],
    [
      'a reset',
      histograms(histogram([0, 10, 0, 0], 15)),
      histograms(histogram([50, 0, 0, 0], 20)),
      1.5,
      [1.5, 1.95, 1.99],
    ],
    [
      'a reset that only a bucket shows',
      histograms(histogram([0, 10, 0, 0], 15)),
      histograms(histogram([5, 0, 0, 0], 2)),
      1.5,
      [1.5, 1.95, 1.99],
    ],
    [
      'values above all boundaries',
      histograms(histogram([0, 0, 0, 10], 90)),
      histograms(histogram([0, 0, 0, 0], 0)),
      9,
      [4, 4, 4],
    ],
    [
      'two series, one of them reset',
      histograms(histogram([0, 5, 0, 0], 8, 'r="1",'), histogram([0, 5, 0, 0], 7, 'r="2",')),
      histograms(histogram([0, 0, 0, 0], 0, 'r="1",'), histogram([9, 0, 0, 0], 9, 'r="2",')),
      1.5,
      [1.5, 1.95, 1.99],
    ],
    [
      'other boundaries than before',
      typed('histogram', 'a_bucket{le="2"} 10\na_bucket{le="+Inf"} 10\na_sum 10\na_count 10\n'),
      histograms(histogram([9, 0, 0, 0], 9)),
      1,
      [1, 1.9, 1.98],
    ],
    [
      'ranges of VictoriaMetrics, new ones included',
      'a_bucket{vmrange="1...2"} 10\na_bucket{vmrange="2...4"} 1\na_sum 15\na_count 11\n',
      'a_bucket{vmrange="2...4"} 1\na_sum 3\na_count 1\n',
      1.2,
      [1.5, 1.95, 1.99],
    ],
    [
      'quantiles of a summary as exposed',
      typed('summary', 'a{quantile="0.5"} 3\na{quantile="0.99"} NaN\na_sum 8\na_count 4\n'),
      typed('summary', 'a_sum 2\na_count 1\n'),
      2,
      [3, undefined, undefined],
    ],
    [
      'quantiles of two summaries',
      typed('summary', 'a{r="1",quantile="0.5"} 3\na{r="2",quantile="0.5"} 3\n'),
      undefined,
      undefined,
      [undefined, undefined, undefined],
    ],
    [
      'a gauge histogram, whose buckets are current',
      '# TYPE a gaugehistogram\na_bucket{le="1.0"} 0\na_bucket{le="2.0"} 10\na_bucket{le="+Inf"} 10\na_gcount 10\na_gsum 15\n# EOF\n',
      undefined,
      1.5,
      [1.5, 1.95, 1.99],
    ],
  ])('%s', (_, now, before, mean, quantiles) => {
    expect(figures(now, before)).toMatchObject({ mean, quantiles });
  });

  test('of all series equals that of one series with the sum of the counts', () => {
    const counts = fc.array(fc.nat(20), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(counts, counts, (one, other) => {
        const empty = histogram([0, 0, 0, 0], 0, 'r="1",') + histogram([0, 0, 0, 0], 0, 'r="2",');
        const two = histograms(histogram(one, 1, 'r="1",'), histogram(other, 2, 'r="2",'));
        const sum = histograms(
          histogram(
            one.map((count, index) => count + (other[index] ?? 0)),
            3,
          ),
        );
        expect(figures(two, histograms(empty))).toEqual(figures(sum, histograms(histogram([0, 0, 0, 0], 0))));
      }),
    );
  });
});
