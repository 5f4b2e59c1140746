/** Silence: events that stop, and metrics that end, although there were some before. */
import type { AttributeTypes } from '../../catalogue/attributes.js';
import {
  above,
  type Duration,
  increase,
  offset,
  type Query,
  type Selectable,
  unless,
  value,
} from '../../panels/index.js';
import { type ServiceJobs, serviceJobs } from '../../panels/service-jobs.js';
import { recordedName } from './alerts-usual.js';

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

/** Thresholds of silence. */
export interface SilenceThresholds {
  readonly silencePast: Duration;
  readonly serviceAfter: Duration;
}

/**
 * Returns the services whose metric had values within `silencePast` and has none now. Returns no job that never had the
 * metric, that had it for less than `serviceAfter`, or whose metric ended longer ago. Its recording rules belong into a group
 * with an interval of one minute.
 *
 * @param metric that every running process exports.
 * @param call function that has the thresholds, for errors.
 */
export function silentJobs<A extends AttributeTypes>(
  call: string,
  metric: Selectable<'gauge' | 'observableGauge' | 'upDownCounter' | 'observableUpDownCounter', A>,
  { silencePast: past, serviceAfter }: SilenceThresholds,
): ServiceJobs {
  return serviceJobs(value(metric, { by: ['job'] }), {
    names: [recordedName(metric, 'present'), recordedName(metric, `count_${serviceAfter}`)],
    serviceAfter,
    past,
    where: `${call}.serviceAfter`,
  });
}
