/** Metrics of an exposition: samples grouped to series, distributions included. */
import { type LineSample, labelOf, labelTexts, readLines } from './exposition-lines.js';
import { unitOfName } from './unit-words.js';

/** A parsed exposition. */
export interface Reading {
  readonly metrics: readonly ReadMetric[];
  readonly seriesCount: number;
  /** Number of invalid lines, which are left out. */
  readonly invalidCount: number;
  /** The first invalid line with its number; empty text without one. */
  readonly firstInvalid: string;
}

const distributions = ['histogram', 'gaugehistogram', 'summary'] as const;
const otherTypes = ['counter', 'gauge', 'info', 'stateset', 'unknown'] as const;
type Distribution = (typeof distributions)[number];
/** Type of a metric; `unknown` also for `untyped` and a missing TYPE. */
export type ReadType = Distribution | (typeof otherTypes)[number];

/** A metric and its series. */
export interface ReadMetric {
  /** Name in queries, without the suffixes of a distribution. */
  readonly name: string;
  readonly type: ReadType;
  /** Unit in UCUM, by the name; empty if unknown. */
  readonly unit: string;
  /** Series by the text of their labels. */
  readonly series: ReadonlyMap<string, ReadSeries>;
}

/** ReadSeries holds one set of labels. */
export class ReadSeries {
  /** Labels as text, without those of buckets and quantiles. */
  readonly text: string;
  /** Value; of a distribution, its count. NaN if the exposition has none. */
  value = Number.NaN;
  /** Sum of a distribution. */
  sum: number | undefined;
  /** Counts by the text of `le` (cumulative) or `vmrange`. */
  readonly buckets = new Map<string, number>();
  /** Values by the number in `quantile`. */
  readonly quantiles = new Map<number, number>();
  #labels: readonly (readonly [name: string, value: string])[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Labels sorted by name; parsed when first read. */
  get labels(): readonly (readonly [name: string, value: string])[] {
    this.#labels ??= labelTexts(this.text)
      .flatMap((text) => {
        const label = labelOf(text);
        return label === undefined ? [] : [label];
      })
      .sort(([one], [other]) => (one < other ? -1 : 1));
    return this.#labels;
  }
}

/** Metric of a sample, and the suffix of its name within a distribution. */
interface Place {
  readonly name: string;
  readonly type: ReadType;
  readonly part: string;
}

/** Labels of a bucket or a quantile. VictoriaMetrics has ranges in place of upper bounds. */
const partLabel = /^(?:le|vmrange|quantile)[ \t]*=/;

/**
 * Parses an exposition. Metrics without TYPE get a type by their names and labels: `_bucket` with `le` is a histogram,
 * `quantile` a summary, and `_total`, `_sum` and `_count` are counters.
 */
export function readMetrics(text: string): Reading {
  const { samples, types, units, invalidCount, firstInvalid } = readLines(text);
  const untyped = untypedDistributions(samples, types);
  const places = new Map<string, Place>();
  const metrics = new Map<string, ReadMetric & { readonly series: Map<string, ReadSeries> }>();
  for (const sample of samples) {
    let place = places.get(sample.name);
    if (place === undefined) {
      place = placeOf(sample.name, types, untyped);
      places.set(sample.name, place);
    }
    const { name, type, part } = place;
    if (part === '_created') continue;
    let metric = metrics.get(name);
    if (metric === undefined) {
      const unit = units.get(name) ?? units.get(name.replace(/_total$/, ''));
      metric = { name, type, unit: unitOfName(name, unit), series: new Map() };
      metrics.set(name, metric);
    }
    addSample(metric.series, sample, isDistribution(metric), part);
  }
  const all = [...metrics.values()];
  for (const { series } of all) for (const each of series.values()) completeCount(each);
  const seriesCount = all.reduce((sum, { series }) => sum + series.size, 0);
  return { metrics: all, seriesCount, invalidCount, firstInvalid };
}

/** Reports whether the series of a metric have a count, and mostly a sum and buckets or quantiles. */
export function isDistribution({ type }: Pick<ReadMetric, 'type'>): boolean {
  return (distributions as readonly string[]).includes(type);
}

/** Returns the types of distributions without TYPE, by name. */
function untypedDistributions(
  samples: readonly LineSample[],
  types: ReadonlyMap<string, string>,
): ReadonlyMap<string, Distribution> {
  const found = new Map<string, Distribution>();
  for (const { name, labels } of samples) {
    if (types.has(name) || found.has(name)) continue;
    const base = name.endsWith('_bucket') ? name.slice(0, -'_bucket'.length) : undefined;
    if (base === undefined && !labels.includes('quantile')) continue;
    if (base !== undefined && (types.has(base) || found.has(base))) continue;
    const part = labelTexts(labels).find((text) => partLabel.test(text));
    if (part === undefined) continue;
    if (part.startsWith('quantile')) found.set(name, 'summary');
    else if (base !== undefined) found.set(base, 'histogram');
  }
  return found;
}

/** Returns the place of the samples of a name. */
function placeOf(name: string, types: ReadonlyMap<string, string>, untyped: ReadonlyMap<string, Distribution>): Place {
  const own = typeOf(types.get(name));
  if (own !== 'unknown') return { name, type: own, part: '' };
  const [, base = '', part = ''] = /^(.*)(_(?:bucket|g?sum|g?count|total|info|created))$/s.exec(name) ?? [];
  const type = untyped.get(base) ?? typeOf(types.get(base));
  if (isDistribution({ type })) {
    if (!/^_(?:total|info)$/.test(part)) return { name: base, type, part };
  } else if (part === '_created' ? type === 'counter' : part === `_${type === 'counter' ? 'total' : type}`) {
    return { name, type, part: part === '_created' ? part : '' };
  }
  const guessed = untyped.get(name) ?? (/_(?:total|sum|count)$/.test(name) && !types.has(name) ? 'counter' : 'unknown');
  return { name, type: guessed, part: '' };
}

function typeOf(stated: string | undefined): ReadType {
  return [...distributions, ...otherTypes].find((type) => type === stated) ?? 'unknown';
}

function addSample(
  series: Map<string, ReadSeries>,
  { labels, value }: LineSample,
  hasParts: boolean,
  part: string,
): void {
  const texts = hasParts ? labelTexts(labels) : [];
  const ofPart = texts.find((text) => partLabel.test(text));
  const key = hasParts ? texts.filter((text) => text !== ofPart).join(',') : labels;
  let each = series.get(key);
  if (each === undefined) {
    each = new ReadSeries(key);
    series.set(key, each);
  }
  const [, bound = ''] = (ofPart === undefined ? undefined : labelOf(ofPart)) ?? [];
  if (part === '_bucket') each.buckets.set(bound, value);
  else if (part === '_sum' || part === '_gsum') each.sum = value;
  else if (hasParts && ofPart?.startsWith('quantile')) each.quantiles.set(Number(bound), value);
  else each.value = value;
}

/** Takes the count of a histogram without `_count` from its last bucket. */
function completeCount(series: ReadSeries): void {
  if (Number.isNaN(series.value)) series.value = series.buckets.get('+Inf') ?? series.value;
}
