/** Queries that the dashboard and the rules of GPUs share. */
import { type MetricsOf, metricsOf, type Query, value } from '../../panels/index.js';
import { gpuCatalogue } from './metrics.js';

export type GpuMetrics = MetricsOf<ReturnType<typeof gpuCatalogue>['definitions']>;

/** Returns the metrics of all GPUs. */
export const gpuMetricsForQueries = (): GpuMetrics => metricsOf(gpuCatalogue());

/** Labels of one GPU, or of one instance of a GPU. */
export const byGpu = ['job', 'instance', 'hw.id', 'hw.name'] as const;

/** Name of a series of one GPU. */
export const ofGpu = '{instance} {hw.name}';

type By = readonly (typeof byGpu)[number][];

/** Share of the time in which GPUs computed. */
export function busyShare({ utilization }: GpuMetrics, by: By): Query {
  return value(utilization, { by, where: { 'hw.gpu.task': 'general' } });
}

/** 1 while the clock of a GPU is reduced because of heat, 0 otherwise. */
export function throttledByHeat({ throttled }: GpuMetrics, by: By): Query {
  const reasons = ['sw_thermal_slowdown', 'hw_thermal_slowdown'] as const;
  return value(throttled, { by, where: { 'hw.gpu.throttle.reason': reasons }, merge: 'max' });
}
