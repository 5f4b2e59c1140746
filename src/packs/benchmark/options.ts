/** Options of the pack and their validation. */

import { unknownName } from '../../errors/nearest.js';
import { MetricsError, type Problem } from '../../errors.js';
import type { NameOption } from '../kit/bounded-names.js';
import { wrongMaxExpectedSeconds } from '../kit/long-durations.js';
import { checkedOptions, unknownOptions, wrongMilliseconds, wrongNames } from '../kit/options.js';
import { isAmount } from '../kit/refusal.js';
import type { Slo } from './goodput.js';
import type { NameBounds } from './names.js';

/** Options of the pack. */
export interface BenchmarkOptions {
  /** Prefix of every metric name. */
  readonly namespace?: string;
  /** Models with separate series; the first 50 by default. */
  readonly models?: NameOption;
  /** Containers with separate series; the first 20 by default. */
  readonly containers?: NameOption;
  /** GPUs with separate series; the first 16 by default. */
  readonly gpus?: NameOption;
  /** Prompt categories with separate series; the first 20 by default. */
  readonly promptCategories?: NameOption;
  /** Limits for goodput. Each limit is also a bucket boundary of its histogram. Without `slo`, goodput is not reported. */
  readonly slo?: Slo;
  /** Length of the window of rates in milliseconds; 300,000 (five minutes) by default. */
  readonly windowMs?: number;
  /**
   * Milliseconds after the last use of its handle after which a run, or a request in its queue, counts as abandoned;
   * 86,400,000 (one day) by default.
   */
  readonly abandonedAfterMs?: number;
  /**
   * The longest duration that is expected, in seconds. Histograms of durations get further buckets up to it. By default
   * buckets of samples end at 20 minutes, of API calls at ten minutes, and of runs at eight hours.
   */
  readonly maxExpectedSeconds?: number;
}

/** Validated options with defaults. */
export interface BenchmarkSettings {
  readonly names: NameBounds;
  readonly slo: Slo | undefined;
  readonly windowMs: number;
  readonly abandonedAfterMs: number;
}

const known = [
  'namespace',
  'models',
  'containers',
  'gpus',
  'promptCategories',
  'slo',
  'windowMs',
  'abandonedAfterMs',
  'maxExpectedSeconds',
];
const objectives = ['latencySeconds', 'firstOutputSeconds', 'perOutputSeconds'];

/**
 * Validates the options and fills in defaults.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems.
 */
export function settingsOf(options: BenchmarkOptions): BenchmarkSettings {
  const {
    models = 50,
    containers = 20,
    gpus = 16,
    promptCategories = 20,
    slo,
    windowMs = 300_000,
    abandonedAfterMs = 86_400_000,
    maxExpectedSeconds,
  } = checkedOptions('benchmark', options);
  const names = { models, containers, gpus, promptCategories };
  const problems = [
    ...unknownOptions('benchmark', options, known),
    ...wrongNames('benchmark', { ...names }),
    ...(slo === undefined ? [] : wrongObjectives(slo)),
    ...wrongMilliseconds('benchmark', { windowMs, abandonedAfterMs }),
    ...wrongMaxExpectedSeconds('benchmark', maxExpectedSeconds),
  ];
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
  // A copy: if the caller changes its object later, goodput keeps its meaning.
  return { names, slo: structuredClone(slo), windowMs, abandonedAfterMs };
}

function wrongObjectives(slo: unknown): Problem[] {
  if (typeof slo !== 'object' || slo === null || Object.keys(slo).length === 0) {
    return [{ where: 'benchmark.slo', value: slo, expected: `at least one of ${objectives.join(', ')}` }];
  }
  return Object.entries(slo).flatMap(([name, value]) => {
    const where = `benchmark.slo.${name}`;
    if (!objectives.includes(name)) return [unknownName(where, name, 'a known objective', objectives)];
    return isAmount(value) && value > 0 ? [] : [{ where, value, expected: 'seconds above 0' }];
  });
}
