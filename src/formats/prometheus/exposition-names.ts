/** Names in an exposition: the endpoint's translation strategy, then the escaping that the scraper requests. */
import type { MetricStream } from '../../model/points.js';
import { type EscapingScheme, escapeLabelName, escapeMetricName } from '../../naming/escaping.js';
import { prometheusLabel, prometheusName, type TranslationStrategy } from '../../naming/prometheus.js';

/** Names in one exposition. */
export interface ExpositionNames {
  /** Returns the name of a family, the name of its counter samples, and the unit if it is the suffix of the name. */
  metric(stream: MetricStream): { readonly family: string; readonly sample: string; readonly unit: string | undefined };
  label(key: string): string;
}

/** Returns names for a strategy and an escaping scheme. */
export function namesOf(strategy: TranslationStrategy, escaping: EscapingScheme): ExpositionNames {
  return {
    metric(stream) {
      const { family, sample, unit } = prometheusName(stream, strategy);
      const written = (name: string) => withoutNul(escapeMetricName(name, escaping));
      return { family: written(family), sample: written(sample), unit };
    },
    label: (key) => withoutNul(escapeLabelName(prometheusLabel(key, strategy), escaping)),
  };
}

/** Replaces NUL, which ends the input for Prometheus. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
