/** Silence: events that stop, and metrics that end, although there were some before. */
import type { AttributeTypes } from '../../catalogue/attributes.js';
import {
  above,
  countOver,
  type Duration,
  increase,
  offset,
  type Query,
  type Selectable,
  unless,
  value,
} from '../../panels/index.js';

/**
 * Returns the jobs without events in the last `silentAfter`, and the number of their events in the hour before. Also shows
 * jobs whose metrics ended, but no job that never had an event.
 */
export function stoppedJobs<A extends AttributeTypes>(
  metric: Selectable<'counter' | 'histogram', A>,
  silentAfter: Duration,
): Query {
  const before = offset(increase(metric, { by: ['job'], over: '1h' }), silentAfter);
  return unless(above(before, 0), above(increase(metric, { by: ['job'], over: silentAfter }), 0));
}

/**
 * Returns the jobs whose metric had values within `past` and has none now. Returns no job that never had the metric, or whose
 * metric ended longer ago.
 *
 * @param metric that every running process exports.
 */
export function silentJobs<A extends AttributeTypes>(
  metric: Selectable<'gauge' | 'observableGauge' | 'upDownCounter' | 'observableUpDownCounter', A>,
  past: Duration,
): Query {
  const byJob = value(metric, { by: ['job'] });
  return unless(above(countOver(byJob, past), 0), byJob);
}
