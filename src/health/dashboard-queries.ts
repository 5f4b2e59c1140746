/** Queries that the dashboard and the rules of the SDK share. */
import { sourceCatalogue } from '../collectors/own-metrics.js';
import { divide, type MetricsOf, metricsOf, type Query, rate, ratio, value } from '../panels/index.js';
import { selfCatalogue } from './metrics.js';

export type SelfQueries = MetricsOf<ReturnType<typeof selfCatalogue>['definitions']>;
export type SourceQueries = MetricsOf<ReturnType<typeof sourceCatalogue>['definitions']>;

/** Returns the self-metrics. */
export const selfMetrics = (): SelfQueries => metricsOf(selfCatalogue());
/** Returns the metrics of the sources of collectors. */
export const sourceMetrics = (): SourceQueries => metricsOf(sourceCatalogue());

/** Attribute with the name of a backend or reader. */
export const backend = 'otel.component.name';

/** Labels of one backend of one process. */
export const byBackend = ['job', 'instance', backend] as const;

/** Condition of what failed. */
export const failed = { 'error.type': { not: '' } } as const;

/** Share of the deliveries of each backend that failed. */
export function failedDeliveries({ delivery }: SelfQueries): Query {
  const over = { by: byBackend, over: '5m' } as const;
  return ratio(rate(delivery, { ...over, where: failed }), rate(delivery, over));
}

/** Labels of one metric of one process. */
const byMetric = ['job', 'instance', 'metric'] as const;

/** Used share of the series that a metric may have. */
export function usedSeries({ seriesUsed, seriesLimit }: SelfQueries): Query {
  return divide(value(seriesUsed, { by: byMetric }), value(seriesLimit, { by: byMetric }));
}
