/** Rules of collector `container`. */
import { above, alert, increase, type RuleGroup, ruleGroup } from '../../panels/index.js';
import { thresholdsOf } from '../options.js';
import { byInstance } from '../panel-defaults.js';
import { containerMetricsForQueries, memoryShare, pidsShare, throttledShare } from './dashboard-queries.js';

/** Thresholds of the rules. */
export interface ContainerRulesOptions {
  /** Share of the memory limit that the working set occupies; 0.9 by default. */
  readonly memoryRatio?: number;
  /** Share of the periods in which the container used up its processor quota; 0.25 by default. */
  readonly throttledRatio?: number;
  /** Share of the processes and threads that the container may have; 0.9 by default. */
  readonly pidsRatio?: number;
  /** Processes killed for lack of memory in ten minutes, above which an alert fires; 0 by default. */
  readonly oomKills?: number;
}

const defaults = { memoryRatio: 0.9, throttledRatio: 0.25, pidsRatio: 0.9, oomKills: 0 };

/**
 * Returns the rules of containers. A container without a limit has no alert about it.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, or is not a number from 0 on.
 */
export function containerRules(options: ContainerRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = thresholdsOf('containerRules', defaults, options);
  const metrics = containerMetricsForQueries();
  const alerts = [
    alert({
      name: 'ContainerMemoryNearLimit',
      when: above(memoryShare(metrics, byInstance), thresholds.memoryRatio),
      severity: 'page',
      summary: 'The container of {job} {instance} uses the share {value} of its memory limit.',
      description:
        'At the limit, the kernel kills the process. Restart it to gain time; if its memory only ever grows, look at the heap on the dashboard of the runtime, else raise the limit.',
    }),
    alert({
      name: 'ContainerOutOfMemory',
      when: above(increase(metrics.oomKills, { by: byInstance, over: '10m' }), thresholds.oomKills),
      for: '0s',
      severity: 'page',
      summary: 'In the container of {job} {instance}, the kernel killed {value} processes for lack of memory.',
      description:
        'Work of the killed processes is lost. Raise the memory limit or run fewer workers in the container; then look for the process that grew.',
    }),
    alert({
      name: 'ContainerThrottled',
      when: above(throttledShare(metrics, byInstance, '5m'), thresholds.throttledRatio),
      for: '15m',
      severity: 'ticket',
      summary: 'The container of {job} {instance} used up its processor quota in the share {value} of the periods.',
      description:
        'Requests wait up to a tenth of a second for the next period, so percentiles rise although the processor seems to be idle. Raise or remove the processor limit.',
    }),
    alert({
      name: 'ContainerPidsNearLimit',
      when: above(pidsShare(metrics, byInstance), thresholds.pidsRatio),
      severity: 'ticket',
      summary: 'The container of {job} {instance} has the share {value} of its processes and threads.',
      description:
        'At the limit, no process and no thread can be started. Look for child processes that never end, and raise the limit if the load is the cause.',
    }),
  ];
  return [ruleGroup('container', { alerts })];
}
