/** Rows of rejected measurements, cardinality, collections and the sources of collectors. */
import {
  byInstance,
  developers,
  fullness,
  ofInstance,
  operators,
  share,
  technical,
} from '../../collectors/panel-defaults.js';
import { panel, quantile, type Row, rate, row, topk, value } from '../../panels/index.js';
import { backend, type SelfQueries, type SourceQueries, usedSeries } from '../dashboard-queries.js';

export function rejectionRow({ rejected, heartbeat }: SelfQueries): Row {
  return row('Measurements', [
    panel({
      title: 'Rejected or altered measurements, by reason',
      roles: technical,
      min: 0,
      queries: { query: rate(rejected, { by: ['reason'] }), legend: '{reason}' },
    }),
    panel({
      title: 'Heartbeats',
      roles: technical,
      unit: '{factor}',
      thresholds: [
        { from: Number.NEGATIVE_INFINITY, level: 'critical' },
        { from: 0.9, level: 'good' },
        { from: 1.1, level: 'critical' },
      ],
      queries: { query: rate(heartbeat, { by: byInstance }), legend: ofInstance },
    }),
  ]);
}

export function cardinalityRow(metrics: SelfQueries): Row {
  const { seriesUsed, seriesLimit, rejected, attributeValues } = metrics;
  const beyond = ['series_overflow', 'attribute_other', 'instrument_overflow', 'scope_overflow'] as const;
  return row('Cardinality', [
    panel({
      title: 'Used share of the series, fullest metrics',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: topk(10, usedSeries(metrics)), legend: `${ofInstance} {metric}` },
    }),
    panel({
      title: 'Measurements beyond a limit',
      roles: technical,
      min: 0,
      queries: { query: rate(rejected, { by: ['reason'], where: { reason: beyond } }), legend: '{reason}' },
    }),
    panel({
      title: 'Metrics with the most series',
      kind: 'table',
      roles: technical,
      queries: [
        { query: topk(20, value(seriesUsed, { by: ['metric'], merge: 'sum' })), legend: 'series' },
        { query: value(seriesLimit, { by: ['metric'], merge: 'sum' }), legend: 'limit' },
      ],
    }),
    panel({
      title: 'Attributes with the most values',
      kind: 'table',
      roles: developers,
      queries: topk(20, value(attributeValues, { by: ['metric', 'attribute'], merge: 'max' })),
    }),
    panel({ title: 'Series in use', roles: operators, min: 0, queries: value(seriesUsed, { merge: 'sum' }) }),
  ]);
}

export function collectionRow({ collection }: SelfQueries): Row {
  const by = [backend] as const;
  const legend = `{${backend}}`;
  return row('Collections', [
    panel({
      title: 'Duration of collections',
      roles: technical,
      min: 0,
      queries: [
        { query: quantile(0.5, collection, { by }), legend: `${legend} p50` },
        { query: quantile(0.99, collection, { by }), legend: `${legend} p99` },
      ],
    }),
    panel({
      title: 'Collections, and those with a failed callback',
      roles: developers,
      min: 0,
      unit: '{collection}/s',
      queries: {
        query: rate(collection, { by: [backend, 'error.type'] }),
        legend: `${legend} {error.type}`,
      },
    }),
  ]);
}

export function sourceRow({ collectorBusy, collectorReads, collectorFailures }: SourceQueries): Row {
  const by = ['source'] as const;
  return row('Collectors', [
    panel({
      title: 'Share of the main thread',
      roles: technical,
      unit: '1',
      min: 0,
      queries: { query: rate(collectorBusy, { by }), legend: '{source}' },
    }),
    panel({
      title: 'Failed reads of collectors',
      roles: technical,
      min: 0,
      queries: { query: rate(collectorFailures, { by: ['source', 'error.type'] }), legend: '{source} {error.type}' },
    }),
    panel({
      title: 'Reads of collectors',
      roles: developers,
      min: 0,
      queries: { query: rate(collectorReads, { by }), legend: '{source}' },
    }),
  ]);
}
