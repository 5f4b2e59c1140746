/** Queries that the dashboard and the rules of the runtime share. */
import { divide, type MetricsOf, metricsOf, type Query, rate, ratio, value, type Window } from '../../panels/index.js';
import { runtimeCatalogue } from './metrics.js';

export type RuntimeMetrics = MetricsOf<ReturnType<typeof runtimeCatalogue>['definitions']>;

/** Returns the metrics under OpenTelemetry's names, which the collector has by default. */
export const runtimeMetricsForQueries = (): RuntimeMetrics => metricsOf(runtimeCatalogue());

type By = readonly ('job' | 'instance')[];

/** Share of the time in which the event loop was active. */
export function loopShare({ loopTime }: RuntimeMetrics, by: By): Query {
  return ratio(rate(loopTime, { by, where: { 'nodejs.eventloop.state': 'active' } }), rate(loopTime, { by }));
}

/** Used share of the heap that V8 permits. */
export function heapShare({ heapUsed, heapLimit }: RuntimeMetrics, by: By): Query {
  return divide(value(heapUsed, { by }), value(heapLimit, { by }));
}

/** Open share of the file descriptors that the process may have. */
export function descriptorShare({ openFiles, maxOpenFiles }: RuntimeMetrics, by: By): Query {
  return divide(value(openFiles, { by }), value(maxOpenFiles, { by }));
}

/** Share of the time spent in garbage collections. */
export function garbageCollectionShare({ gcDuration }: RuntimeMetrics, by: By, over: Window = 'auto'): Query {
  return rate(gcDuration, { by, of: 'sum', over });
}
