/** Row of single values. */
import { increase, panel, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { type BenchmarkMetrics, failedSamples } from './queries.js';

/** Returns the row. */
export function overviewRow(metrics: BenchmarkMetrics): Row {
  const { activeRuns, runs, samples, samplesWithinSlo, outputs } = metrics;
  // Runs may end hours apart.
  const over = '1d';
  return row('Overview', [
    panel({ title: 'Runs in progress', kind: 'stat', queries: value(activeRuns) }),
    panel({
      title: 'Failed runs of a day',
      kind: 'stat',
      queries: ratio(increase(runs, { where: { outcome: ['failed', 'abandoned'] }, over }), increase(runs, { over })),
      thresholds: [{ from: 0.01, level: 'critical' }],
    }),
    panel({ title: 'Samples per second', kind: 'stat', queries: rate(samples) }),
    panel({
      title: 'Failed samples',
      description: 'Share of the samples that failed.',
      kind: 'stat',
      queries: failedSamples(metrics),
      thresholds: [
        { from: 0.01, level: 'warning' },
        { from: 0.05, level: 'critical' },
      ],
    }),
    panel({
      title: 'Samples within the SLO',
      kind: 'stat',
      queries: ratio(rate(samplesWithinSlo), rate(samples)),
    }),
    panel({
      title: 'Frames or tokens per second',
      kind: 'stat',
      queries: rate(outputs),
      roles: ['developer'],
    }),
  ]);
}
