/** Tests that docs/packs/http.md matches the pack, and that a scrape contains every metric of the pack. */
import { readFileSync } from 'node:fs';
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { http } from 'otelier/packs/http';
import { parseExposition, promlint } from 'otelier/testing';
import { expect, test } from 'vitest';
import { FakeClock } from '../support/clock.js';
import { startHttpPeer } from '../support/http-peer.js';
import { ask, open } from '../support/http-raw.js';
import { startApp } from '../support/program.js';
import { afterTest, eventually, get, serve } from './http-traffic.js';

const page = readFileSync(new URL('../../docs/packs/http.md', import.meta.url), 'utf8');
const rows = [...page.matchAll(/^\| `(http_\w+)` \| (gauge|histogram) \| (.*) \|$/gm)].map(
  ([, name, type, labels]) => ({
    name,
    type,
    labels: labels?.match(/\w+/g),
  }),
);

test('the page lists every metric as declared', () => {
  const suffixes = { s: '_seconds', '{request}': '' } as Record<string, string>;
  const declared = http().catalogue.metrics.map(({ name, kind, unit, attributes }) => ({
    name: name.replaceAll('.', '_') + suffixes[unit],
    type: kind === 'histogram' ? 'histogram' : 'gauge',
    labels: Object.keys(attributes).map((key) => key.replaceAll('.', '_')),
  }));
  expect(rows).toEqual(declared);
});

test('the queries of the page use existing metrics and labels', () => {
  const queries = /^```promql\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const selectors = [...queries.matchAll(/(http_\w+)_(?:count|bucket)(?:\{(\w+)!=""\})?\[5m\]/g)];
  expect(selectors).toHaveLength(5);
  for (const [, name, label] of selectors) {
    const row = rows.find((each) => each.name === name);
    expect([name, row?.type]).toEqual([name, 'histogram']);
    if (label !== undefined) expect(row?.labels).toContain(label);
  }
  for (const [, labels = ''] of queries.matchAll(/by \(([\w, ]+)\)/g)) {
    const known = rows.flatMap((row) => row.labels ?? []).concat('le');
    expect(known).toEqual(expect.arrayContaining(labels.split(', ')));
  }
});

test('the page lists the default methods', () => {
  const values = http().catalogue.definitions.serverDuration.attributes['http.request.method'].values;
  expect(/^\| `http_request_method` \| ([A-Z, ]+), and `_OTHER`/m.exec(page)?.[1]?.split(', ')).toEqual(
    values?.filter((method) => method !== '_OTHER'),
  );
});

test('the program of the page runs and records its requests', async () => {
  const source = /^```ts\n([\s\S]*?)^```$/m.exec(page)?.[1] ?? '';
  const peer = await startHttpPeer();
  await peer.close();
  const program = source.replaceAll('8080', String(peer.port));
  const { code, stdout, stderr } = await startApp(program, {
    OTEL_METRICS_EXPORTER: 'console',
    OTELIER_CONSOLE_COLUMNS: '500',
  }).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(/http\.server\.request\.duration[\s\S]*http\.route=\/orders\/:id/);
  expect(stdout).toMatch(/http\.client\.request\.duration[\s\S]*server\.address=localhost/);
});

test('a scrape contains every metric with every label, without promlint findings', async () => {
  const clock = new FakeClock();
  const pack = http({ hosts: ['127.0.0.1:1', 'shop.example'], ignoreOutgoing: ({ path }) => path === '/metrics' });
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    packs: { http: pack },
    backends: [prometheus({ port: 0, withoutScopeLabels: true, withoutTargetInfo: true })],
    withoutSelfMetrics: true,
  });
  afterTest(() => metrics.shutdown());
  await metrics.ready;
  const scrape = async () => (await ask(`${metrics.status().backends[0]?.url}`)).text;
  expect(parseExposition(await scrape()).flatMap(({ samples }) => samples)).toEqual([]);

  const url = await serve((request, response) => {
    metrics.http.route(request, '/orders/:id');
    if (request.method === 'PUT') return;
    clock.advance(30);
    response.statusCode = request.method === 'POST' ? 500 : 200;
    response.end('ordered');
  });
  const { port } = new URL(url);
  await get(`${url}/orders/1`);
  await ask(`${url}/orders/2`, { method: 'POST', headers: { host: 'shop.example' } });
  const socket = await open(url);
  socket.write('PUT /orders/3 HTTP/1.1\r\nHost: shop.example\r\n\r\n');
  await eventually(async () => expect(await scrape()).toContain('method="PUT"'));
  socket.destroy();

  const server = 'http_route="/orders/:id"';
  const listed = 'server_address="shop.example",server_port="80"';
  const client = `server_address="127.0.0.1",server_port="${port}"`;
  const expected = [
    `http_server_request_duration_seconds_count{http_request_method="GET",url_scheme="http",${server},http_response_status_code="200",network_protocol_version="1.1",server_address="_OTHER"} 1`,
    `http_server_request_duration_seconds_count{http_request_method="POST",url_scheme="http",${server},http_response_status_code="500",error_type="500",network_protocol_version="1.1",${listed}} 1`,
    `http_server_request_duration_seconds_count{http_request_method="PUT",url_scheme="http",${server},error_type="aborted",network_protocol_version="1.1",${listed}} 1`,
    'http_server_active_requests{http_request_method="GET",url_scheme="http",server_address="_OTHER"} 0',
    `http_server_active_requests{http_request_method="POST",url_scheme="http",${listed}} 0`,
    `http_server_active_requests{http_request_method="PUT",url_scheme="http",${listed}} 0`,
    `http_client_request_duration_seconds_count{http_request_method="GET",url_scheme="http",${client},http_response_status_code="200",network_protocol_version="1.1"} 1`,
    `http_client_request_duration_seconds_count{http_request_method="POST",url_scheme="http",${client},http_response_status_code="500",error_type="500",network_protocol_version="1.1"} 1`,
  ];
  /** Returns a sample with its labels in alphabetical order. */
  const sortLabels = (sample: string) =>
    sample.replace(/\{(.*)\}/, (_, labels: string) => `{${labels.split(',').toSorted()}}`);
  await eventually(async () => {
    const samples = (await scrape()).split('\n').filter((line) => /^http_\w+(_count|_requests)\{/.test(line));
    expect(samples.map(sortLabels).toSorted()).toEqual(expected.map(sortLabels).toSorted());
  });
  const text = await scrape();
  const families = parseExposition(text);
  expect(families.map(({ name, type }) => [name, type])).toEqual(rows.map(({ name, type }) => [name, type]));
  for (const { samples, type } of families) {
    expect(samples.length).toBeGreaterThan(0);
    if (type !== 'histogram') continue;
    const bounds = samples.flatMap(({ labels }) =>
      labels.get('http_request_method') === 'GET' ? (labels.get('le') ?? []) : [],
    );
    const buckets = '0.005 0.01 0.025 0.05 0.075 0.1 0.25 0.5 0.75 1 2.5 5 7.5 10 +Inf'.split(' ');
    expect(bounds).toEqual(buckets.map((bound) => bound));
  }
  expect(promlint(text)).toEqual([]);
});
