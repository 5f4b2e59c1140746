/**
 * Prometheus names of metrics and attributes.
 *
 * OpenTelemetry specification, "Prometheus and OpenMetrics Compatibility", OTLP metric points to Prometheus. Where it does
 * not decide, names equal those of Prometheus' OTLP translator, with three exceptions: a unit that the name already contains
 * in a short form is not appended again; a counter keeps a `total` that is not its last word; every name is accepted.
 */
import { wellFormed } from './escaping.js';
import { joinedParts, missingParts, ratio, type UnitPart, unitParts } from './units.js';

/** Translation strategies of Prometheus' OTLP receiver; the first one is the default. */
export const translationStrategies = [
  'UnderscoreEscapingWithSuffixes',
  'UnderscoreEscapingWithoutSuffixes',
  'NoUTF8EscapingWithSuffixes',
  'NoTranslation',
] as const;

export type TranslationStrategy = (typeof translationStrategies)[number];

/** Parts of a metric that determine its name; `MetricStream` has them. */
export interface NamedMetric {
  readonly name: string;
  readonly unit: string;
  readonly points: 'number' | 'histogram' | 'exponentialHistogram';
  readonly sum: boolean;
  readonly monotonic: boolean;
}

/** Names of a metric in Prometheus. */
export interface PrometheusName {
  /** Name of the metric family, without the `_total` of a counter. */
  readonly family: string;
  /** Name of the samples. A counter has `_total` if the strategy adds suffixes or the metric's name ends with it. */
  readonly sample: string;
  /** Prometheus unit, if it is the suffix of `family`, as OpenMetrics requires for `# UNIT`; else `undefined`. */
  readonly unit: string | undefined;
}

/** Replaces a metric name without any valid character. */
const unnamed = 'unnamed';

const total = 'total';

/**
 * Returns the names of a metric: `<name>_<unit>`, for a counter followed by `_total`.
 *
 * Escaping strategies give legacy names: invalid characters become `_` and are removed at both ends, repeated `_` become
 * one, and a leading digit gets the prefix `_`. Other strategies keep any Unicode. A counter is a monotonic sum of numbers.
 * A gauge is a number that is not a sum; only for gauges does the unit `1` become `ratio`. Translation is idempotent.
 */
export function prometheusName(metric: NamedMetric, strategy: TranslationStrategy): PrometheusName {
  const numbers = metric.points === 'number';
  const counter = numbers && metric.sum && metric.monotonic;
  const parts = numbers && !metric.sum && metric.unit === '1' ? [ratio] : unitParts(metric.unit);
  const name = escapes(strategy) ? legacyMetricName(metric.name) : wellFormed(metric.name) || unnamed;
  if (!addsSuffixes(strategy)) {
    return namesOf(counter ? withoutTotal(name, '_') : name, name, parts);
  }
  if (!counter) {
    const family = withUnit(name, parts, strategy);
    return namesOf(family, family, parts);
  }
  const family = withUnit(withoutTotal(withoutTrailingUnderscore(name, strategy), '_.-/'), parts, strategy);
  return namesOf(family, `${family}_${total}`, parts);
}

/**
 * Returns the label name of an attribute key.
 *
 * Escaping strategies give legacy names: each run of invalid characters and `_` becomes one `_`, and a leading digit gets
 * the prefix `key_`. Unlike Prometheus' translator, a leading `__` becomes `_`: Prometheus reserves such names, and a label
 * `__name__` breaks the scrape. Other strategies return the key. An empty key gives `_`.
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

function namesOf(family: string, sample: string, parts: readonly UnitPart[]): PrometheusName {
  const unit = joinedParts(parts);
  return { family, sample, unit: unit !== '' && family.endsWith(`_${unit}`) ? unit : undefined };
}

function withUnit(name: string, parts: readonly UnitPart[], strategy: TranslationStrategy): string {
  const suffix = joinedParts(missingParts(name, parts));
  return suffix === '' ? name : `${withoutTrailingUnderscore(name, strategy)}_${suffix}`;
}

/** Removes the trailing `_` of a legacy name, which a suffix would double. */
function withoutTrailingUnderscore(name: string, strategy: TranslationStrategy): string {
  return escapes(strategy) && name.endsWith('_') ? name.slice(0, -1) : name;
}

/** Removes a last word `total`, unless it is the whole name. */
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
