/** Metrics of a benchmark suite: runs, samples, scores, API calls and the queue. */
import { asError, oneOf, optional, text } from '../../catalogue/attributes.js';
import { counter, gauge, histogram, observableGauge, upDownCounter } from '../../catalogue/definitions.js';
import { definePackCatalogue, type PackCatalogueOptions } from '../kit/long-durations.js';
import type { Slo } from './goodput.js';

/** Number of names of each attribute that have separate series. */
export interface NameLimits {
  readonly models: number;
  readonly containers: number;
  readonly gpus: number;
  readonly promptCategories: number;
}

/** Duration of runs in seconds, from a smoke test to 8 hours. */
const runSeconds = [0.1, 0.5, 1, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800];
/** Latency of samples in seconds, from small images of small models to minutes of video. */
const sampleSeconds = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 60, 120, 300, 600, 1200];
/** Time to the first output in seconds: boundaries of OpenTelemetry's conventions for generative AI, and a long tail. */
const firstOutputSeconds = [
  0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 20, 40, 80, 160, 320, 640,
];
/** Time per output in seconds: boundaries of the same conventions, with finer and coarser boundaries added. */
const perOutputSeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1, 2.5, 5, 10,
];
/** Duration of API calls in seconds: boundaries of OpenTelemetry's conventions for HTTP, and longer times. */
const callSeconds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60, 120, 300, 600];
/** Time in the queue in seconds. */
const waitSeconds = [0.001, 0.01, 0.05, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600];
/** Fréchet video distance: published values range from tens, for the best models, to a few thousands. */
const fvdBounds = [10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 750, 1000, 1500, 2000, 3000];
/** Inception score: from 1 to the number of classes, which is 101 for UCF-101 videos and 1000 for ImageNet. */
const inceptionBounds = [1, 1.5, 2, 3, 5, 7.5, 10, 15, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 500];
/** Temporal consistency: most values are close to 1, so boundaries are finer there. */
const consistencyBounds = [0, 0.25, 0.5, 0.7, 0.8, 0.85, 0.9, 0.925, 0.95, 0.96, 0.97, 0.98, 0.99, 0.995, 1];

const outcome = oneOf('ok', asError('failed'));

/** Defines the catalogue. The limits of the SLO become bucket boundaries. */
export function benchmarkCatalogue(limits: NameLimits, slo: Slo = {}, options: PackCatalogueOptions = {}) {
  const target = {
    model_name: text({ limit: limits.models }),
    container_id: optional(text({ limit: limits.containers })),
    gpu_id: optional(text({ limit: limits.gpus })),
  };
  const gpu = { gpu_id: text({ limit: limits.gpus }) };
  const ofPrompt = { ...target, prompt_category: optional(text({ limit: limits.promptCategories })) };
  return definePackCatalogue(
    {
      runs: counter({
        name: 'benchmark.runs',
        unit: '{run}',
        description: 'Completed runs by outcome; abandoned if the suite never ended them.',
        attributes: { ...target, outcome: oneOf('ok', asError('failed'), asError('abandoned')) },
      }),
      activeRuns: upDownCounter({
        name: 'benchmark.active_runs',
        unit: '{run}',
        description: 'Runs in progress.',
        attributes: target,
      }),
      runDuration: histogram({
        name: 'benchmark.run.duration',
        unit: 's',
        description: 'Duration of runs by outcome.',
        buckets: runSeconds,
        attributes: { ...target, outcome },
      }),
      runThroughput: gauge({
        name: 'benchmark.run.throughput',
        unit: '{sample}/s',
        description: 'Successful samples per second over the whole of the last run; 0 if the run had none.',
        attributes: target,
      }),
      runGoodput: gauge({
        name: 'benchmark.run.goodput',
        unit: '{sample}/s',
        description: 'Samples within the SLO per second over the whole of the last run; 0 if the run had none.',
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
        description: 'Successful samples within the SLO.',
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
        description: 'End-to-end time of samples by outcome.',
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
        description: 'Time per frame or token after the first (TPOT).',
        buckets: withEdge(perOutputSeconds, slo.perOutputSeconds),
        attributes: ofPrompt,
      }),
      normalizedTimePerOutput: histogram({
        name: 'benchmark.normalized_time_per_output',
        unit: 's',
        description: 'End-to-end time of a sample divided by its number of frames or tokens (NTPOT).',
        buckets: perOutputSeconds,
        attributes: ofPrompt,
      }),
      throughput: observableGauge({
        name: 'benchmark.throughput',
        unit: '{sample}/s',
        description: 'Successful samples per second over the window.',
        attributes: target,
      }),
      goodput: observableGauge({
        name: 'benchmark.goodput',
        unit: '{sample}/s',
        description: 'Samples within the SLO per second over the window.',
        attributes: target,
      }),
      goodputRatio: observableGauge({
        name: 'benchmark.goodput.ratio',
        unit: '1',
        description: 'Share of samples within the SLO over the window.',
        attributes: target,
      }),

      fvd: gauge({
        name: 'benchmark.fvd',
        unit: '{distance}',
        description: 'Fréchet video distance of the last evaluation; lower is better.',
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
        description: 'Inception score of the last evaluation, 1 to the number of classes; higher is better.',
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
        description:
          'Share of positive predictions that are correct, in the last evaluation; 0 without positive predictions.',
        attributes: ofPrompt,
      }),
      recall: gauge({
        name: 'benchmark.recall',
        unit: '1',
        description:
          'Share of actual positives that were predicted, in the last evaluation; 0 without actual positives.',
        attributes: ofPrompt,
      }),
      f1: gauge({
        name: 'benchmark.f1',
        unit: '1',
        description: 'Harmonic mean of precision and recall, in the last evaluation; 0 if both are 0.',
        attributes: ofPrompt,
      }),
      fScoreTime: gauge({
        name: 'benchmark.f_score.timestamp',
        unit: 's',
        description: 'Time of the last evaluation of predictions, since 1970-01-01 UTC.',
        attributes: ofPrompt,
      }),
      predictions: counter({
        name: 'benchmark.predictions',
        unit: '{prediction}',
        description: 'Evaluated predictions by result.',
        attributes: {
          ...ofPrompt,
          result: oneOf('true_positive', 'false_positive', 'false_negative', 'true_negative'),
        },
      }),

      apiCalls: counter({
        name: 'api.calls',
        unit: '{call}',
        description: 'Calls of the API under test by outcome.',
        attributes: { ...target, outcome },
      }),
      apiResponseTime: histogram({
        name: 'api.response_time',
        unit: 's',
        description: 'Response time of the API under test by outcome.',
        buckets: callSeconds,
        attributes: { ...target, outcome },
      }),
      apiErrorRatio: observableGauge({
        name: 'api.error.ratio',
        unit: '1',
        description: 'Share of calls of the API under test that failed, over the window.',
        attributes: target,
      }),
      queueDepth: upDownCounter({
        name: 'queue.depth',
        unit: '{request}',
        description: 'Requests in the queue.',
        attributes: target,
      }),
      queueWait: histogram({
        name: 'queue.wait',
        unit: 's',
        description: 'Time from queueing of a request to its removal from the queue or its cancellation.',
        buckets: waitSeconds,
        attributes: target,
      }),
      queueInFlight: upDownCounter({
        name: 'queue.in_flight',
        unit: '{request}',
        description: 'Requests removed from the queue and not done.',
        attributes: target,
      }),

      gpuUtilization: gauge({
        name: 'system.gpu.utilization',
        unit: '%',
        description: 'Share of time in which the GPU computed, 0 to 100.',
        attributes: gpu,
      }),
      gpuMemoryUsed: gauge({
        name: 'system.gpu.memory.used',
        unit: 'By',
        description: 'GPU memory in use.',
        attributes: gpu,
      }),
      gpuPower: gauge({
        name: 'system.gpu.power',
        unit: 'W',
        description: 'Power that the GPU draws.',
        attributes: gpu,
      }),
      queueAbandoned: counter({
        name: 'queue.abandoned',
        unit: '{request}',
        description: 'Requests whose handle was lost before they were done.',
        attributes: target,
      }),
    },
    options,
  );
}

/** Returns the boundaries with `edge` added, so that queries can count values up to it exactly. */
function withEdge(bounds: readonly number[], edge: number | undefined): readonly number[] {
  return edge === undefined || bounds.includes(edge) ? bounds : [...bounds, edge].sort((a, b) => a - b);
}

/** Definitions of the catalogue. */
export type BenchmarkDefinitions = ReturnType<typeof benchmarkCatalogue>['definitions'];
