/** Each alert of the pack `benchmark` fires when it should, and only then. */
import { benchmarkRules } from '../../src/packs/benchmark/alerts.js';
import { type AlertCase, caseOf, type Series } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

/** Shorter periods than by default: a case has hours, not weeks. */
const rules = benchmarkRules({ baseline: '4h', comparedPeriod: '2h', past: '4h', minValues: 60 });
/** Minutes of a period with one value. */
const period = 240;

const all = '0+10x600';

const model = 'job="b", model_name="m"';
const counts = (metric: string, outcome: string, values: string): Series => ({
  [`${metric}_total{${model}, outcome="${outcome}"}`]: values,
});
const samples = (outcome: string, values: string) => counts('benchmark_samples', outcome, values);
const calls = (outcome: string, values: string) => counts('api_calls', outcome, values);
const runs = (outcome: string, values: string) => counts('benchmark_runs', outcome, values);
const active = (values: string): Series => ({ [`benchmark_active_runs{${model}}`]: values });
const gpu = (values: string): Series => ({ 'system_gpu_utilization_percent{job="b", gpu_id="0"}': values });
/** Samples per minute within one second and within 2.5 seconds. */
const latency = (within: string): Series => ({
  [`benchmark_latency_seconds_bucket{${model}, outcome="ok", le="1.0"}`]: within,
  [`benchmark_latency_seconds_bucket{${model}, outcome="ok", le="2.5"}`]: all,
  [`benchmark_latency_seconds_bucket{${model}, outcome="ok", le="+Inf"}`]: all,
  [`benchmark_latency_seconds_count{${model}, outcome="ok"}`]: all,
});
const gauge = (metric: string, values: string): Series => ({ [`${metric}{${model}}`]: values });

/** A period of one value, and a period of another one. */
const twoPeriods = (before: number, after: number) => `${before}x${period} ${after}x${period}`;

/** Cases of a score: the second value is worse, or it is not. */
function scoreCases(name: string, metric: string, [good, bad]: readonly [number, number]): readonly AlertCase[] {
  const at = period + 150;
  return [
    caseOf(`Benchmark${name}Regressed`, true, 'much worse', at, gauge(metric, twoPeriods(good, bad))),
    caseOf(`Benchmark${name}Regressed`, false, 'much better', at, gauge(metric, twoPeriods(bad, good))),
    caseOf(`Benchmark${name}Regressed`, false, 'without a baseline', period, gauge(metric, `${bad}x${period}`)),
    caseOf(
      `Benchmark${name}Unusual`,
      true,
      'a new run is much worse',
      period + 20,
      gauge(metric, twoPeriods(good, bad)),
    ),
    caseOf(`Benchmark${name}Unusual`, false, 'much better', period + 20, gauge(metric, twoPeriods(bad, good))),
    caseOf(`Benchmark${name}Unusual`, false, 'without a past', 40, gauge(metric, `${good}x20 ${bad}x100`)),
  ];
}

const slower = `0+10x${period} ${10 * period}x${period}`;
const cases: readonly AlertCase[] = [
  caseOf('BenchmarkSamplesFailing', true, 'a tenth', 30, samples('ok', all), samples('failed', '0+1x400')),
  caseOf('BenchmarkSamplesFailing', false, 'a few', 30, samples('ok', all), samples('failed', '0+0.2x400')),
  caseOf('BenchmarkSamplesFailing', false, 'few samples', 30, samples('failed', '0+1x400')),
  caseOf('BenchmarkApiErrorsHigh', true, 'a tenth', 30, calls('ok', all), calls('failed', '0+1x400')),
  caseOf('BenchmarkApiErrorsHigh', false, 'none', 30, calls('ok', all)),
  caseOf('BenchmarkRunFailed', true, 'the first run', 35, runs('failed', '_x30 1x100')),
  caseOf('BenchmarkRunFailed', true, 'a run was abandoned', 35, runs('abandoned', '1x30 2x100')),
  caseOf('BenchmarkRunFailed', false, 'runs that succeed', 35, runs('ok', all)),
  caseOf('BenchmarkRunFailed', false, 'long ago', 200, runs('failed', '_x30 1x300')),
  caseOf('BenchmarkStalled', true, 'no samples', 100, active('1x200'), samples('ok', '5x200')),
  caseOf('BenchmarkStalled', true, 'never a sample', 100, active('1x200')),
  caseOf('BenchmarkStalled', false, 'few samples', 100, active('1x200'), samples('ok', '0+0.2x200')),
  caseOf('BenchmarkStalled', false, 'a run that began lately', 100, active('0x60 1x200')),
  caseOf('BenchmarkStalled', false, 'no runs', 100, active('0x200')),
  caseOf('BenchmarkGpuBusy', true, '97 %', 30, gpu('97x100')),
  caseOf('BenchmarkGpuBusy', false, '95 %', 30, gpu('95x100')),
  caseOf('BenchmarkLatencyRegressed', true, 'from 1 to 2.5 seconds', period + 200, latency(slower)),
  caseOf('BenchmarkLatencyRegressed', false, 'as before', period + 200, latency(all)),
  caseOf('BenchmarkLatencyUnusual', true, 'from 1 to 2.5 seconds', period + 17, latency(slower)),
  caseOf('BenchmarkLatencyUnusual', false, 'as usual', period + 60, latency(all)),
  ...scoreCases('Throughput', 'benchmark_run_throughput_per_second', [10, 7]),
  ...scoreCases('Fvd', 'benchmark_fvd', [300, 400]),
  ...scoreCases('InceptionScore', 'benchmark_inception_score', [10, 7]),
  ...scoreCases('TemporalConsistency', 'benchmark_temporal_consistency', [0.95, 0.7]),
  ...scoreCases('FScore', 'benchmark_f1_ratio', [0.9, 0.6]),
];

testAlerts('benchmark', { rules, cases });
