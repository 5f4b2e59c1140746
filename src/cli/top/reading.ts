/** Metrics of an exposition: samples grouped to series, distributions included. */
import { formatOf, readExposition } from '../../testing/exposition.js';
import type { FamilyLines, MetricType, SampleLine } from '../../testing/families.js';
import { unitOfName } from './unit-words.js';

/** A parsed exposition. */
export interface Reading {
  /** Metrics by name, in the order of the exposition. */
  readonly metrics: readonly ReadMetric[];
  readonly seriesCount: number;
  /** Problems of invalid lines, which are left out. */
  readonly invalid: readonly string[];
}

/** A metric and its series. */
export interface ReadMetric {
  /** Name in queries, without the suffixes of a distribution. */
  readonly name: string;
  readonly type: MetricType;
  /** Unit in UCUM, by the name; empty if unknown. */
  readonly unit: string;
  /** ReadSeries by their key. */
  readonly series: ReadonlyMap<string, ReadSeries>;
}

/** One set of labels. */
export interface ReadSeries {
  /** Labels without those of buckets and quantiles, sorted by name. */
  readonly labels: readonly (readonly [name: string, value: string])[];
  /** Value; of a distribution, its count. NaN if the exposition has none. */
  value: number;
  /** Sum of a distribution. */
  sum: number | undefined;
  /** Counts by the text of `le` (cumulative) or `vmrange`. */
  readonly buckets: Map<string, number>;
  /** Values by the number in `quantile`. */
  readonly quantiles: Map<number, number>;
}

interface Draft extends ReadMetric {
  readonly series: Map<string, ReadSeries>;
}

/** Labels that belong to a bucket or a quantile; VictoriaMetrics has ranges in place of upper bounds. */
const partLabels = ['le', 'vmrange', 'quantile'] as const;

/**
 * Parses an exposition. Metrics without TYPE get a type by their names and labels: `_bucket` with `le` is a histogram,
 * `quantile` a summary, and `_total`, `_sum` and `_count` are counters.
 *
 * @param contentType header of the response; decides the format if it names OpenMetrics.
 */
export function readMetrics(text: string, contentType = ''): Reading {
  const format = /openmetrics/i.test(contentType) ? 'openmetrics' : formatOf(text);
  const { families, invalid } = readExposition(text, format);
  const metrics = new Map<string, Draft>();
  const untyped = untypedDistributions(families);
  for (const family of families) {
    for (const sample of family.samples) {
      const { name, type, part } = placeOf(family, sample, untyped);
      if (part === '_created') continue;
      const metric = metrics.get(name) ?? { name, type, unit: unitOfName(name, family.unit), series: new Map() };
      metrics.set(name, metric);
      addSample(metric, sample, part);
    }
  }
  const all = [...metrics.values()];
  for (const { series } of all) for (const each of series.values()) completeCount(each);
  return {
    metrics: all,
    seriesCount: all.reduce((sum, { series }) => sum + series.size, 0),
    invalid: invalid.map((problem) => `line ${problem.line}: ${problem.text}`),
  };
}

/** Reports whether the series of a metric have a count, and mostly a sum and buckets or quantiles. */
export function isDistribution({ type }: Pick<ReadMetric, 'type'>): boolean {
  return type === 'histogram' || type === 'gaugehistogram' || type === 'summary';
}

/** Returns the types of distributions without TYPE, by name. */
function untypedDistributions(families: readonly FamilyLines[]): ReadonlyMap<string, MetricType> {
  const found = new Map<string, MetricType>();
  for (const { type, name, samples } of families) {
    if (type !== 'unknown') continue;
    const all = (...labels: string[]) => samples.every((sample) => labels.some((label) => sample.labels.has(label)));
    if (name.endsWith('_bucket') && all('le', 'vmrange')) found.set(name.slice(0, -'_bucket'.length), 'histogram');
    else if (samples.length > 0 && all('quantile')) found.set(name, 'summary');
  }
  return found;
}

/** Returns the metric of a sample, and its suffix in it. */
function placeOf(
  family: FamilyLines,
  { name }: SampleLine,
  untyped: ReadonlyMap<string, MetricType>,
): Pick<ReadMetric, 'name' | 'type'> & { readonly part: string } {
  if (family.type !== 'unknown') {
    return { name: family.metric, type: family.type, part: name.slice(family.name.length) };
  }
  const [, base = '', part = ''] = /^(.*)(_bucket|_sum|_count)$/s.exec(name) ?? [];
  const ofPart = untyped.get(base);
  if (ofPart !== undefined) return { name: base, type: ofPart, part };
  const type = untyped.get(name) ?? (/_(?:total|sum|count)$/.test(name) ? 'counter' : 'unknown');
  return { name, type, part: '' };
}

function addSample({ type, series }: Draft, { labels, value }: SampleLine, part: string): void {
  const hasParts = isDistribution({ type });
  const partLabel = hasParts ? partLabels.find((label) => labels.has(label)) : undefined;
  const own: (readonly [string, string])[] = [];
  for (const label of labels) if (label[0] !== partLabel) own.push(label);
  own.sort(byName);
  let key = '';
  // With lengths, so that no text can be taken for the end of another one.
  for (const [name, text] of own) key += `${name.length}:${name}=${text.length}:${text},`;
  let each = series.get(key);
  if (each === undefined) {
    each = { labels: own, value: Number.NaN, sum: undefined, buckets: new Map(), quantiles: new Map() };
    series.set(key, each);
  }
  const bound = partLabel === undefined ? '' : (labels.get(partLabel) as string);
  if (part === '_bucket') each.buckets.set(bound, value);
  else if (hasParts && (part === '_sum' || part === '_gsum')) each.sum = value;
  else if (partLabel === 'quantile') each.quantiles.set(Number(bound), value);
  else each.value = value;
}

/** Takes the count of a histogram without `_count` from its last bucket. */
function completeCount(series: ReadSeries): void {
  if (Number.isNaN(series.value)) series.value = series.buckets.get('+Inf') ?? series.value;
}

function byName([one]: readonly [string, string], [other]: readonly [string, string]): number {
  return one < other ? -1 : 1;
}
