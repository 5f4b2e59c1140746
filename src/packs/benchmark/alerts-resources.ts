/** Rules of the resources that a benchmark uses: GPUs of the pack or of the collector `gpu`, containers, the machine. */
import { containerCatalogue } from '../../collectors/container/metrics.js';
import { gpuCatalogue } from '../../collectors/gpu/metrics.js';
import { hostCatalogue } from '../../collectors/host/metrics.js';
import { above, alert, divide, metricsOf, type RuleGroup, ruleGroup, value } from '../../panels/index.js';
import type { BenchmarkThresholds } from './alerts-thresholds.js';
import type { BenchmarkMetrics } from './dashboard/queries.js';

/** Returns the group. */
export function resourceGroup(group: string, metrics: BenchmarkMetrics, thresholds: BenchmarkThresholds): RuleGroup {
  const { gpuPercent, memoryRatio } = thresholds;
  const { memoryUtilization: gpuMemory } = metricsOf(gpuCatalogue());
  const { workingSet, memoryLimit } = metricsOf(containerCatalogue());
  const { memoryUtilization } = metricsOf(hostCatalogue());
  const ofContainer = { by: ['job', 'container.id'] } as const;
  return ruleGroup(`${group}-resources`, {
    alerts: [
      alert({
        name: 'BenchmarkGpuBusy',
        when: above(value(metrics.gpuUtilization, { by: ['job', 'gpu_id'] }), gpuPercent),
        severity: 'info',
        summary: 'GPU {gpu_id} computes {value} % of the time.',
        description:
          'The GPU limits the throughput: latencies include the wait for it. Compare models only at the same load, or use further GPUs.',
      }),
      alert({
        name: 'BenchmarkGpuMemoryHigh',
        when: above(value(gpuMemory, { by: ['job', 'hw.id', 'hw.name'] }), memoryRatio),
        severity: 'ticket',
        summary: '{value} of the memory of {hw.name} of {job} is in use.',
        description: 'The next larger batch or model may not fit. Use a smaller batch, or another GPU.',
      }),
      alert({
        name: 'BenchmarkContainerMemoryHigh',
        when: above(divide(value(workingSet, ofContainer), value(memoryLimit, ofContainer)), memoryRatio),
        severity: 'ticket',
        summary: 'Container {container.id} uses {value} of its memory limit.',
        description: 'The kernel kills a process of the container when it reaches the limit. Raise the limit.',
      }),
      alert({
        name: 'BenchmarkMemoryHigh',
        when: above(
          value(memoryUtilization, { by: ['job', 'instance'], where: { 'system.memory.state': 'used' } }),
          memoryRatio,
        ),
        severity: 'ticket',
        summary: '{value} of the memory of {instance} is in use.',
        description: 'The machine may swap, which changes all times. Run fewer models at once.',
      }),
    ],
  });
}
