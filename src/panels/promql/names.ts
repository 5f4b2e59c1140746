/** Names of metrics and attributes in queries: those of a scrape, or those of an OTLP receiver. */

import type { Metric } from '../../catalogue/catalogue.js';
import { receivedLabel, receivedName } from '../../naming/otlp-receiver.js';
import {
  type PrometheusName,
  prometheusLabel,
  prometheusName,
  type TranslationStrategy,
} from '../../naming/prometheus.js';
import { requireFields } from '../arguments.js';

/** Path of the measurements to Prometheus. */
export interface NamingOptions {
  /** `scrape` of the backend `prometheus`, or `otlp` to a Collector or to Prometheus; `scrape` by default. */
  readonly path?: 'scrape' | 'otlp';
  /** Translation strategy of the backend or of the receiver; `UnderscoreEscapingWithSuffixes` by default. */
  readonly strategy?: TranslationStrategy;
  /**
   * `native` if Prometheus stores all histograms as native ones, `classic` if none; by default only exponential ones are
   * native.
   */
  readonly histograms?: 'native' | 'classic';
}

/** Names that queries use. */
export interface QueryNames {
  metric(metric: Metric): PrometheusName;
  label(attribute: string): string;
  /** True for a histogram that Prometheus stores as a native one. */
  isNative(metric: Metric): boolean;
}

/** Returns the names of a path. */
export function queryNames(naming: NamingOptions = {}): QueryNames {
  requireFields('queryNames', naming);
  const { path = 'scrape', strategy = 'UnderscoreEscapingWithSuffixes', histograms } = naming;
  const [name, label] = path === 'otlp' ? [receivedName, receivedLabel] : [prometheusName, prometheusLabel];
  return {
    metric: (metric) => name(namedMetric(metric), strategy),
    label: (attribute) => label(attribute, strategy),
    isNative: ({ kind, aggregation }) =>
      kind === 'histogram' && (histograms === undefined ? aggregation === 'exponential' : histograms === 'native'),
  };
}

/**
 * Returns the series with the number of observations of a classic histogram, and its conditions.
 *
 * With negative boundaries OpenMetrics has no series `_count`; the last bucket has the same values in every format.
 */
export function countSeries(metric: Metric, names: QueryNames): { name: string; conditions: readonly string[] } {
  const { family } = names.metric(metric);
  const hasNegative = (metric.buckets?.[0] ?? 0) < 0;
  return hasNegative
    ? { name: `${family}_bucket`, conditions: ['le="+Inf"'] }
    : { name: `${family}_count`, conditions: [] };
}

/** Returns the parts of a metric that determine its name. */
function namedMetric({ name, unit, kind }: Metric) {
  const sum = !kind.endsWith('auge') && kind !== 'histogram';
  const monotonic = kind === 'counter' || kind === 'observableCounter';
  return { name, unit, points: kind === 'histogram' ? 'histogram' : 'number', sum, monotonic } as const;
}
