/** How an exposition names what it shows: the translation that the endpoint was set to, then the escaping that a scraper asked for. */
import type { MetricStream } from '../../model/points.js';
import { type EscapingScheme, escapeLabelName, escapeMetricName } from '../../naming/escaping.js';
import { prometheusLabel, prometheusName, type TranslationStrategy } from '../../naming/prometheus.js';

/** The names of one exposition. */
export interface ExpositionNames {
  /** A family's name, that of a counter's samples, and the unit where it is the name's suffix. */
  metric(stream: MetricStream): { readonly family: string; readonly sample: string; readonly unit: string | undefined };
  label(key: string): string;
}

/** ExpositionNames by a strategy and an escaping; every answer is as valid as the escaping promises. */
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

/** Prometheus takes a NUL for the end of what it reads. */
export function withoutNul(text: string): string {
  return text.replaceAll('\0', '\uFFFD');
}
