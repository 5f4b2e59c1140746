/** Queries that the dashboards of several packs have. */
import type { AttributeTypes } from '../../catalogue/attributes.js';
import { type PanelQuery, type Query, quantile, type Selectable, times, type Where } from '../../panels/index.js';

/** Returns the 50th, 95th and 99th percentile of a histogram. */
export function percentiles<A extends AttributeTypes>(
  metric: Selectable<'histogram', A>,
  where: Where<A> = {},
): readonly PanelQuery[] {
  return [50, 95, 99].map((percent) => ({ query: quantile(percent / 100, metric, { where }), legend: `p${percent}` }));
}

/** Returns an amount per hour. */
export function perHour(perSecond: Query): Query {
  return times(perSecond, 3_600);
}
