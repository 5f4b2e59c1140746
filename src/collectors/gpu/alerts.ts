/** Rules of collector `gpu`. */
import { above, alert, avgOver, increase, newEvents, type RuleGroup, ruleGroup, value } from '../../panels/index.js';
import { thresholdsOf } from '../options.js';
import { busyShare, byGpu, gpuMetricsForQueries, throttledByHeat } from './dashboard-queries.js';

/** Thresholds of the rules. */
export interface GpuRulesOptions {
  /** Share of the time in which a GPU computes; 0.95 by default. */
  readonly utilizationRatio?: number;
  /** Used share of the memory; 0.9 by default. */
  readonly memoryRatio?: number;
  /** Uncorrected memory errors (ECC) in an hour, above which an alert fires; 0 by default. */
  readonly uncorrectedErrors?: number;
  /** Xid errors of one code in 15 minutes, above which an alert fires; 0 by default. */
  readonly xidErrors?: number;
  /** Share of ten minutes in which heat reduced the clock; 0.5 by default. */
  readonly throttledRatio?: number;
}

const defaults = {
  utilizationRatio: 0.95,
  memoryRatio: 0.9,
  uncorrectedErrors: 0,
  xidErrors: 0,
  throttledRatio: 0.5,
};

const gpu = 'GPU {hw.name} ({hw.id}) of {instance}';

/**
 * Returns the rules of GPUs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, or is not a number from 0 on.
 */
export function gpuRules(options: GpuRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = thresholdsOf('gpuRules', defaults, options);
  const metrics = gpuMetricsForQueries();
  const uncorrected = { by: byGpu, over: '1h', where: { 'error.type': 'uncorrected' } } as const;
  // The series of a code begins with its first error.
  const xidErrors = {
    by: [...byGpu, 'error.type'],
    over: '15m',
    where: { 'error.type': { not: ['corrected', 'uncorrected'] } },
  } as const;
  const alerts = [
    alert({
      name: 'GpuUtilizationHigh',
      when: above(busyShare(metrics, byGpu), thresholds.utilizationRatio),
      for: '15m',
      severity: 'ticket',
      summary: `${gpu} computes for the share {value} of the time.`,
      description:
        'The GPU has no reserve: further requests wait. Look at queues and latency first; if they grow, add a GPU, use larger batches or shed load. Raise utilizationRatio where full use is intended, such as in training.',
    }),
    alert({
      name: 'GpuMemoryHigh',
      when: above(value(metrics.memoryUtilization, { by: byGpu }), thresholds.memoryRatio),
      for: '10m',
      severity: 'ticket',
      summary: `The share {value} of the memory of ${gpu} is in use.`,
      description:
        'Soon an allocation fails. Look at the processes with the most memory; reduce the batch size or the number of models. Raise memoryRatio for servers that reserve the memory at their start.',
    }),
    alert({
      name: 'GpuUncorrectedErrors',
      when: above(increase(metrics.errors, uncorrected), thresholds.uncorrectedErrors),
      for: '0s',
      severity: 'page',
      summary: `The memory of ${gpu} had {value} errors that were not corrected.`,
      description:
        'Results of the GPU may be wrong, and its processes end. Take it out of service, reset it with nvidia-smi --gpu-reset, and have it replaced if the errors return.',
    }),
    alert({
      name: 'GpuXidErrors',
      when: above(newEvents(metrics.errors, xidErrors), thresholds.xidErrors),
      for: '0s',
      severity: 'ticket',
      summary: `${gpu} reported {error.type}: {value} times in 15 minutes.`,
      description:
        'The driver reports an error by its Xid code. Codes 13, 31, 43 and 45 usually are faults of the program that uses the GPU; 48, 63, 64, 94 and 95 concern its memory; with 79 the GPU has left the bus. Look up the code in the documentation of NVIDIA, and restart the program or the host.',
    }),
    alert({
      name: 'GpuThrottledByHeat',
      when: above(avgOver(throttledByHeat(metrics, byGpu), '10m'), thresholds.throttledRatio),
      severity: 'ticket',
      summary: `Heat reduces the clock of ${gpu} for the share {value} of the time.`,
      description:
        'The GPU is slower than it could be, and may be damaged. Check fans, air flow and the temperature of the room; reduce the power limit until it is cooled better.',
    }),
  ];
  return [ruleGroup('gpu', { alerts })];
}
