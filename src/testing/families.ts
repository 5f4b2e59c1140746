/** Families of samples, and the sample names that each metric type allows. */
import type { ExpositionFormat } from './line-scanner.js';
import type { ParsedSample, WrittenSample } from './sample-line.js';

/** Type of a family; `unknown` also for TYPE untyped and for a missing TYPE. */
export type MetricType =
  | 'counter'
  | 'gauge'
  | 'histogram'
  | 'gaugehistogram'
  | 'summary'
  | 'info'
  | 'stateset'
  | 'unknown';

/** A metric with all its samples. */
export interface ParsedFamily {
  /** Name in HELP and TYPE; in OpenMetrics without `_total` and `_info`. */
  readonly name: string;
  readonly type: MetricType;
  /** Help text; `undefined` without HELP. */
  readonly help: string | undefined;
  /** Unit; `undefined` without UNIT. */
  readonly unit: string | undefined;
  /** Samples in the order of their lines. */
  readonly samples: readonly ParsedSample[];
}

/** A sample with its line number. */
export interface SampleLine extends WrittenSample {
  readonly line: number;
}

/** A family with its line numbers. */
export interface FamilyLines extends ParsedFamily {
  readonly samples: readonly SampleLine[];
  readonly format: ExpositionFormat;
  /** Number of the first line. */
  readonly line: number;
  /** Name in queries and in problems. */
  readonly metric: string;
}

/** Valid types by format. */
export const typeNames: Readonly<Record<ExpositionFormat, readonly string[]>> = {
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

/** Returns the suffixes that sample names of a family may have. */
export function suffixesOf({ type, format }: Pick<FamilyLines, 'type' | 'format'>): readonly string[] {
  return (format === 'text' ? textSuffixes : openMetricsSuffixes)[type] ?? [''];
}

/** Reports whether the type of a family allows a sample of this name. */
export function allows(family: Pick<FamilyLines, 'name' | 'type' | 'format'>, name: string): boolean {
  return suffixesOf(family).some((suffix) => name === family.name + suffix);
}

/** Returns the name of a family in queries; HELP and TYPE of OpenMetrics counters and infos omit the suffix. */
export function metricName({ name, type, format }: Pick<FamilyLines, 'name' | 'type' | 'format'>): string {
  const suffix = format === 'text' ? undefined : { counter: '_total', info: '_info' }[type as string];
  return suffix === undefined || name.endsWith(suffix) ? name : name + suffix;
}
