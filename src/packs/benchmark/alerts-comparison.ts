/**
 * Rules that compare each model with itself: regressions against an earlier baseline, and anomalies against its recent past.
 *
 * Names of models contain their version, so each version has a baseline of its own.
 */
import {
  type Alert,
  above,
  alert,
  and,
  avgOver,
  below,
  offset,
  type Query,
  quantile,
  type Recording,
  type RuleGroup,
  rate,
  recorded,
  recording,
  ruleGroup,
  times,
  value,
} from '../../panels/index.js';
import { unusuallyHigh, unusuallyLow } from '../kit/alerts-anomaly.js';
import type { BenchmarkThresholds } from './alerts-thresholds.js';
import type { BenchmarkMetrics } from './dashboard/queries.js';

/** A value of each model that is compared. */
interface Compared {
  /** In names of alerts, such as `BenchmarkLatencyRegressed`. */
  readonly name: string;
  /** In sentences. */
  readonly title: string;
  readonly better: 'low' | 'high';
  /** Share by which it may become worse. */
  readonly change: number;
  readonly recording: Recording;
}

/** Returns the group. */
export function comparisonGroup(name: string, metrics: BenchmarkMetrics, thresholds: BenchmarkThresholds): RuleGroup {
  const all = comparedValues(name, metrics, thresholds);
  return ruleGroup(`${name}-comparison`, {
    interval: '1m',
    recordings: all.map((each) => each.recording),
    alerts: [...all.map((each) => regression(each, thresholds)), ...all.map((each) => anomaly(each, thresholds))],
  });
}

function comparedValues(name: string, metrics: BenchmarkMetrics, thresholds: BenchmarkThresholds): Compared[] {
  const { latency, runThroughput, fvd, inceptionScore, temporalConsistency, f1 } = metrics;
  const { latencyChange, throughputChange, qualityChange } = thresholds;
  const by = ['job', 'model_name'] as const;
  const ofSamples = { by, over: '1h', where: { outcome: 'ok' } } as const;
  // Without samples the quantile is NaN, which would make every mean of it NaN.
  const p95 = and(quantile(0.95, latency, ofSamples), above(rate(latency, ofSamples), 0));
  const score = (named: string, title: string, key: string, query: Query): Compared => ({
    name: named,
    title,
    better: key === 'fvd' ? 'low' : 'high',
    change: qualityChange,
    recording: recording(`${name}:${key}:mean`, query),
  });
  return [
    {
      name: 'Latency',
      title: 'latency (p95, seconds)',
      better: 'low',
      change: latencyChange,
      recording: recording(`${name}:latency_seconds:p95_1h`, p95),
    },
    {
      name: 'Throughput',
      title: 'throughput (samples per second)',
      better: 'high',
      change: throughputChange,
      recording: recording(`${name}:run_throughput:mean`, value(runThroughput, { by })),
    },
    score('Fvd', 'Fréchet video distance', 'fvd', value(fvd, { by })),
    score('InceptionScore', 'inception score', 'inception_score', value(inceptionScore, { by })),
    score('TemporalConsistency', 'temporal consistency', 'temporal_consistency', value(temporalConsistency, { by })),
    score('FScore', 'F1 score', 'f1', value(f1, { by })),
  ];
}

function regression(
  { name, title, better, change, recording: values }: Compared,
  { baseline }: BenchmarkThresholds,
): Alert {
  const now = avgOver(recorded(values), '1d');
  const before = offset(now, baseline);
  return alert({
    name: `Benchmark${name}Regressed`,
    when: better === 'low' ? above(now, times(before, 1 + change)) : below(now, times(before, 1 - change)),
    for: '15m',
    severity: 'ticket',
    summary: `Model {model_name}: ${title} is {value}, worse than ${baseline} ago.`,
    description: `Mean of a day, against the mean of the day that ended ${baseline} ago. Look for a change in between: the model or its configuration, the driver, the machine, the prompts of the suite.`,
  });
}

function anomaly({ name, title, better, recording: values }: Compared, thresholds: BenchmarkThresholds): Alert {
  const { past, sigmas, change, evaluations } = thresholds;
  const options = { past, recent: '1h', sigmas, change, evaluations } as const;
  return alert({
    name: `Benchmark${name}Unusual`,
    when: better === 'low' ? unusuallyHigh(values, options) : unusuallyLow(values, options),
    severity: 'ticket',
    summary: `Model {model_name}: ${title} is {value}, unusually ${better === 'low' ? 'high' : 'low'} for this model.`,
    description: `More than ${sigmas} standard deviations from the mean of the last ${past}. Compare with other models on the dashboard: if all differ, the machine is the cause, else the model.`,
  });
}
