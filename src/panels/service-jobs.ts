/**
 * Jobs that count as services, by recording rules.
 *
 * A job that ends as planned cannot be distinguished from one that crashed. Only services are watched for silence: jobs that
 * were present for nearly all of a time.
 */
import { above, atLeast, countOver, raw, unless } from './combine.js';
import { type Duration, secondsOf } from './duration.js';
import type { Query } from './query.js';
import { type Recording, recorded, recording } from './rules.js';

/** Which jobs are services. */
export interface ServiceOptions {
  /** Names of the recording rules, without and with the window, such as `job:orders:present`. */
  readonly names: readonly [presence: string, count: string];
  /** Time for which a job is present, without gaps of more than a tenth, before it is a service. */
  readonly serviceAfter: Duration;
  /** Time since it was a service for which a job still counts as a service. */
  readonly past: Duration;
  /** Location of `serviceAfter`, for errors. */
  readonly where: string;
}

/** Services, and the recording rules that find them. */
export interface ServiceJobs {
  /** In the order of their evaluation, once a minute: a number of their values is a time. */
  readonly recordings: readonly Recording[];
  /** Selects the jobs that were services within `past`. */
  readonly isService: Query;
  /** Selects the jobs that are services or were services within `past`, and are not present now. */
  readonly isSilent: Query;
}

/** Jobs whose groups are in a Pushgateway: their last values stay, whether the job runs or not. */
export const pushed = raw('max by (job) (push_time_seconds)', { labels: ['job'] });

/** Share of the minutes of `serviceAfter` in which a service is present. The rest permits restarts. */
const share = 0.9;

/**
 * Returns the jobs that are services.
 *
 * @param present query by job, which has no series of a job that is absent.
 * @throws {MetricsError} METRICS_PANEL_INVALID if `serviceAfter` or `past` is not a duration.
 */
export function serviceJobs(present: Query, { names, serviceAfter, past, where }: ServiceOptions): ServiceJobs {
  const minutes = Math.floor((secondsOf(serviceAfter, where) / 60) * share);
  const presence = recording(names[0], unless(present, pushed));
  const services = recording(names[1], atLeast(countOver(recorded(presence), serviceAfter), Math.max(1, minutes)));
  const isService = above(countOver(recorded(services), past), 0);
  return { recordings: [presence, services], isService, isSilent: unless(isService, recorded(presence)) };
}
