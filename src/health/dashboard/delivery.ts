/** Rows of deliveries and backends. */
import { ofInstance, operators, technical } from '../../collectors/panel-defaults.js';
import { minus, now, panel, quantile, type Row, rate, row, value } from '../../panels/index.js';
import { backend, byBackend, failed, type SelfQueries } from '../dashboard-queries.js';

const by = [backend] as const;
const legend = `{${backend}}`;

export function deliveryRow({ exported, waiting, delivery }: SelfQueries): Row {
  return row('Deliveries', [
    panel({
      title: 'Delivered data points',
      roles: technical,
      min: 0,
      queries: { query: rate(exported, { by, where: { 'error.type': '' } }), legend },
    }),
    panel({
      title: 'Lost data points, by cause',
      roles: technical,
      min: 0,
      queries: {
        query: rate(exported, { by: [backend, 'error.type'], where: failed }),
        legend: `${legend} {error.type}`,
      },
    }),
    panel({
      title: 'Data points that wait for a retry',
      roles: technical,
      min: 0,
      queries: { query: value(waiting, { by }), legend },
    }),
    panel({
      title: 'Failed deliveries, by cause',
      roles: technical,
      min: 0,
      unit: '{delivery}/s',
      queries: {
        query: rate(delivery, { by: [backend, 'error.type'], where: failed }),
        legend: `${legend} {error.type}`,
      },
    }),
  ]);
}

export function backendRow({ delivery, lastSuccess, inFlight, retries, shed }: SelfQueries): Row {
  return row('Backends', [
    panel({
      title: 'Duration of deliveries',
      roles: technical,
      min: 0,
      queries: [
        { query: quantile(0.5, delivery, { by }), legend: `${legend} p50` },
        { query: quantile(0.99, delivery, { by }), legend: `${legend} p99` },
      ],
    }),
    panel({
      title: 'Time since the last success',
      roles: operators,
      unit: 's',
      min: 0,
      queries: {
        query: minus(now, value(lastSuccess, { by: byBackend, merge: 'max' })),
        legend: `${ofInstance} ${legend}`,
      },
    }),
    panel({
      title: 'Deliveries under way, and retries',
      roles: operators,
      min: 0,
      queries: [
        { query: value(inFlight, { by }), legend: `${legend} under way` },
        { query: rate(retries, { by }), legend: `${legend} retries per second` },
      ],
    }),
    panel({
      title: 'Detail that load shedding removed',
      roles: operators,
      min: 0,
      queries: { query: rate(shed, { by: [backend, 'detail'] }), legend: `${legend} {detail}` },
    }),
  ]);
}
