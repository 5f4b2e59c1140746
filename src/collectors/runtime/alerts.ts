/** Rules of collector `runtime`. */
import { above, alert, quantile, type RuleGroup, ruleGroup } from '../../panels/index.js';
import { thresholdsOf } from '../options.js';
import { byInstance } from '../panel-defaults.js';
import { descriptorShare, garbageCollectionShare, heapShare, runtimeMetricsForQueries } from './dashboard-queries.js';

/** Thresholds of the rules. */
export interface RuntimeRulesOptions {
  /** 99th percentile of the delay of the event loop, in seconds; 0.5 by default. */
  readonly delaySeconds?: number;
  /** Used share of the heap that V8 permits; 0.9 by default. */
  readonly heapRatio?: number;
  /** Open share of the file descriptors that the process may have; 0.9 by default. */
  readonly descriptorRatio?: number;
  /** Share of the time in garbage collections; 0.2 by default. */
  readonly garbageCollectionRatio?: number;
}

const defaults = { delaySeconds: 0.5, heapRatio: 0.9, descriptorRatio: 0.9, garbageCollectionRatio: 0.2 };

/**
 * Returns the rules of Node processes, for the names of OpenTelemetry.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, or is not a number from 0 on.
 */
export function runtimeRules(options: RuntimeRulesOptions = {}): readonly RuleGroup[] {
  const { delaySeconds, heapRatio, descriptorRatio, garbageCollectionRatio } = thresholdsOf(
    'runtimeRules',
    defaults,
    options,
  );
  const metrics = runtimeMetricsForQueries();
  const over = '5m';
  const alerts = [
    alert({
      name: 'RuntimeEventLoopDelayed',
      when: above(quantile(0.99, metrics.sampledDelay, { by: byInstance, over }), delaySeconds),
      severity: 'ticket',
      summary: 'The event loop of {job} {instance} is late by {value} (p99).',
      description:
        'Synchronous work blocks the event loop, so every request waits. Look at the share of garbage collections first; if it is low, take a CPU profile of the process and move the longest function to a worker thread.',
    }),
    alert({
      name: 'RuntimeHeapNearLimit',
      when: above(heapShare(metrics, byInstance), heapRatio),
      severity: 'page',
      summary: 'The heap of {job} {instance} uses the share {value} of its limit.',
      description:
        'V8 ends the process when the heap is full. Restart the process to gain time; if the heap only ever grows, compare two heap snapshots, else raise --max-old-space-size.',
    }),
    alert({
      name: 'RuntimeDescriptorsNearLimit',
      when: above(descriptorShare(metrics, byInstance), descriptorRatio),
      severity: 'page',
      summary: '{job} {instance} has opened the share {value} of its file descriptors.',
      description:
        'At the limit, no connection and no file can be opened. Look for connections that are never closed with lsof, and raise the limit (ulimit -n) if the load is the cause.',
    }),
    alert({
      name: 'RuntimeGarbageCollectionHigh',
      when: above(garbageCollectionShare(metrics, byInstance, over), garbageCollectionRatio),
      for: '10m',
      severity: 'ticket',
      summary: '{job} {instance} spends the share {value} of its time in garbage collections.',
      description:
        'The heap is nearly full, or the program allocates too much. If the used share of the heap is high, raise --max-old-space-size; else take an allocation profile.',
    }),
  ];
  return [ruleGroup('runtime', { alerts })];
}
