/** Row of the nine panels that describe an inference server at a glance. */
import { increase, type PanelOptions, panel, quantile, type Row, row, value } from '../../../panels/index.js';
import { type InferenceMetrics, type inferenceQueries, stages } from '../queries.js';
import { histogramOfStage } from '../stages.js';

export function overview(
  metrics: InferenceMetrics,
  { p50, p95, throughputNow }: ReturnType<typeof inferenceQueries>,
  latencySeconds: number,
): Row {
  const { requestCount, requestLatency, cpuPercent } = metrics;
  const { gpuUtilization, gpuMemory, tokenizerQueueSize, batchQueueSize, modelQueueSize } = metrics;
  const slow = [{ from: latencySeconds, level: 'warning' }] as const;
  const stat = (options: PanelOptions) => panel({ kind: 'stat', width: 6, ...options });
  const third = { width: 8, min: 0 };
  return row('Overview', [
    stat({
      title: 'Requests of 5 minutes',
      queries: increase(requestCount, { over: '5m' }),
      decimals: 0,
    }),
    stat({ title: 'Latency p50', queries: p50, thresholds: slow }),
    stat({ title: 'Latency p95', queries: p95, thresholds: slow }),
    stat({
      title: 'Throughput',
      description: 'Requests per second, over the window of the pack.',
      queries: throughputNow,
    }),
    panel({
      ...third,
      title: 'Latency percentiles',
      queries: [0.5, 0.95, 0.99].map((share) => ({
        query: quantile(share, requestLatency),
        legend: `p${share * 100}`,
      })),
      thresholds: slow,
    }),
    panel({
      ...third,
      title: 'Stage latencies, p95',
      description: 'Duration of each stage of a request: 95 of 100 requests take at most this time in it.',
      queries: stages.map((stage) => ({ query: quantile(0.95, metrics[histogramOfStage[stage]]), legend: stage })),
      roles: ['operator', 'developer'],
    }),
    panel({
      ...third,
      title: 'Queue sizes',
      queries: [
        { query: value(tokenizerQueueSize, { merge: 'sum' }), legend: 'tokenizer' },
        { query: value(batchQueueSize, { merge: 'sum' }), legend: 'batch' },
        { query: value(modelQueueSize, { merge: 'sum' }), legend: 'model' },
      ],
      stacked: true,
      roles: ['operator', 'developer'],
    }),
    panel({
      ...third,
      title: 'CPU and GPU',
      description: 'Utilization. 100 % of the processor is one core; of GPUs, all of the machine.',
      queries: [
        { query: value(cpuPercent, { by: ['instance'] }), legend: 'CPU, {instance}' },
        { query: value(gpuUtilization, { by: ['instance'] }), legend: 'GPU, {instance}' },
      ],
      roles: ['operator', 'developer'],
    }),
    panel({
      ...third,
      title: 'GPU memory',
      queries: { query: value(gpuMemory, { by: ['instance'], merge: 'sum' }), legend: '{instance}' },
      roles: ['operator', 'developer'],
    }),
  ]);
}
