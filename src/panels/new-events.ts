/** Events that begin a series. */

import type { AttributeTypes } from '../catalogue/attributes.js';
import { requireFields } from './arguments.js';
import { minus, offset, or, unless } from './combine.js';
import type { Duration } from './duration.js';
import { total } from './queries.js';
import type { Query } from './query.js';
import type { Selectable, Selection } from './select.js';

/** Selection of series with a window. */
export interface EventSelection<A extends AttributeTypes = AttributeTypes> extends Selection<A> {
  readonly over: Duration;
}

/**
 * Returns the increase of a counter in a window. Unlike `increase`, it counts the first value of a series that has no
 * earlier sample: for rare events, whose series begins with the first of them. After a reset it has no value above 0 until
 * the window has passed.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if an attribute or a value is not declared, or the window is not a duration.
 *
 * @example
 * above(newEvents(metricsOf(shop).orders, { where: { outcome: 'declined' }, over: '15m' }), 0);
 */
export function newEvents<K extends 'counter' | 'observableCounter', A extends AttributeTypes>(
  metric: Selectable<K, A>,
  options: EventSelection<A>,
): Query {
  requireFields('newEvents: options', options, 'over');
  const { over, ...selection } = options;
  const all = total(metric, selection);
  const before = offset(all, over);
  return or(minus(all, before), unless(all, before));
}
