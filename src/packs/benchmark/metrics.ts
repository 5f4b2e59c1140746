/** The metrics of a suite that benchmarks models: its runs, what they generated, how good that is, and what serves it. */
import { asError, oneOf, optional, text } from '../../catalogue/attributes.js';
import { type CatalogueOptions, defineCatalogue } from '../../catalogue/catalogue.js';
import { counter, gauge, histogram, observableGauge, upDownCounter } from '../../catalogue/definitions.js';
import type { Slo } from './goodput.js';

/** How many different names have series of their own. */
export interface NameLimits {
  readonly models: number;
  readonly containers: number;
  readonly gpus: number;
  readonly promptCategories: number;
}

/** Whole runs, seconds: from a smoke test to a night. */
const runSeconds = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800];
/** Whole samples, seconds: from a small model on a small image to minutes of video. */
const sampleSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200];
/** Time to a first frame or token, seconds: those of OpenTelemetry's conventions for generative AI, and a long tail. */
const firstOutputSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160,
];
/** Time for each frame or token, seconds: those of the same conventions, with finer and coarser ones. */
const perOutputSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10,
];
/** Calls of an API, seconds: those of OpenTelemetry's conventions for HTTP, and longer ones. */
const callSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300];
/** Waiting, seconds. */
const waitSeconds = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** Published values of the FVD lie between tens, for the best models, and a few thousands. */
const fvdBounds = [10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 3000];
/** An inception score lies between 1 and the number of classes: 101 for videos scored on UCF-101, 1000 for ImageNet. */
const inceptionBounds = [1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 500];
/** Most similarities of frames that follow one another are close to 1, where models differ. */
const consistencyBounds = [0, 0.25, 0.5, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 1];

/** What became of something. */
const outcome = oneOf('ok', asError('failed'));

/** The catalogue, its names prefixed when a namespace is given; thresholds of the SLO are bounds of buckets. */
export function benchmarkCatalogue(limits: NameLimits, slo: Slo = {}, options: CatalogueOptions = {}) {
  const target = targetOf(limits, 0);
  // One more for what is computed beyond a limit and already called `_OTHER`: seen once, it would be refused at every
  // collection otherwise.
  const computed = targetOf(limits, 1);
  const ofPrompt = { ...target, prompt_category: optional(text({ limit: limits.promptCategories })) };
  return defineCatalogue(
    {
      runs: counter({
        name: 'benchmark.runs',
        unit: '{run}',
        description: 'Runs that ended, by outcome.',
        attributes: { ...target, outcome },
      }),
      activeRuns: upDownCounter({
        name: 'benchmark.active_runs',
        unit: '{run}',
        description: 'Runs begun and not ended.',
        attributes: target,
      }),
      runDuration: histogram({
        name: 'benchmark.run.duration',
        unit: 's',
        description: 'Time of a run.',
        buckets: runSeconds,
        attributes: { ...target, outcome },
      }),
      runThroughput: gauge({
        name: 'benchmark.run.throughput',
        unit: '{sample}/s',
        description: 'Samples that succeeded per second, over the whole of the last run; 0 when it had none.',
        attributes: target,
      }),
      runGoodput: gauge({
        name: 'benchmark.run.goodput',
        unit: '{sample}/s',
        description: 'Samples within the SLO per second, over the whole of the last run; 0 when it had none.',
        attributes: target,
      }),

      samples: counter({
        name: 'benchmark.samples',
        unit: '{sample}',
        description: 'Samples generated, by outcome.',
        attributes: { ...ofPrompt, outcome },
      }),
      samplesWithinSlo: counter({
        name: 'benchmark.samples.within_slo',
        unit: '{sample}',
        description: 'Samples that succeeded within the SLO.',
        attributes: ofPrompt,
      }),
      outputs: counter({
        name: 'benchmark.outputs',
        unit: '{output}',
        description: 'Frames or tokens generated.',
        attributes: ofPrompt,
      }),
      latency: histogram({
        name: 'benchmark.latency',
        unit: 's',
        description: 'Time of a sample, end to end, by outcome.',
        buckets: withEdge(sampleSeconds, slo.latencySeconds),
        attributes: { ...ofPrompt, outcome },
      }),
      timeToFirstOutput: histogram({
        name: 'benchmark.time_to_first_output',
        unit: 's',
        description: 'Time to the first frame or token of a sample (TTFT).',
        buckets: withEdge(firstOutputSeconds, slo.firstOutputSeconds),
        attributes: ofPrompt,
      }),
      timePerOutput: histogram({
        name: 'benchmark.time_per_output',
        unit: 's',
        description: 'Time from the first frame or token to the last, for each after the first (TPOT).',
        buckets: withEdge(perOutputSeconds, slo.perOutputSeconds),
        attributes: ofPrompt,
      }),
      normalizedTimePerOutput: histogram({
        name: 'benchmark.normalized_time_per_output',
        unit: 's',
        description: 'Time of a sample, for each of its frames or tokens (NTPOT).',
        buckets: perOutputSeconds,
        attributes: ofPrompt,
      }),
      throughput: observableGauge({
        name: 'benchmark.throughput',
        unit: '{sample}/s',
        description: 'Samples that succeeded per second, over the window.',
        attributes: computed,
      }),
      goodput: observableGauge({
        name: 'benchmark.goodput',
        unit: '{sample}/s',
        description: 'Samples within the SLO per second, over the window.',
        attributes: computed,
      }),
      goodputRatio: observableGauge({
        name: 'benchmark.goodput.ratio',
        unit: '1',
        description: 'Share of samples within the SLO, over the window.',
        attributes: computed,
      }),

      fvd: gauge({
        name: 'benchmark.fvd',
        unit: '{distance}',
        description: 'Fréchet video distance of the last evaluation; less is better.',
        attributes: ofPrompt,
      }),
      fvdDistribution: histogram({
        name: 'benchmark.fvd.distribution',
        unit: '{distance}',
        description: 'Fréchet video distances of evaluations.',
        buckets: fvdBounds,
        attributes: ofPrompt,
      }),
      inceptionScore: gauge({
        name: 'benchmark.inception_score',
        unit: '{score}',
        description: 'Inception score of the last evaluation: 1 to the number of classes, more is better.',
        attributes: ofPrompt,
      }),
      inceptionScoreDistribution: histogram({
        name: 'benchmark.inception_score.distribution',
        unit: '{score}',
        description: 'Inception scores of evaluations.',
        buckets: inceptionBounds,
        attributes: ofPrompt,
      }),
      temporalConsistency: gauge({
        name: 'benchmark.temporal_consistency',
        unit: '{similarity}',
        description:
          'Temporal consistency, 0 to 1: of the last evaluation, or the mean of the videos of the run so far.',
        attributes: ofPrompt,
      }),
      temporalConsistencyDistribution: histogram({
        name: 'benchmark.temporal_consistency.distribution',
        unit: '{similarity}',
        description: 'Temporal consistency of single videos, 0 to 1.',
        buckets: consistencyBounds,
        attributes: ofPrompt,
      }),
      precision: gauge({
        name: 'benchmark.precision',
        unit: '1',
        description: 'Share of what was reported that is so, in the last evaluation; 0 when nothing was reported.',
        attributes: ofPrompt,
      }),
      recall: gauge({
        name: 'benchmark.recall',
        unit: '1',
        description:
          'Share of what is so that was reported, in the last evaluation; 0 when there was nothing to report.',
        attributes: ofPrompt,
      }),
      f1: gauge({
        name: 'benchmark.f1',
        unit: '1',
        description: 'Harmonic mean of precision and recall, in the last evaluation; 0 when both are.',
        attributes: ofPrompt,
      }),
      predictions: counter({
        name: 'benchmark.predictions',
        unit: '{prediction}',
        description: 'Predictions evaluated, by whether they were right.',
        attributes: {
          ...ofPrompt,
          result: oneOf('true_positive', 'false_positive', 'false_negative', 'true_negative'),
        },
      }),

      apiCalls: counter({
        name: 'api.calls',
        unit: '{call}',
        description: 'Calls of the API under test, by outcome.',
        attributes: { ...target, outcome },
      }),
      apiResponseTime: histogram({
        name: 'api.response_time',
        unit: 's',
        description: 'Time until the API under test has responded, by outcome.',
        buckets: callSeconds,
        attributes: { ...target, outcome },
      }),
      apiErrorRatio: observableGauge({
        name: 'api.error.ratio',
        unit: '1',
        description: 'Share of calls of the API under test that failed, over the window.',
        attributes: computed,
      }),
      queueDepth: upDownCounter({
        name: 'queue.depth',
        unit: '{request}',
        description: 'Requests that wait.',
        attributes: target,
      }),
      queueWait: histogram({
        name: 'queue.wait',
        unit: 's',
        description: 'Time that a request waited until it was taken or given up.',
        buckets: waitSeconds,
        attributes: target,
      }),
      queueInFlight: upDownCounter({
        name: 'queue.in_flight',
        unit: '{request}',
        description: 'Requests taken from the queue and not done.',
        attributes: target,
      }),
    },
    options,
  );
}

/** What is benchmarked, and on what. */
function targetOf(limits: NameLimits, spare: number) {
  return {
    model_name: text({ limit: limits.models + spare }),
    container_id: optional(text({ limit: limits.containers + spare })),
    gpu_id: optional(text({ limit: limits.gpus + spare })),
  };
}

/** Bounds with one that queries need exactly. */
function withEdge(bounds: readonly number[], edge: number | undefined): readonly number[] {
  return edge === undefined || bounds.includes(edge) ? bounds : [...bounds, edge].sort((one, other) => one - other);
}

/** The definitions of the catalogue. */
export type BenchmarkDefinitions = ReturnType<typeof benchmarkCatalogue>['definitions'];
