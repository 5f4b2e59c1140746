/** Rules of pack `benchmark`. */

import {
  above,
  alert,
  and,
  atLeast,
  increase,
  metricsOf,
  newEvents,
  type RuleGroup,
  rate,
  ratio,
  ruleGroup,
  unless,
  value,
} from '../../panels/index.js';
import { groupName, namespaceOption, objectivePrefix } from '../kit/namespace.js';
import { withDefaults } from '../kit/panel-options.js';
import { comparisonGroups } from './alerts-comparison.js';
import { type BenchmarkRulesOptions, type BenchmarkThresholds, defaultThresholds } from './alerts-thresholds.js';
import type { BenchmarkMetrics } from './dashboard/queries.js';
import { benchmark } from './index.js';

export type { BenchmarkRulesOptions } from './alerts-thresholds.js';

/**
 * Returns the rules: errors, busy GPUs, and models that are worse than an earlier baseline or than their own past. Alerts on
 * memory are those of the collectors `gpu`, `container` and `host`.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown or invalid.
 */
export function benchmarkRules(options: BenchmarkRulesOptions = {}): readonly RuleGroup[] {
  const { namespace, ...thresholds } = withDefaults('benchmarkRules', options, defaultThresholds, {
    others: ['namespace'],
  });
  const metrics = metricsOf(benchmark(namespaceOption(namespace)).catalogue);
  const name = objectivePrefix('benchmark', namespace);
  const group = groupName('benchmark', namespace);
  return [
    ruleGroup(group, {
      alerts: [...errorAlerts(metrics, thresholds), ...runAlerts(metrics, thresholds), busyAlert(metrics, thresholds)],
    }),
    ...comparisonGroups(group, name, metrics, thresholds),
  ];
}

function errorAlerts({ samples, apiCalls }: BenchmarkMetrics, { errorRatio, minEvents }: BenchmarkThresholds) {
  const all = { by: ['job', 'model_name'], over: '15m' } as const;
  const failed = { ...all, where: { outcome: 'failed' } } as const;
  return [
    alert({
      name: 'BenchmarkSamplesFailing',
      when: and(
        above(ratio(rate(samples, failed), rate(samples, all)), errorRatio),
        atLeast(increase(samples, all), minEvents),
      ),
      severity: 'ticket',
      summary: '{value} of the samples of model {model_name} fail.',
      description:
        'Scores and times come from the other samples only, so they may not represent the model. Look at the log of the suite, and at the failed samples by prompt category.',
    }),
    alert({
      name: 'BenchmarkApiErrorsHigh',
      when: and(
        above(ratio(rate(apiCalls, failed), rate(apiCalls, all)), errorRatio),
        atLeast(increase(apiCalls, all), minEvents),
      ),
      severity: 'ticket',
      summary: '{value} of the API calls to model {model_name} fail.',
      description: 'The API under test fails. Look at its log, and at the depth of the queue in front of it.',
    }),
  ];
}

function runAlerts({ runs, activeRuns, samples }: BenchmarkMetrics, { stalledAfter }: BenchmarkThresholds) {
  const by = ['job', 'model_name'] as const;
  return [
    alert({
      name: 'BenchmarkRunFailed',
      when: above(
        newEvents(runs, { by: [...by, 'outcome'], where: { outcome: ['failed', 'abandoned'] }, over: '1h' }),
        0,
      ),
      for: '0s',
      severity: 'info',
      summary: '{value} runs of model {model_name} of {job} ended within an hour: {outcome}.',
      description:
        'failed: the suite reported a failure, see its log; abandoned: the suite never ended the run, perhaps because its process was killed.',
    }),
    alert({
      name: 'BenchmarkStalled',
      when: unless(above(value(activeRuns, { by }), 0), above(increase(samples, { by, over: '15m' }), 0)),
      for: stalledAfter,
      severity: 'ticket',
      summary: `Model {model_name} has {value} runs in progress, and no sample in the last ${stalledAfter}.`,
      description:
        'The model or the suite hangs. Look at the requests in flight and at the utilization of its GPU. Raise `stalledAfter` if a sample takes this long.',
    }),
  ];
}

function busyAlert({ gpuUtilization }: BenchmarkMetrics, { gpuPercent }: BenchmarkThresholds) {
  return alert({
    name: 'BenchmarkGpuBusy',
    when: above(value(gpuUtilization, { by: ['job', 'gpu_id'] }), gpuPercent),
    severity: 'info',
    summary: 'GPU {gpu_id} computes {value} % of the time.',
    description:
      'The GPU limits the throughput: latencies include the wait for it. Compare models only at the same load, or use further GPUs.',
  });
}
