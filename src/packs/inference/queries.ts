/**
 * The queries of an inference server by name: dashboard, rules and documentation use the same ones.
 *
 * Means, shares and percentiles are those of a window. Quotients of totals would describe the whole life of the process.
 */

import {
  divide,
  type MetricsOf,
  mean,
  metricsOf,
  or,
  plus,
  type Query,
  quantile,
  rate,
  ratio,
  times,
  value,
  type Window,
} from '../../panels/index.js';
import { namespaceOption } from '../kit/namespace.js';
import { checkedOptions } from '../kit/options.js';
import type { Stage } from './events.js';
import { type InferenceDefinitions, inferenceCatalogue } from './metrics.js';
import { histogramOfStage } from './stages.js';

/** Metrics of the pack, for queries. */
export type InferenceMetrics = MetricsOf<InferenceDefinitions>;

/** Returns the metrics of the pack, with their names in the namespace. */
export function inferenceMetrics(namespace: string | undefined): InferenceMetrics {
  return metricsOf(inferenceCatalogue(namespaceOption(namespace)));
}

/** Labels that queries keep. */
type By = readonly ('job' | 'instance')[];

/** Stages of a request, in the order in which it passes through them. */
export const stages = Object.keys(histogramOfStage) as readonly Stage[];

/**
 * Returns the queries of an inference server.
 *
 * @throws {MetricsError} METRICS_CATALOGUE_INVALID if the namespace is invalid.
 *
 * @example
 * const { p95, stageShares } = inferenceQueries({ namespace: 'reranker' });
 */
export function inferenceQueries(options: { readonly namespace?: string } = {}) {
  const metrics = inferenceMetrics(checkedOptions('inferenceQueries', options).namespace);
  const { requestLatency, requestCount, requestErrors, workerRequestCount, workerLatency, workerThroughput } = metrics;
  const { documentsScored, gpuUtilization, gpuMemory, overallThroughput } = metrics;
  const latency = (share: number, over: Window) => quantile(share, requestLatency, { over });
  const worker = { by: ['worker_id', 'worker_type'] } as const;
  return {
    /** Mean duration of a request in five minutes, in seconds. */
    meanLatency: mean(requestLatency, { over: '5m' }),
    p50: latency(0.5, '5m'),
    p95: latency(0.95, '5m'),
    p99: latency(0.99, '5m'),
    p50OfOneMinute: latency(0.5, '1m'),
    p95OfOneMinute: latency(0.95, '1m'),
    p99OfOneMinute: latency(0.99, '1m'),
    requestsPerSecond: rate(requestCount, { over: '1m' }),
    documentsPerSecond: rate(documentsScored, { over: '1m' }),
    /** Throughput that the server computes itself, over the window of the pack; it follows changes within seconds. */
    throughputNow: value(overallThroughput, { merge: 'sum' }),
    /** Share of requests that failed, from 0 to 1. */
    errorShare: errorShare(metrics, [], '5m'),
    errorsByType: rate(requestErrors, { by: ['error.type'], over: '5m' }),
    requestsByWorker: rate(workerRequestCount, { ...worker, over: '5m' }),
    latencyByWorker: value(workerLatency, worker),
    throughputByWorker: value(workerThroughput, worker),
    /** Share of the duration of all requests that each stage takes, from 0 to 1. */
    stageShares: Object.fromEntries(stages.map((stage) => [stage, stageShare(metrics, stage, '5m')])) as {
      readonly [S in Stage]: Query;
    },
    /** Requests that wait in any queue. */
    queuedRequests: queuedRequests(metrics),
    gpuUtilization: value(gpuUtilization, { by: ['instance'] }),
    gpuMemory: value(gpuMemory, { by: ['instance'], merge: 'sum' }),
  };
}

/** Returns the share of requests that failed, from 0 to 1. */
export function errorShare({ requestErrors, requestCount }: InferenceMetrics, by: By, over: Window): Query {
  return ratio(rate(requestErrors, { by, over }), rate(requestCount, { by, over }));
}

/** Returns the share of the duration of all requests that a stage takes, from 0 to 1. */
export function stageShare(metrics: InferenceMetrics, stage: Stage, over: Window): Query {
  const seconds = rate(metrics[histogramOfStage[stage]], { over, of: 'sum' });
  return divide(seconds, rate(metrics.requestLatency, { over, of: 'sum' }));
}

/** Returns the number of requests in all queues. A queue that is not watched counts as empty. */
export function queuedRequests(metrics: InferenceMetrics, by: By = []): Query {
  const { tokenizerQueueSize, batchQueueSize, modelQueueSize, requestsInFlight } = metrics;
  const nothing = times(value(requestsInFlight, { by }), 0);
  return [tokenizerQueueSize, batchQueueSize, modelQueueSize]
    .map((size): Query => or(value(size, { by, merge: 'sum' }), nothing))
    .reduce((sum, each) => plus(sum, each));
}
