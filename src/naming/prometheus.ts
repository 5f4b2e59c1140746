/**
 * Prometheus names: what a metric and its attributes are called there.
 *
 * OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", OTLP metric points to Prometheus. Where it is
 * silent, as Prometheus' own translator does, but for three things: a unit that a name says in its short form is not
 * appended again, a counter keeps a `total` that is not its last word, and nothing is refused: every name gives a name.
 */
import { wellFormed } from './escaping.js';
import { joined, ratio, type UnitPart, unitParts, unsaidParts } from './units.js';

/** How far names are translated; the first is the default. */
export const translationStrategies = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

export type TranslationStrategy = (typeof translationStrategies)[number];

/** What the naming needs of a metric; a `MetricStream` fits. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  readonly points: 'number' | 'histogram' | 'exponentialHistogram';
  readonly sum: boolean;
  readonly monotonic: boolean;
}

/** What a metric is called in Prometheus. */
export interface PrometheusName {
  /** The family's name, without the `_total` of a counter. */
  readonly family: string;
  /**
   * The name of a counter's samples: with `_total` where the strategy adds suffixes or the name already had it. The
   * family otherwise.
   */
  readonly sample: string;
  /** The Prometheus unit, only when it is the suffix of `family`, which OpenMetrics demands for `# UNIT`. */
  readonly unit: string | undefined;
}

/** What stands for a metric name of which nothing can be kept. */
const unnamed = 'unnamed';

const total = 'total';

/**
 * The name of a metric: `<name>_<unit>`, and `_total` after it for a counter.
 *
 * The escaping strategies give legacy names: characters that such a name cannot have become `_`, or nothing at its ends,
 * repeated `_` become one, and a `_` is put before a digit. The others keep any Unicode. A counter is a monotonic sum of
 * numbers, a gauge a number that is no sum; only a gauge has the unit `ratio`, for `1`. Translating a translated name
 * once more changes nothing.
 */
export function prometheusName(metric: NamedMetric, strategy: TranslationStrategy): PrometheusName {
  const numbers = metric.points === 'number';
  const counter = numbers && metric.sum && metric.monotonic;
  const parts = numbers && !metric.sum && metric.unit === '1' ? [ratio] : unitParts(metric.unit);
  const name = escapes(strategy) ? legacyMetricName(metric.name) : wellFormed(metric.name) || unnamed;
  if (!addsSuffixes(strategy)) {
    return named(counter ? withoutTotal(name, '_') : name, name, parts);
  }
  if (!counter) {
    const family = withUnit(name, parts, strategy);
    return named(family, family, parts);
  }
  const family = withUnit(withoutTotal(bare(name, strategy), '_.-/'), parts, strategy);
  return named(family, `${family}_${total}`, parts);
}

/**
 * The label name of an attribute key.
 *
 * The escaping strategies give legacy names: characters that such a name cannot have, and repeated `_`, become one `_`,
 * and `key_` is put before a digit. One `_` at the start stays, as Prometheus' translator has it by default; unlike
 * there two do not, because names that begin with `__` are Prometheus' own: `__name__` in a sample breaks the scrape.
 * The others return the key. An empty key gives `_`.
 */
export function prometheusLabel(key: string, strategy: TranslationStrategy): string {
  if (!escapes(strategy)) return wellFormed(key) || '_';
  const label = key.replace(/[^a-zA-Z0-9]+/g, '_') || '_';
  return startsWithDigit(label) ? `key_${label}` : label;
}

function escapes(strategy: TranslationStrategy): boolean {
  return strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'UnderscoreEscapingWithoutSuffixes';
}

function addsSuffixes(strategy: TranslationStrategy): boolean {
  return strategy === 'UnderscoreEscapingWithSuffixes' || strategy === 'NoUTF8EscapingWithSuffixes';
}

function named(family: string, sample: string, parts: readonly UnitPart[]): PrometheusName {
  const unit = joined(parts);
  return { family, sample, unit: unit !== '' && family.endsWith(`_${unit}`) ? unit : undefined };
}

function withUnit(name: string, parts: readonly UnitPart[], strategy: TranslationStrategy): string {
  const suffix = joined(unsaidParts(name, parts));
  return suffix === '' ? name : `${bare(name, strategy)}_${suffix}`;
}

/** A legacy name without the `_` at its end, which would be doubled by a suffix. */
function bare(name: string, strategy: TranslationStrategy): string {
  return escapes(strategy) && name.endsWith('_') ? name.slice(0, -1) : name;
}

/** The name without a last word `total`, unless nothing else is there. */
function withoutTotal(name: string, delimiters: string): string {
  const end = name.length - total.length - 1;
  return end > 0 && name.endsWith(total) && delimiters.includes(name.charAt(end)) ? name.slice(0, end) : name;
}

function legacyMetricName(name: string): string {
  const text = name.replace(/[^a-zA-Z0-9:]+/g, (run, at: number) => {
    const within = at > 0 && at + run.length < name.length;
    return within || run.includes('_') ? '_' : '';
  });
  if (text === '' || text === '_') return unnamed;
  return startsWithDigit(text) ? `_${text}` : text;
}

function startsWithDigit(text: string): boolean {
  return /^[0-9]/.test(text);
}
