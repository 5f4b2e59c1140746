/** Snapshots in the notation of promtool: one value for each five seconds, stale from a snapshot without the series. */
import { numberText } from '../../src/naming/prometheus-numbers.js';
import type { QueryNames } from '../../src/panels/index.js';
import { quoted } from '../../src/panels/promql/selector.js';
import { countOf, type Sample, type Snapshot, type Value } from '../panels/interpreter/histories.js';

const seconds = 5;

/** Returns the series that a scrape at each snapshot gives. */
export function inputSeries(snapshots: readonly Snapshot[], names: QueryNames): { series: string; values: string }[] {
  const bySeries = new Map<string, Map<number, string>>();
  for (const { at, samples } of snapshots) {
    for (const sample of samples) {
      for (const [series, value] of seriesOf(sample, names)) {
        const values = bySeries.get(series) ?? new Map<number, string>();
        bySeries.set(series, values.set(at, value));
      }
    }
  }
  return [...bySeries].map(([series, values]) => ({ series, values: valuesText(values, snapshots) }));
}

function valuesText(values: ReadonlyMap<number, string>, snapshots: readonly Snapshot[]): string {
  const texts: string[] = [];
  let isPresent = false;
  for (const { at } of snapshots) {
    while (texts.length < at / seconds) texts.push('_');
    const value = values.get(at);
    texts.push(value ?? (isPresent ? 'stale' : '_'));
    isPresent = value !== undefined;
  }
  return texts.join(' ');
}

function* seriesOf({ metric, attributes, value }: Sample, names: QueryNames): Iterable<[string, string]> {
  const { family, sample } = names.metric(metric);
  const named = (name: string, more: Readonly<Record<string, string>> = {}) => {
    const labels = Object.entries({ ...attributes, ...more }).map(([key, of]) => `${names.label(key)}=${quoted(of)}`);
    return `${name}{${labels.join(', ')}}`;
  };
  if (typeof value === 'number') yield [named(sample), numberText(value)];
  else if ('counts' in value) {
    yield [named(`${family}_count`), `${countOf(value)}`];
    yield [named(`${family}_sum`), numberText(value.sum)];
    let total = 0;
    for (const [index, count] of value.counts.entries()) {
      total += count;
      yield [
        named(`${family}_bucket`, { le: numberText(metric.buckets?.[index] ?? Number.POSITIVE_INFINITY) }),
        `${total}`,
      ];
    }
  } else yield [named(family), nativeText(value)];
}

/** Prometheus numbers buckets by the upper bound, OpenTelemetry by the lower: hence the + 1. */
function nativeText(value: Exclude<Value, number | { counts: unknown }>): string {
  const { scale, sum, zeroCount, positive, negative } = value;
  const fields = [`schema:${scale}`, `sum:${numberText(sum)}`, `count:${countOf(value)}`];
  fields.push(`z_bucket:${zeroCount}`, 'z_bucket_w:1e-128');
  if (positive.counts.length > 0)
    fields.push(`offset:${positive.offset + 1}`, `buckets:[${positive.counts.join(' ')}]`);
  if (negative.counts.length > 0)
    fields.push(`n_offset:${negative.offset + 1}`, `n_buckets:[${negative.counts.join(' ')}]`);
  return `{{${fields.join(' ')}}}`;
}
