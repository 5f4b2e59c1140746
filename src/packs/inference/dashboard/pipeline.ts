/** Rows of the pipeline: where the time of a request goes, batches, and workers. */
import { divide, mean, panel, plus, quantile, type Row, rate, row, times, value } from '../../../panels/index.js';
import { type InferenceMetrics, type inferenceQueries, stageShare, stages } from '../queries.js';

const forDevelopers = { roles: ['developer'], min: 0 } as const;
const forBoth = { roles: ['operator', 'developer'], min: 0 } as const;

export function time(metrics: InferenceMetrics): Row {
  const { queueWaitLatency, overheadLatency, pipelineOverheadLatency } = metrics;
  return row('Time of requests', [
    panel({
      ...forDevelopers,
      title: 'Share of each stage',
      description:
        'Share of the duration of all requests that a stage takes. Stages that overlap add up to more than 100 %.',
      queries: stages.map((stage) => ({ query: times(stageShare(metrics, stage, 'auto'), 100), legend: stage })),
      stacked: true,
    }),
    panel({
      ...forBoth,
      title: 'Time in queues',
      queries: [
        { query: quantile(0.5, queueWaitLatency), legend: 'p50' },
        { query: quantile(0.95, queueWaitLatency), legend: 'p95' },
      ],
    }),
    panel({
      ...forDevelopers,
      title: 'Overhead, p95',
      queries: [
        { query: quantile(0.95, overheadLatency), legend: 'outside tokenization, inference and queues' },
        { query: quantile(0.95, pipelineOverheadLatency), legend: 'outside all stages' },
      ],
    }),
  ]);
}

export function batches(metrics: InferenceMetrics): Row {
  const { batchSize, batchWaitLatency, totalTokens, paddedTokens, maxSeqLength, avgSeqLength } = metrics;
  const allTokens = plus(rate(totalTokens), rate(paddedTokens));
  return row('Batches', [
    panel({
      ...forDevelopers,
      title: 'Sequences in a batch',
      queries: [
        { query: mean(batchSize), legend: 'mean' },
        { query: quantile(0.95, batchSize), legend: 'p95' },
      ],
      unit: '{sequence}',
    }),
    panel({
      ...forDevelopers,
      title: 'Wait for a batch to fill',
      queries: [
        { query: quantile(0.5, batchWaitLatency), legend: 'p50' },
        { query: quantile(0.95, batchWaitLatency), legend: 'p95' },
      ],
    }),
    panel({
      ...forDevelopers,
      title: 'Tokens',
      queries: [
        { query: rate(totalTokens), legend: 'tokens' },
        { query: rate(paddedTokens), legend: 'padding' },
      ],
      stacked: true,
    }),
    panel({
      ...forDevelopers,
      title: 'Padding',
      description: 'Share of padding in all tokens that the model reads.',
      queries: { query: times(divide(rate(paddedTokens), allTokens), 100), legend: 'padding' },
      unit: '%',
      max: 100,
    }),
    panel({
      ...forDevelopers,
      title: 'Sequences of the last batch',
      queries: [
        { query: value(maxSeqLength, { merge: 'max' }), legend: 'longest' },
        { query: value(avgSeqLength), legend: 'mean' },
      ],
    }),
  ]);
}

export function workers(
  metrics: InferenceMetrics,
  { latencyByWorker, throughputByWorker, throughputNow }: ReturnType<typeof inferenceQueries>,
): Row {
  const legend = '{worker_type}, {worker_id}';
  return row('Workers', [
    panel({
      ...forBoth,
      title: 'Throughput by pool',
      queries: [
        { query: throughputNow, legend: 'requests' },
        { query: value(metrics.tokenizerThroughput, { merge: 'sum' }), legend: 'tokenizers' },
        { query: value(metrics.inferenceThroughput, { merge: 'sum' }), legend: 'models' },
      ],
    }),
    panel({ ...forBoth, title: 'Latency by worker', queries: { query: latencyByWorker, legend } }),
    panel({ ...forBoth, title: 'Throughput by worker', queries: { query: throughputByWorker, legend } }),
    panel({
      ...forBoth,
      title: 'Requests by worker',
      queries: { query: rate(metrics.workerRequestCount, { by: ['worker_id', 'worker_type'] }), legend },
      stacked: true,
    }),
    panel({
      ...forBoth,
      title: 'Load time of models',
      kind: 'table',
      queries: { query: value(metrics.modelLoadTime, { by: ['model', 'instance'] }), legend: '{model}, {instance}' },
    }),
  ]);
}
