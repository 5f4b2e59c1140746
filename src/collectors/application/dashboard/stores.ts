/** Rows of caches, buffers, queues and of the sources themselves. */
import { increase, panel, type Row, rate, row, value } from '../../../panels/index.js';
import { developers, fullness, operators, share, technical } from '../../panel-defaults.js';
import { type ApplicationMetrics, cacheHits, usedBuffer } from '../dashboard-queries.js';

export function cacheRow(metrics: ApplicationMetrics): Row {
  const { cacheRequests, cacheEvictions, cacheEntries, cacheEntriesMax, cacheSize, cacheSizeMax } = metrics;
  const by = ['cache.name'] as const;
  const legend = '{cache.name}';
  return row('Caches', [
    panel({ title: 'Hit rate', ...share, queries: { query: cacheHits(metrics), legend } }),
    panel({
      title: 'Lookups by result',
      roles: technical,
      min: 0,
      queries: {
        query: rate(cacheRequests, { by: ['cache.name', 'cache.result'] }),
        legend: `${legend} {cache.result}`,
      },
    }),
    panel({
      title: 'Evictions',
      roles: developers,
      min: 0,
      queries: { query: rate(cacheEvictions, { by }), legend },
    }),
    panel({
      title: 'Entries, and maximum',
      roles: developers,
      min: 0,
      queries: [
        { query: value(cacheEntries, { by }), legend },
        { query: value(cacheEntriesMax, { by }), legend: `${legend} maximum` },
      ],
    }),
    panel({
      title: 'Size of caches, and maximum',
      roles: developers,
      min: 0,
      queries: [
        { query: value(cacheSize, { by }), legend },
        { query: value(cacheSizeMax, { by }), legend: `${legend} maximum` },
      ],
    }),
  ]);
}

export function bufferRow(metrics: ApplicationMetrics): Row {
  const { bufferUsage, bufferLimit, bufferDropped } = metrics;
  const by = ['buffer.name'] as const;
  const legend = '{buffer.name}';
  return row('Buffers', [
    panel({
      title: 'Used share of buffers',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: usedBuffer(metrics), legend: `{instance} ${legend}` },
    }),
    panel({
      title: 'Items in buffers, and limit',
      roles: developers,
      min: 0,
      queries: [
        { query: value(bufferUsage, { by }), legend },
        { query: value(bufferLimit, { by }), legend: `${legend} limit` },
      ],
    }),
    panel({
      title: 'Dropped items',
      roles: technical,
      min: 0,
      queries: { query: rate(bufferDropped, { by }), legend },
    }),
  ]);
}

export function queueRow({ queueItems, queueOldestAge }: ApplicationMetrics): Row {
  const name = 'queue.name';
  return row('Queues', [
    panel({
      title: 'Items in queues',
      min: 0,
      queries: { query: value(queueItems, { by: [name, 'queue.state'] }), legend: `{${name}} {queue.state}` },
    }),
    panel({
      title: 'Age of the oldest waiting item',
      min: 0,
      queries: { query: value(queueOldestAge, { by: [name], merge: 'max' }), legend: `{${name}}` },
    }),
  ]);
}

export function sourceRow({ busy, failures }: ApplicationMetrics): Row {
  return row('Sources', [
    panel({
      title: 'Share of the main thread',
      roles: developers,
      unit: '1',
      min: 0,
      queries: { query: rate(busy, { by: ['kind', 'name'] }), legend: '{kind} {name}' },
    }),
    panel({
      title: 'Failed readings of sources',
      kind: 'bars',
      roles: operators,
      queries: {
        query: increase(failures, { by: ['kind', 'name', 'error.type'] }),
        legend: '{kind} {name}: {error.type}',
      },
    }),
  ]);
}
