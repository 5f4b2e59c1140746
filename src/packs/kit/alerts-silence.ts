/** Silence: events that stop, although there were some before. */
import type { AttributeTypes } from '../../catalogue/attributes.js';
import { above, type Duration, increase, offset, type Query, type Selectable, unless } from '../../panels/index.js';

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
