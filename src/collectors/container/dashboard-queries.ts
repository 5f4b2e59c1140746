/** Queries that the dashboard and the rules of containers share. */
import { divide, type MetricsOf, metricsOf, type Query, rate, ratio, value, type Window } from '../../panels/index.js';
import { containerCatalogue } from './metrics.js';

export type ContainerMetrics = MetricsOf<ReturnType<typeof containerCatalogue>['definitions']>;

/** Returns the metrics of all groups. */
export const containerMetricsForQueries = (): ContainerMetrics => metricsOf(containerCatalogue());

type By = readonly ('job' | 'instance')[];

/** Share of the periods of the processor quota in which the container used it up. Containers without a quota have none. */
export function throttledShare(
  { cpuPeriods, throttledPeriods }: ContainerMetrics,
  by: By,
  over: Window = 'auto',
): Query {
  return ratio(rate(throttledPeriods, { by, over }), rate(cpuPeriods, { by, over }));
}

/** Share of the limit that the working set occupies: the memory that the kernel cannot reclaim at once. */
export function memoryShare({ workingSet, memoryLimit }: ContainerMetrics, by: By): Query {
  return divide(value(workingSet, { by }), value(memoryLimit, { by }));
}

/** Share of the processes and threads that the container may have. */
export function pidsShare({ pids, pidsLimit }: ContainerMetrics, by: By): Query {
  return divide(value(pids, { by }), value(pidsLimit, { by }));
}
