/** Rules of pack `application`. */
import { above, alert, and, increase, type RuleGroup, ruleGroup, value } from '../../panels/index.js';
import { thresholdsOf } from '../options.js';
import {
  type ApplicationMetrics,
  applicationMetricsForQueries,
  byBuffer,
  byPool,
  usedConnections,
} from './dashboard-queries.js';

/** Thresholds of the rules. */
export interface ApplicationRulesOptions {
  /** Share of the connections of a pool that are in use while requests wait; 0.95 by default. */
  readonly connectionRatio?: number;
  /** Requests in five minutes that got no connection in time, above which an alert fires; 0 by default. */
  readonly timeouts?: number;
  /** Items in five minutes that a full buffer dropped, above which an alert fires; 0 by default. */
  readonly droppedItems?: number;
  /** Age of the oldest waiting item of a queue, in seconds; 300 by default. */
  readonly queueSeconds?: number;
  /** Failed readings of a source in 15 minutes, above which an alert fires; 3 by default. */
  readonly failedReadings?: number;
}

const defaults = { connectionRatio: 0.95, timeouts: 0, droppedItems: 0, queueSeconds: 300, failedReadings: 3 };

type Thresholds = Readonly<typeof defaults>;

const pool = '{db.client.connection.pool.name} of {job} {instance}';

/**
 * Returns the rules of connection pools, buffers and queues.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if an option is unknown, or is not a number from 0 on.
 */
export function applicationRules(options: ApplicationRulesOptions = {}): readonly RuleGroup[] {
  const thresholds = thresholdsOf('applicationRules', defaults, options);
  const metrics = applicationMetricsForQueries();
  const alerts = [...poolAlerts(metrics, thresholds), ...storeAlerts(metrics, thresholds)];
  return [ruleGroup('application', { alerts })];
}

function poolAlerts(metrics: ApplicationMetrics, { connectionRatio, timeouts }: Thresholds) {
  const waiting = above(value(metrics.pendingRequests, { by: byPool }), 0);
  const lost = { 'db.client.status': ['reconnecting', 'disconnecting', 'close', 'end'] } as const;
  return [
    alert({
      name: 'ApplicationPoolExhausted',
      when: and(above(usedConnections(metrics), connectionRatio), waiting),
      severity: 'ticket',
      summary: `Requests wait for a connection of pool ${pool}: the share {value} is in use.`,
      description:
        'Look for slow queries first: they hold connections longer. If the queries are as fast as usual, raise the size of the pool, within what the database permits.',
    }),
    alert({
      name: 'ApplicationPoolTimeouts',
      when: above(increase(metrics.timeouts, { by: byPool, over: '5m' }), timeouts),
      severity: 'page',
      summary: `{value} requests got no connection of pool ${pool} in time.`,
      description:
        'These requests failed. Look at the used share of the connections: if it is high, look for slow queries; if it is low, look at the connection to the database.',
    }),
    alert({
      name: 'ApplicationClientDisconnected',
      when: above(value(metrics.clientStatus, { by: [...byPool, 'db.client.status'], where: lost }), 0),
      severity: 'page',
      summary: `Client ${pool} has no connection: {db.client.status}.`,
      description: 'Check that the server runs and that its address and credentials are still valid.',
    }),
  ];
}

function storeAlerts(metrics: ApplicationMetrics, { droppedItems, queueSeconds, failedReadings }: Thresholds) {
  const byQueue = ['job', 'instance', 'queue.name'] as const;
  const bySource = ['job', 'instance', 'kind', 'name'] as const;
  return [
    alert({
      name: 'ApplicationBufferDropping',
      when: above(increase(metrics.bufferDropped, { by: byBuffer, over: '5m' }), droppedItems),
      severity: 'ticket',
      summary: 'Buffer {buffer.name} of {job} {instance} was full and dropped {value} items.',
      description:
        'What the items held is lost. Look for the consumer that reads the buffer too slowly, or enlarge the buffer.',
    }),
    alert({
      name: 'ApplicationQueueOld',
      when: above(value(metrics.queueOldestAge, { by: byQueue, merge: 'max' }), queueSeconds),
      severity: 'ticket',
      summary: 'The oldest item of queue {queue.name} of {job} {instance} waits for {value}.',
      description:
        'Items arrive faster than they are processed, or no worker runs. Look at the active items: if there are none, start workers; else add workers.',
    }),
    alert({
      name: 'ApplicationSourceFailing',
      when: above(increase(metrics.failures, { by: bySource, over: '15m' }), failedReadings),
      severity: 'ticket',
      summary: 'Readings of {kind} {name} of {job} {instance} failed {value} times; its metrics are absent.',
      description:
        'The function that the application passed throws or takes too long. The log of the application has the first error.',
    }),
  ];
}
