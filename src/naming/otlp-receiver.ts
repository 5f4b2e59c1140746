/**
 * Prometheus names that an OTLP receiver gives to metrics: Prometheus itself, or the Prometheus exporters of an OTel
 * Collector. They differ from `prometheus.ts`, which names the metrics of this package's own endpoint, where a name contains
 * its unit in a short form: the receiver appends the long form.
 *
 * @see https://github.com/prometheus/otlptranslator
 */
import {
  type NamedMetric,
  type PrometheusName,
  prometheusLabel,
  prometheusName,
  type TranslationStrategy,
} from './prometheus.js';
import { unitParts } from './units.js';

/** Returns the names that a metric gets by the translation of a receiver. */
export function receivedName(metric: NamedMetric, strategy: TranslationStrategy): PrometheusName {
  if (strategy !== 'UnderscoreEscapingWithSuffixes') return prometheusName(metric, strategy);
  const numbers = metric.points === 'number';
  const counter = numbers && metric.sum && metric.monotonic;
  const words = withUnit(wordsOf(metric.name), metric.unit);
  const isRatio = numbers && !metric.sum && metric.unit === '1';
  const named = isRatio ? [...words.filter((word) => word !== 'ratio'), 'ratio'] : words;
  const family = withoutLeadingDigit((counter ? named.filter((word) => word !== 'total') : named).join('_'));
  return { family, sample: counter ? `${family}_total` : family, unit: undefined };
}

/** Returns the label that an attribute gets by the translation of a receiver. */
export const receivedLabel = prometheusLabel;

function wordsOf(name: string): string[] {
  return name.split(/[^a-zA-Z0-9:]+/).filter((word) => word !== '');
}

function withUnit(words: readonly string[], unit: string): string[] {
  const result = [...words];
  for (const { text } of unitParts(unit)) {
    const [, period] = /^per_(.+)$/.exec(text) ?? [];
    if (!words.includes(period ?? text)) result.push(text);
  }
  return result;
}

function withoutLeadingDigit(name: string): string {
  return /^[0-9]/.test(name) ? `_${name}` : name;
}
