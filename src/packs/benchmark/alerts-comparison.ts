/**
 * Rules that compare each model with itself: regressions against an earlier baseline, and anomalies against its recent past.
 *
 * Names of models contain their version, so a version is compared only with itself.
 */
import {
  type Alert,
  above,
  alert,
  avgOver,
  below,
  offset,
  type Query,
  quantile,
  type RuleGroup,
  ruleGroup,
  times,
  value,
} from '../../panels/index.js';
import { aboveUsual, belowUsual, type Usual, usual } from '../kit/alerts-usual.js';
import type { BenchmarkThresholds } from './alerts-thresholds.js';
import type { BenchmarkMetrics } from './dashboard/queries.js';

/** A value of each model that is compared. */
interface Compared {
  /** In names of groups. */
  readonly key: string;
  /** In names of alerts, such as `BenchmarkLatencyRegressed`. */
  readonly name: string;
  /** In sentences. */
  readonly title: string;
  readonly better: 'low' | 'high';
  /** Share by which it may become worse. */
  readonly change: number;
  readonly values: Usual;
}

/** Returns a group for each value, because the values do not depend on each other. */
export function comparisonGroups(
  group: string,
  name: string,
  metrics: BenchmarkMetrics,
  thresholds: BenchmarkThresholds,
): readonly RuleGroup[] {
  return comparedValues(name, metrics, thresholds).map((each) =>
    ruleGroup(`${group}-${each.key}`, {
      interval: '1m',
      recordings: each.values.recordings,
      alerts: [regression(each, thresholds), anomaly(each, thresholds)],
    }),
  );
}

function comparedValues(name: string, metrics: BenchmarkMetrics, thresholds: BenchmarkThresholds): Compared[] {
  const { latency, runThroughput, fvd, inceptionScore, temporalConsistency, f1 } = metrics;
  const { latencyChange, throughputChange, qualityChange, past, minValues } = thresholds;
  const ofPast = { past, minValues };
  const by = ['job', 'model_name'] as const;
  const ofSamples = { by, over: '1h', where: { outcome: 'ok' } } as const;
  const score = (named: string, title: string, key: string, query: Query): Compared => ({
    key,
    name: named,
    title,
    better: key === 'fvd' ? 'low' : 'high',
    change: qualityChange,
    values: usual(`${name}:${key}:mean`, query, ofPast),
  });
  return [
    {
      key: 'latency',
      name: 'Latency',
      title: 'latency (p95, seconds)',
      better: 'low',
      change: latencyChange,
      values: usual(`${name}:latency_seconds:p95_1h`, quantile(0.95, latency, ofSamples), ofPast),
    },
    {
      key: 'throughput',
      name: 'Throughput',
      title: 'throughput (samples per second)',
      better: 'high',
      change: throughputChange,
      values: usual(`${name}:run_throughput:mean`, value(runThroughput, { by }), ofPast),
    },
    score('Fvd', 'Fréchet video distance', 'fvd', value(fvd, { by })),
    score('InceptionScore', 'inception score', 'inception_score', value(inceptionScore, { by })),
    score('TemporalConsistency', 'temporal consistency', 'temporal_consistency', value(temporalConsistency, { by })),
    score('FScore', 'F1 score', 'f1', value(f1, { by })),
  ];
}

function regression({ name, title, better, change, values }: Compared, thresholds: BenchmarkThresholds): Alert {
  const { baseline, comparedPeriod } = thresholds;
  const now = avgOver(values.value, comparedPeriod);
  const before = offset(now, baseline);
  return alert({
    name: `Benchmark${name}Regressed`,
    when: better === 'low' ? above(now, times(before, 1 + change)) : below(now, times(before, 1 - change)),
    for: '15m',
    severity: 'ticket',
    summary: `Model {model_name}: ${title} is {value}, worse than ${baseline} ago.`,
    description: `Mean of ${comparedPeriod}, against the mean of the same period ${baseline} earlier. Look for a change in between: the model or its configuration, the driver, the machine, the prompts of the suite.`,
  });
}

function anomaly({ name, title, better, values }: Compared, thresholds: BenchmarkThresholds): Alert {
  const { past, sigmas, margin } = thresholds;
  return alert({
    name: `Benchmark${name}Unusual`,
    when: better === 'low' ? aboveUsual(values, sigmas, margin) : belowUsual(values, sigmas, margin),
    severity: 'ticket',
    summary: `Model {model_name}: ${title} is {value}, unusually ${better === 'low' ? 'high' : 'low'} for this model.`,
    description: `More than ${sigmas} standard deviations from the mean of the last ${past}. Compare with other models on the dashboard: if all differ, the machine is the cause, else the model.`,
  });
}
