/** Thresholds of the rules of pack `benchmark`. */
import type { Duration } from '../../panels/index.js';

/** Thresholds of the rules. */
export interface BenchmarkRulesOptions {
  /** Prefix of every metric name, as of the pack. */
  readonly namespace?: string;
  /** Share of failed samples, and of failed API calls, above which an alert fires; 0.05 by default. */
  readonly errorRatio?: number;
  /** Samples or calls in 15 minutes below which their share is not judged; 20 by default. */
  readonly minEvents?: number;
  /** Time without a sample after which a run counts as stalled; `1h` by default. */
  readonly stalledAfter?: Duration;
  /** Percent of time in which a GPU computes above which an alert fires; 95 by default. */
  readonly gpuPercent?: number;
  /** Time between the baseline and now; `7d` by default. */
  readonly baseline?: Duration;
  /** Period whose mean is compared with the mean of the same period before `baseline`; `1d` by default. */
  readonly comparedPeriod?: Duration;
  /** Share of the baseline by which the latency of a model may rise; 0.2 by default. */
  readonly latencyChange?: number;
  /** Share of the baseline by which the throughput of a model may fall; 0.1 by default. */
  readonly throughputChange?: number;
  /** Share of the baseline by which a score of a model may become worse; 0.05 by default. */
  readonly qualityChange?: number;
  /** Past of a model that its values are compared with; `7d` by default. */
  readonly past?: Duration;
  /** Standard deviations from the mean of the past; 3 by default. */
  readonly sigmas?: number;
  /** Share of the mean of the past by which a value differs at least; 0.1 by default. */
  readonly margin?: number;
  /** Values in the past, one a minute, that are enough to call a value usual; 60 by default. */
  readonly minValues?: number;
}

export const defaultThresholds: Required<Omit<BenchmarkRulesOptions, 'namespace'>> = {
  errorRatio: 0.05,
  minEvents: 20,
  stalledAfter: '1h',
  gpuPercent: 95,
  baseline: '7d',
  comparedPeriod: '1d',
  latencyChange: 0.2,
  throughputChange: 0.1,
  qualityChange: 0.05,
  past: '7d',
  sigmas: 3,
  margin: 0.1,
  minValues: 60,
};

/** Thresholds, with their defaults. */
export type BenchmarkThresholds = typeof defaultThresholds;
