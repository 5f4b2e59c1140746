/** What an exposition holds: families of samples, and how the type of a family names them. */
import type { ExpositionFormat } from './line-scanner.js';
import type { ParsedSample } from './sample-line.js';

/** What a family is. `unknown` where TYPE says so, says `untyped`, or is not there. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** A metric with all of its samples. */
export interface ParsedFamily {
  /** The name that HELP and TYPE say: in OpenMetrics without `_total` and `_info`. */
  readonly name: string;
  readonly type: MetricType;
  /** `undefined` without HELP. */
  readonly help: string | undefined;
  /** `undefined` without UNIT. */
  readonly unit: string | undefined;
  /** In the order written. */
  readonly samples: readonly ParsedSample[];
}

/** A sample and where it was read. */
export interface SampleLine extends ParsedSample {
  readonly line: number;
}

/** A family and where it was read. */
export interface FamilyLines extends ParsedFamily {
  readonly samples: readonly SampleLine[];
  readonly format: ExpositionFormat;
  /** Where its first line is. */
  readonly line: number;
  /** The name that queries use, as problems say it. */
  readonly metric: string;
}

/** The words that TYPE may say. */
export const typeWords: Readonly<Record<ExpositionFormat, readonly string[]>> = {
  text: ['counter', 'gauge', 'histogram', 'summary', 'untyped'],
  openmetrics: ['counter', 'gauge', 'histogram', 'gaugehistogram', 'summary', 'info', 'stateset', 'unknown'],
};

const textSuffixes: Partial<Record<MetricType, readonly string[]>> = {
  histogram: ['_bucket', '_sum', '_count'],
  summary: ['', '_sum', '_count'],
};

const openMetricsSuffixes: Partial<Record<MetricType, readonly string[]>> = {
  counter: ['_total', '_created'],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['', '_sum', '_count', '_created'],
  info: ['_info'],
};

/** What follows the name of a family in the names of its samples. */
export function suffixesOf({ type, format }: Pick<FamilyLines, 'type' | 'format'>): readonly string[] {
  return (format === 'text' ? textSuffixes : openMetricsSuffixes)[type] ?? [''];
}

/** Whether the type of a family gives a sample that name. */
export function takes(family: Pick<FamilyLines, 'name' | 'type' | 'format'>, name: string): boolean {
  return suffixesOf(family).some((suffix) => name === family.name + suffix);
}

/** What queries call a family: counters and infos of OpenMetrics are written without their suffix. */
export function metricName({ name, type, format }: Pick<FamilyLines, 'name' | 'type' | 'format'>): string {
  const suffix = format === 'text' ? undefined : { counter: '_total', info: '_info' }[type as string];
  return suffix === undefined || name.endsWith(suffix) ? name : name + suffix;
}
