/** Rows of connection pools and HTTP clients. */
import { panel, type Row, rate, row, value } from '../../../panels/index.js';
import { developers, fullness, share, technical } from '../../panel-defaults.js';
import { type ApplicationMetrics, byPool, usedConnections } from '../dashboard-queries.js';

export function poolRow(metrics: ApplicationMetrics): Row {
  const { connections, connectionsMax, idleMax, idleMin, pendingRequests, timeouts, activeRequests } = metrics;
  const name = 'db.client.connection.pool.name';
  const by = [name] as const;
  const legend = `{${name}}`;
  const state = 'db.client.connection.state';
  const status = 'db.client.status';
  return row('Connection pools', [
    panel({
      title: 'Used share of the connections',
      roles: technical,
      ...share,
      thresholds: fullness,
      queries: { query: usedConnections(metrics), legend: `{instance} ${legend}` },
    }),
    panel({
      title: 'Connections, and limit',
      roles: technical,
      min: 0,
      queries: [
        { query: value(connections, { by: [name, state] }), legend: `${legend} {${state}}` },
        { query: value(connectionsMax, { by }), legend: `${legend} maximum` },
      ],
    }),
    panel({
      title: 'Waiting requests, and requests without an answer',
      roles: technical,
      min: 0,
      queries: [
        { query: value(pendingRequests, { by }), legend: `${legend} waiting for a connection` },
        { query: value(activeRequests, { by }), legend: `${legend} sent` },
      ],
    }),
    panel({
      title: 'Requests without a connection in time',
      roles: technical,
      min: 0,
      queries: { query: rate(timeouts, { by }), legend },
    }),
    panel({
      title: 'Limits of idle connections',
      kind: 'table',
      roles: developers,
      queries: [
        { query: value(idleMin, { by: byPool }), legend: `${legend} minimum` },
        { query: value(idleMax, { by: byPool }), legend: `${legend} maximum` },
      ],
    }),
    panel({
      title: 'Clients by status',
      roles: technical,
      stacked: true,
      queries: { query: value(metrics.clientStatus, { by: [name, status] }), legend: `${legend} {${status}}` },
    }),
  ]);
}

export function clientRow({ httpConnections, httpActiveRequests, httpPendingRequests }: ApplicationMetrics): Row {
  const by = ['http.client.connection.pool.name', 'server.address'] as const;
  const legend = '{http.client.connection.pool.name} {server.address}';
  return row('HTTP clients', [
    panel({
      title: 'Outbound connections',
      roles: technical,
      min: 0,
      queries: {
        query: value(httpConnections, { by: [...by, 'http.connection.state'] }),
        legend: `${legend} {http.connection.state}`,
      },
    }),
    panel({
      title: 'Outbound requests',
      roles: technical,
      min: 0,
      queries: [
        { query: value(httpActiveRequests, { by }), legend: `${legend} sent` },
        { query: value(httpPendingRequests, { by }), legend: `${legend} waiting for a connection` },
      ],
    }),
  ]);
}
