/** Alerts on GPUs: utilization and memory of all GPUs of a machine. */
import { type Alert, above, alert, maxOver, minOver, offset, times, value } from '../../panels/index.js';
import type { InferenceThresholds } from './alerts-options.js';
import type { InferenceMetrics } from './queries.js';

const by = ['job', 'instance'] as const;

export function gpuAlerts(
  { gpuUtilization, gpuMemory }: InferenceMetrics,
  { gpuPercent, gpuMemoryTotalMb, gpuMemoryShare, gpuMemoryGrowth }: InferenceThresholds,
): readonly Alert[] {
  const utilization = value(gpuUtilization, { by });
  const memory = value(gpuMemory, { by, merge: 'sum' });
  return [
    alert({
      name: 'InferenceGpuBusy',
      when: above(utilization, gpuPercent),
      for: '10m',
      severity: 'ticket',
      summary: 'GPUs of {instance} are busy: {value} %.',
      description:
        'The GPUs have no time left: more load makes requests wait. If latency suffers, add a GPU or an instance; else it is only well used.',
    }),
    alert({
      name: 'InferenceGpuMemoryGrowing',
      // The whole last hour is above the whole hour of a day ago: peaks of single batches do not count.
      when: above(minOver(memory, '1h'), times(offset(maxOver(memory, '1h'), '1d'), gpuMemoryGrowth)),
      for: '1h',
      severity: 'ticket',
      summary: 'GPU memory of {instance} grew within a day, to {value} MB.',
      description:
        'Memory that is allocated and never released ends in a crash. If no model was added, look for tensors that are kept, and for caches without a limit.',
    }),
    ...(gpuMemoryTotalMb === undefined
      ? []
      : [
          alert({
            name: 'InferenceGpuMemoryHigh',
            when: above(memory, gpuMemoryTotalMb * gpuMemoryShare),
            for: '5m',
            severity: 'page',
            summary: 'GPU memory of {instance} is nearly full: {value} MB.',
            description:
              'The next large batch may not fit, and the server crashes. Reduce the largest batch or the longest sequence, or unload a model.',
          }),
        ]),
  ];
}
