/** Row of the processing of detailed events: what was lost, and why. */
import { increase, panel, type Role, type Row, rate, ratio, row, value } from '../../../panels/index.js';
import { type GatewayMetrics, lostOutcomes } from './queries.js';

/** Returns the row. */
export function auditRow(metrics: GatewayMetrics): Row {
  const { auditEvents, auditDrained, auditBufferUsed, auditBufferLimit, auditSamplingRatio } = metrics;
  const { auditEnabled, auditSwitches, listenerErrors, invalid } = metrics;
  const roles: readonly Role[] = ['operator', 'developer'];
  return row('Detailed events', [
    panel({
      title: 'Events by outcome',
      queries: [
        { query: rate(auditEvents, { by: ['outcome'] }), legend: '{outcome}' },
        { query: rate(auditDrained), legend: 'evaluated' },
      ],
      roles,
    }),
    panel({
      title: 'Lost events',
      queries: ratio(rate(auditEvents, { where: { outcome: lostOutcomes } }), rate(auditEvents)),
      min: 0,
      thresholds: [{ from: 0.001, level: 'critical' }],
      roles,
    }),
    panel({
      title: 'Buffer',
      queries: [
        { query: value(auditBufferUsed, { by: ['instance'], merge: 'sum' }), legend: 'used on {instance}' },
        { query: value(auditBufferLimit, { by: ['instance'], merge: 'sum' }), legend: 'limit on {instance}' },
      ],
      roles,
    }),
    panel({
      title: 'Sampling and circuit breaker',
      description: 'Share of events that sampling keeps; 0 while the circuit breaker has switched events off.',
      queries: [
        { query: value(auditSamplingRatio, { by: ['instance'] }), legend: 'kept on {instance}' },
        { query: value(auditEnabled, { by: ['instance'] }), legend: 'enabled on {instance}' },
        { query: increase(auditSwitches, { by: ['to'] }), legend: 'switched {to}' },
      ],
      roles,
    }),
    panel({
      title: 'Failed listeners and invalid values',
      queries: [
        { query: increase(listenerErrors), legend: 'listener errors' },
        { query: increase(invalid, { by: ['source'] }), legend: 'invalid: {source}' },
      ],
      roles: ['developer'],
    }),
  ]);
}
