/** Row that compares models by throughput and goodput. */
import { panel, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { type BenchmarkMetrics, failedSamples } from './queries.js';

const by = ['model_name'] as const;
const legend = '{model_name}';

/** Returns the row. Targets of one model add up. */
export function throughputRow(metrics: BenchmarkMetrics): Row {
  const { throughput, goodput, runThroughput, runGoodput, samples, samplesWithinSlo, outputs } = metrics;
  const merge = 'sum';
  return row('Throughput of models', [
    panel({ title: 'Throughput', queries: { query: value(throughput, { by, merge }), legend } }),
    panel({ title: 'Goodput', queries: { query: value(goodput, { by, merge }), legend } }),
    panel({
      title: 'Throughput and goodput of the last run',
      kind: 'bars',
      queries: [
        { query: value(runThroughput, { by, merge }), legend: '{model_name}: throughput' },
        { query: value(runGoodput, { by, merge }), legend: '{model_name}: goodput' },
      ],
      roles: ['developer', 'business'],
    }),
    panel({
      title: 'Samples within the SLO by model',
      queries: { query: ratio(rate(samplesWithinSlo, { by }), rate(samples, { by })), legend },
      min: 0,
      max: 1,
    }),
    panel({
      title: 'Frames or tokens per second by model',
      queries: { query: rate(outputs, { by }), legend },
      roles: ['developer'],
    }),
    panel({
      title: 'Failed samples by model',
      description: 'Share of the samples of a model that failed.',
      queries: { query: failedSamples(metrics, by), legend },
      min: 0,
      thresholds: [{ from: 0.05, level: 'critical' }],
    }),
  ]);
}
