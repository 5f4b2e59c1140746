/**
 * Pack `benchmark`: metrics of suites that benchmark generative models for video, images or text.
 *
 * `recorder.ts` begins runs; `run.ts` has a verb for each event of `events.ts`. `goodput.ts`, `f-score.ts` and
 * `scores.ts` compute scores without recording them; `job.ts` runs a benchmark as a batch job.
 *
 * @module
 */

import type { Pack } from '../../catalogue/pack.js';
import { countOf } from '../kit/bounded-names.js';
import { namespaceOption } from '../kit/namespace.js';
import { type BenchmarkDefinitions, benchmarkCatalogue } from './metrics.js';
import { type BenchmarkOptions, settingsOf } from './options.js';
import { BenchmarkRecorder } from './recorder.js';

export type { NameOption } from '../kit/bounded-names.js';
export type { ApiCall, QueuedRequest, RunOutcome, Sample, Scores, Target } from './events.js';
export { type EvaluatedFScore, type FScore, fScore, type PredictionCounts, type TestResult } from './f-score.js';
export { type Goodput, goodput, type SampleTiming, type Slo } from './goodput.js';
export {
  type BackendAccount,
  type BackendDelivery,
  type BenchmarkMetrics,
  type BenchmarkResult,
  runBenchmark,
} from './job.js';
export type { BenchmarkDefinitions } from './metrics.js';
export type { BenchmarkOptions } from './options.js';
export type { BenchmarkRecorder } from './recorder.js';
export type { BenchmarkRun } from './run.js';
export { inceptionScore, temporalConsistency } from './scores.js';

/**
 * Creates the pack, for `startMetrics({ packs })`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or out of its range.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { benchmark } from 'otelier/packs/benchmark';
 * const metrics = startMetrics({
 *   serviceName: 'video-benchmark',
 *   packs: { benchmark: benchmark({ slo: { latencySeconds: 30 } }) },
 * });
 * const run = metrics.benchmark.begin({ model: 'CogVideoX-5b', gpu: 0 });
 * run.sample({ promptCategory: 'landscape', latencySeconds: 24.5, ok: true, outputs: 49, temporalConsistency: 0.97 });
 * run.score({ fvd: 310.5 });
 * run.end({ ok: true });
 */
export function benchmark(options: BenchmarkOptions = {}): Pack<BenchmarkRecorder, BenchmarkDefinitions> {
  const settings = settingsOf(options);
  const { models, containers, gpus, promptCategories } = settings.names;
  const { slo } = settings;
  const limits = {
    models: countOf(models),
    containers: countOf(containers),
    gpus: countOf(gpus),
    promptCategories: countOf(promptCategories),
  };
  const { namespace, maxExpectedSeconds } = options;
  return {
    name: 'benchmark',
    callsBack: false,
    options,
    catalogue: benchmarkCatalogue(limits, slo, {
      maxExpectedSeconds,
      ...namespaceOption(namespace),
    }),
    recorder: (context) => new BenchmarkRecorder(context, settings),
  };
}
