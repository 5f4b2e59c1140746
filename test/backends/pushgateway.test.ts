import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { diag } from '@opentelemetry/api';
import { counter, defineCatalogue, gauge, histogram, startMetrics, text } from 'otelier';
import { type PushgatewayInput, pushgateway } from 'otelier/backends/pushgateway';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type Answer, type ReceivedRequest, startHttpPeer } from '../support/http-peer.js';
import { makeCertificate, makeFolder } from './prometheus/security/certificates.js';

const nightly = defineCatalogue({
  rows: counter({
    name: 'nightly.rows',
    unit: '{row}',
    description: 'Rows written.',
    attributes: { table: text(), job: text(), instance: text() },
  }),
  held: gauge({ name: 'nightly.held', unit: '{row}', description: 'Held.' }),
  time: histogram({ name: 'nightly.time', unit: 's', description: 'Time.', buckets: [1, 10] }),
});

const set = { table: 'users', job: 'import', instance: 'db-1' };

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const close of closing.splice(0).reverse()) await close();
});

interface Setting extends PushgatewayInput {
  readonly environment?: Record<string, string>;
  readonly exportIntervalMs?: number;
}

/** A job of service `worker` that pushes to a peer; `answer` says how the peer answers. */
async function start(
  { environment = {}, exportIntervalMs, ...options }: Setting = {},
  answer: (request: ReceivedRequest, count: number) => Answer = () => ({ status: 200 }),
) {
  const said: string[] = [];
  const ignore = () => undefined;
  const warn = (message: string) => said.push(message);
  diag.setLogger({ error: warn, warn, info: ignore, debug: ignore, verbose: ignore });
  closing.push(async () => diag.disable());
  const peer = await startHttpPeer(answer);
  closing.push(peer.close);
  const group = pushgateway({ url: peer.url, ...options });
  const metrics = startMetrics({
    isolated: true,
    environment,
    exportIntervalMs,
    shutdownTimeoutMs: 3_000,
    serviceName: 'worker',
    catalogues: { nightly },
    backends: [group],
  });
  closing.push(metrics.shutdown);
  const sent = () => peer.requests.map(({ method, path }) => `${method} ${path}`);
  return { peer, sent, metrics, group, said, status: () => metrics.status().backends[0] };
}

describe('a push', () => {
  test('puts all metrics in text under the name of the service, and says where', async () => {
    const { peer, metrics, status } = await start();
    expect(status()).toMatchObject({ name: 'pushgateway', state: 'waiting', url: `${peer.url}/` });
    metrics.nightly.rows.add(3, set);
    metrics.nightly.time.record(2);
    expect(await metrics.forceFlush()).toEqual({ ok: true, backends: [{ backend: 'pushgateway', ok: true }] });

    const [request] = peer.requests;
    expect(request).toMatchObject({ method: 'PUT', path: '/metrics/job/worker' });
    expect(request?.headers).toMatchObject({ 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
    expect(request?.headers['user-agent']).toMatch(/^otelier\//);
    expect(request?.headers).not.toHaveProperty('authorization');
    const body = request?.body.toString() ?? '';
    expect(body).toContain(
      '# TYPE nightly_rows_total counter\n' +
        'nightly_rows_total{exported_job="import",instance="db-1",otel_scope_name="otelier",table="users"} 3\n',
    );
    expect(body).toContain('nightly_time_seconds_bucket{otel_scope_name="otelier",le="10"} 1\n');
    expect(body).toMatch(/^target_info{.*service_name="worker".*} 1$/m);
    expect(body.endsWith('\n')).toBe(true);
    expect(status()).toMatchObject({
      state: 'ok',
      url: `${peer.url}/metrics/job/worker`,
      points: { exported: 2, rejected: 0, dropped: {} },
    });
  });

  test.each([
    ['plain', { job: 'a', groupingKey: { instance: 'worker-1' } }, '/metrics/job/a/instance/worker-1'],
    ['several labels, in their order', { groupingKey: { z: '1', a: '2' } }, '/metrics/job/worker/z/1/a/2'],
    ['a slash', { groupingKey: { path: '/var/tmp' } }, '/metrics/job/worker/path@base64/L3Zhci90bXA'],
    ['a slash in the job', { job: 'a/b' }, '/metrics/job@base64/YS9i'],
    ['nothing', { groupingKey: { a: '', b: 'c' } }, '/metrics/job/worker/a@base64/=/b/c'],
    ['what a path would lose', { job: '..', groupingKey: { a: '.' } }, '/metrics/job@base64/Li4/a@base64/Lg'],
    ['control characters', { groupingKey: { a: '\n\0' } }, '/metrics/job/worker/a@base64/CgA'],
    ['what a URL gives a meaning', { groupingKey: { a: '?#% +@\\' } }, '/metrics/job/worker/a/%3F%23%25%20%2B%40%5C'],
    ['other scripts', { job: 'Προμ' }, `/metrics/job/${encodeURIComponent('Προμ')}`],
    [
      'half a surrogate pair',
      { groupingKey: { a: 'x\ud800' } },
      `/metrics/job/worker/a/x${encodeURIComponent('\ufffd')}`,
    ],
  ])('goes to a group with %s', async (_, options, path) => {
    const { sent, metrics } = await start(options);
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(sent()).toEqual([`PUT ${path}`]);
  });

  test('keeps path and query of the URL', async () => {
    const peer = await startHttpPeer();
    closing.push(peer.close);
    const { metrics, status } = await start({ url: `${peer.url}/gateway/?tenant=7` });
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(peer.requests[0]?.path).toBe('/gateway/metrics/job/worker?tenant=7');
    expect(status()?.url).toBe(`${peer.url}/gateway/metrics/job/worker?[redacted]`);
  });

  test('has no label that the group has: the Pushgateway would make them one', async () => {
    const { peer, metrics } = await start({ groupingKey: { instance: 'w', exported_instance: 'v' } });
    metrics.nightly.rows.add(3, set);
    await metrics.forceFlush();
    expect(peer.requests[0]?.body.toString()).toContain(
      'nightly_rows_total{exported_exported_instance="db-1",exported_job="import",otel_scope_name="otelier",table="users"} 3',
    );
  });

  test('is of totals', async () => {
    const { peer, metrics } = await start();
    for (const rows of [3, 4]) {
      metrics.nightly.rows.add(rows, set);
      await metrics.forceFlush();
    }
    expect(peer.requests.map(({ body }) => /^nightly_rows_total{.*} (\d+)$/m.exec(body.toString())?.[1])).toEqual([
      '3',
      '7',
    ]);
  });

  test('by POST, packed, without scope and target', async () => {
    const { peer, sent, metrics } = await start({
      method: 'POST',
      compression: 'gzip',
      withoutScopeLabels: true,
      withoutTargetInfo: true,
      resourceLabels: ['service.name'],
    });
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(sent()).toEqual(['POST /metrics/job/worker']);
    expect(peer.requests[0]?.headers['content-encoding']).toBe('gzip');
    const lines = peer.requests[0]?.body.toString().split('\n') ?? [];
    expect(lines).toContain('nightly_held{service_name="worker"} 1');
    expect(lines.filter((line) => line.startsWith('target_info'))).toEqual([]);
  });

  test('in protobuf', async () => {
    const { peer, metrics } = await start({ format: 'protobuf' });
    metrics.nightly.rows.add(1, set);
    await metrics.forceFlush();
    expect(peer.requests[0]?.headers['content-type']).toBe(
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    );
    expect(peer.requests[0]?.body.toString('latin1')).toContain('nightly_rows_total');
  });

  test('with names as they are', async () => {
    const { peer, metrics } = await start({ translationStrategy: 'NoTranslation' });
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(peer.requests[0]?.headers['content-type']).toContain('escaping=allow-utf-8');
    expect(peer.requests[0]?.body.toString()).toContain('{"nightly.held",otel_scope_name="otelier"} 1');
  });

  test('of nothing is not sent, as it would delete the group', async () => {
    const { sent, metrics } = await start();
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(await metrics.shutdown()).toMatchObject({ ok: true });
    expect(sent()).toEqual([]);
  });
});

describe('is pushed', () => {
  test('at a flush and at the shutdown alone, where nobody asks for more', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sent, metrics } = await start();
    metrics.nightly.held.set(1);
    await vi.advanceTimersByTimeAsync(3_600_000);
    vi.useRealTimers();
    await metrics.forceFlush();
    expect(sent()).toHaveLength(1);
    await metrics.shutdown();
    expect(sent()).toHaveLength(2);
  });

  test.each([
    ['intervalMs', { intervalMs: 30 }],
    ['exportIntervalMs', { exportIntervalMs: 30 }],
    ['intervalMs before exportIntervalMs', { intervalMs: 30, exportIntervalMs: 3_600_000 }],
    ['the variable', { environment: { OTELIER_PUSHGATEWAY_INTERVAL: '30' } }],
    ['the variable for all', { environment: { OTEL_METRIC_EXPORT_INTERVAL: '30' } }],
  ])('at the interval of %s, too', async (_, setting) => {
    const { sent, metrics } = await start(setting);
    metrics.nightly.held.set(1);
    await vi.waitFor(() => expect(sent().length).toBeGreaterThan(2), { timeout: 10_000 });
  });

  test('at no interval with intervalMs 0, whatever others do', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sent, metrics } = await start({ intervalMs: 0, exportIntervalMs: 1_000 });
    metrics.nightly.held.set(1);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    await metrics.forceFlush();
    expect(sent()).toHaveLength(1);
  });
});

describe('who pushes is told', () => {
  const secrets = { password: 'pass-of-user', bearerToken: 'token-of-proxy' };
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  test.each([
    ['by user and password', { username: 'ü', password: 'p:w' }, basic('ü:p:w')],
    ['by a user alone', { username: 'u' }, basic('u:')],
    ['by a token', { bearerToken: 't' }, 'Bearer t'],
    ['by the user where both are set', { username: 'u', ...secrets }, basic('u:pass-of-user')],
    ['by a header before all', { username: 'u', headers: { Authorization: 'Own x' } }, 'Own x'],
  ])('%s', async (_, options, authorization) => {
    const { peer, metrics, group } = await start(options);
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    await group.deleteGroup();
    expect(peer.requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
  });

  test('by the URL', async () => {
    const peer = await startHttpPeer();
    closing.push(peer.close);
    const { metrics } = await start({ url: peer.url.replace('//', '//u:p%2F@') });
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(peer.requests[0]?.headers.authorization).toBe(basic('u:p/'));
  });

  test('by a certificate, to a server that is known by its own', async () => {
    const folder = makeFolder();
    const authority = makeCertificate(folder, 'authority');
    const own = makeCertificate(folder, 'own', ['IP:127.0.0.1'], authority);
    const client = makeCertificate(folder, 'client', ['DNS:job'], authority);
    const seen: string[] = [];
    const read = (path: string) => readFileSync(path);
    const tls = { key: read(own.key), cert: read(own.certificate), ca: read(authority.certificate), requestCert: true };
    const gateway = createServer(tls, (request, response) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume().on('end', () => response.end());
    });
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    closing.push(
      async () => gateway.closeAllConnections(),
      async () => gateway.close(),
    );
    const url = `https://127.0.0.1:${(gateway.address() as AddressInfo).port}`;

    const stranger = await start({ url, certificate: authority.certificate });
    stranger.metrics.nightly.held.set(1);
    expect(await stranger.metrics.forceFlush()).toMatchObject({ ok: false });
    diag.disable();
    const identity = { clientKey: client.key, clientCertificate: client.certificate };
    const known = await start({ url, certificate: authority.certificate, ...identity });
    known.metrics.nightly.held.set(1);
    expect(await known.metrics.forceFlush()).toMatchObject({ ok: true });
    await known.group.deleteGroup();
    expect(seen).toEqual(['PUT /metrics/job/worker', 'DELETE /metrics/job/worker']);
  });

  test('and no secret is shown', async () => {
    const peer = await startHttpPeer(() => ({ status: 401, body: 'who are you' }));
    closing.push(peer.close);
    const url = `${peer.url.replace('//', '//admin:pass-of-url@')}/?key=key-of-url`;
    const { metrics, group, said } = await start({ url, ...secrets, headers: { 'x-key': 'key-of-header' } });
    metrics.nightly.held.set(1);
    const flushed = await metrics.forceFlush();
    const deleted = await group.deleteGroup().catch((error: Error) => error.message);
    const shown = JSON.stringify([flushed, deleted, said, metrics.status(), `${metrics.settings}`]);
    expect(flushed.backends[0]?.reason).toBe('HTTP 401: who are you');
    expect(deleted).toBe('the group could not be deleted: HTTP 401: who are you');
    expect(shown).not.toMatch(/-of-(user|proxy|url|header)/);
    expect(shown).toContain('[redacted]');
  });

  test.each([
    [{ username: 'u', ...secrets }, 'username and bearerToken are both set; the token is not sent'],
    [{ password: 'p' }, 'password is set without username; it is not sent'],
  ])('and what contradicts itself is said: %#', async (options, message) => {
    expect((await start(options)).said).toEqual([`pushgateway: ${message}`]);
  });
});

describe('a push that is not accepted', () => {
  const inconsistent =
    'pushed metrics are invalid or inconsistent with existing metrics: collected metric "rows_total"';
  const sample = `{ ${'label:<name:"job" value:"worker" > '.repeat(20)} gauge:<value:1 > }`;

  test('is told with what is wrong, once, and not tried again', async () => {
    const { peer, sent, metrics, said, status } = await start({}, (_, count) =>
      count <= 2 ? { status: 400, body: `${inconsistent} ${sample} is not a COUNTER\n` } : { status: 200 },
    );
    metrics.nightly.held.set(1);
    const reason = `HTTP 400: ${inconsistent} is not a COUNTER`;
    for (let round = 0; round < 2; round++) {
      expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason }] });
    }
    expect(status()).toMatchObject({ state: 'failing', failed: 2, reason, points: { dropped: { refused: 2 } } });
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(sent()).toHaveLength(3);
    const url = `${peer.url}/metrics/job/worker`;
    expect(said.filter((message) => message.includes(url))).toEqual([
      `pushgateway: ${url} did not accept metrics: ${reason}. Recording goes on; said once until it recovers.`,
      `pushgateway: ${url} accepts metrics again after: ${reason}`,
    ]);
  });

  test.each([429, 500, 503])('with %i holds no flush up', async (status) => {
    const { sent, metrics } = await start({}, () => ({ status, headers: { 'retry-after': '1' } }));
    metrics.nightly.held.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason: `HTTP ${status}` }] });
    expect(sent()).toHaveLength(1);
  });

  test('is followed by the next at the interval, with what is true then', async () => {
    const { peer, metrics, status } = await start({ intervalMs: 200 }, (_, count) => ({
      status: count <= 2 ? 503 : 200,
    }));
    metrics.nightly.rows.add(1, set);
    await vi.waitFor(() => expect(status()?.state).toBe('ok'), { timeout: 10_000 });
    expect(status()?.failed).toBeGreaterThanOrEqual(2);
    metrics.nightly.rows.add(1, set);
    await metrics.forceFlush();
    expect(peer.requests.at(-1)?.body.toString()).toMatch(/^nightly_rows_total{.*} 2$/m);
    expect(status()?.points.dropped).toEqual({});
  });

  test('is tried again within its time, where no flush waits', async () => {
    const { sent, metrics, status } = await start({ intervalMs: 3_000 }, (_, count) => ({
      status: count === 1 ? 503 : 200,
      ...(count === 1 ? { headers: { 'retry-after': '0' } } : {}),
    }));
    metrics.nightly.held.set(1);
    await vi.waitFor(() => expect(status()).toMatchObject({ state: 'ok', failed: 0, retries: 1 }), { timeout: 15_000 });
    expect(sent().length).toBeGreaterThanOrEqual(2);
  });

  test('because nobody listens is told at once', async () => {
    const { peer, metrics } = await start();
    await peer.close();
    metrics.nightly.held.set(1);
    expect((await metrics.forceFlush()).backends[0]?.reason).toContain('ECONNREFUSED');
  });

  test('in time is given up', async () => {
    const { metrics } = await start({ timeoutMs: 100 }, () => 'hang');
    metrics.nightly.held.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason: /^no answer within/ }] });
  });

  test('a certificate that cannot be read is said, and is no reason to stop', async () => {
    const { metrics, said } = await start({ certificate: '/nowhere/ca.pem' });
    metrics.nightly.held.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(said).toEqual([
      expect.stringMatching(/^pushgateway: the PEM file \/nowhere\/ca\.pem cannot be read: ENOENT/),
    ]);
  });
});

describe('the group is deleted', () => {
  test('on request, and nothing brings it back', async () => {
    const { peer, sent, metrics, group } = await start({ groupingKey: { instance: 'a/b' } }, ({ method }) => ({
      status: method === 'DELETE' ? 202 : 200,
    }));
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    await group.deleteGroup();
    metrics.nightly.held.set(2);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(await metrics.shutdown()).toMatchObject({ ok: true });
    const path = '/metrics/job/worker/instance@base64/YS9i';
    expect(sent()).toEqual([`PUT ${path}`, `DELETE ${path}`]);
    expect(peer.requests[1]?.body).toHaveLength(0);
    expect(peer.requests[1]?.headers).not.toHaveProperty('content-type');
  });

  test('before anything was pushed, and after the shutdown', async () => {
    const early = await start();
    await early.group.deleteGroup();
    expect(early.sent()).toEqual(['DELETE /metrics/job/worker']);

    const late = await start();
    late.metrics.nightly.held.set(1);
    await late.metrics.shutdown();
    await late.group.deleteGroup();
    expect(late.sent()).toEqual(['PUT /metrics/job/worker', 'DELETE /metrics/job/worker']);
  });

  test('after a push that is under way', async () => {
    const { sent, metrics, group } = await start({ timeoutMs: 300 }, ({ method }) =>
      method === 'PUT' ? 'hang' : { status: 202 },
    );
    metrics.nightly.held.set(1);
    const ended: string[] = [];
    const push = metrics.forceFlush().then(({ ok }) => ended.push(`push ${ok}`));
    await vi.waitFor(() => expect(sent()).toHaveLength(1), { timeout: 10_000 });
    await Promise.all([push, group.deleteGroup().then(() => ended.push('deletion'))]);
    expect(ended).toEqual(['push false', 'deletion']);
  });

  test('or the reason is told, and it can be tried again', async () => {
    let status = 403;
    const { sent, group } = await start({}, () => ({ status, body: 'no' }));
    await expect(group.deleteGroup()).rejects.toThrow('the group could not be deleted: HTTP 403: no');
    status = 202;
    await group.deleteGroup();
    expect(sent()).toHaveLength(2);
  });

  test('by nobody while metrics do not run', async () => {
    await expect(pushgateway().deleteGroup()).rejects.toThrow('The group belongs to no running metrics.');
  });

  test('at the shutdown, where that is asked for, after the last push', async () => {
    const { sent, metrics } = await start({ environment: { OTELIER_PUSHGATEWAY_DELETE_ON_SHUTDOWN: 'true' } });
    metrics.nightly.held.set(1);
    expect(await metrics.shutdown()).toMatchObject({ ok: true });
    expect(sent()).toEqual(['PUT /metrics/job/worker', 'DELETE /metrics/job/worker']);
  });

  test('at the shutdown, or the shutdown says why not', async () => {
    const { metrics, status, said } = await start({ deleteOnShutdown: true }, ({ method }) => ({
      status: method === 'PUT' ? 200 : 503,
    }));
    metrics.nightly.held.set(1);
    const reason = 'the group could not be deleted: HTTP 503';
    expect(await metrics.shutdown()).toMatchObject({ ok: false, backends: [{ reason }] });
    expect(status()).toMatchObject({ state: 'failing', delivered: 1, failed: 1, reason });
    expect(said).toHaveLength(1);
  });
});

describe('options', () => {
  test.each([
    [{ url: 'pushgateway:9091' }, /pushgateway\.url: got "\[redacted\]", expected an http/],
    [{ groupingKey: { job: 'x' } }, /pushgateway\.groupingKey: .*expected .* and not job/],
    [{ groupingKey: { 'in-stance': 'x' } }, /pushgateway\.groupingKey/],
    [{ groupingKey: { le: '1' } }, /pushgateway\.groupingKey/],
    [{ groupingKey: { __name__: '1' } }, /pushgateway\.groupingKey/],
    [{ groupingKey: { otel_scope_name: 'x' } }, /pushgateway\.groupingKey/],
    [{ method: 'PATCH' }, /pushgateway\.method: got "PATCH", expected one of PUT, POST/],
    [{ intervalMs: -1 }, /pushgateway\.intervalMs: got -1, expected milliseconds from 0/],
    [{ bearerToken: 'two words' }, /pushgateway\.bearerToken: got "\[redacted\]", expected a token without spaces/],
    [{ username: 'a:b' }, /pushgateway\.username: got "a:b", expected a user name without ':'/],
    [{ job: '' }, /pushgateway\.job/],
  ])('%j are refused', (options, message) => {
    const backends = [pushgateway(options as PushgatewayInput)];
    expect(() => startMetrics({ isolated: true, environment: {}, backends })).toThrow(message);
  });

  test('of the environment suffice; a wrong one is said without its secret, and ignored', async () => {
    const peer = await startHttpPeer();
    closing.push(peer.close);
    const metrics = startMetrics({
      isolated: true,
      catalogues: { nightly },
      environment: {
        OTEL_METRICS_EXPORTER: 'pushgateway',
        OTELIER_PUSHGATEWAY_URL: peer.url,
        OTELIER_PUSHGATEWAY_JOB: 'from env',
        OTELIER_PUSHGATEWAY_GROUPING_KEY: 'instance=worker-1,path=%2Fvar',
        OTELIER_PUSHGATEWAY_BEARER_TOKEN: 'wrong secret',
        OTELIER_PUSHGATEWAY_METHOD: 'post',
      },
    });
    closing.push(metrics.shutdown);
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(peer.requests[0]).toMatchObject({
      method: 'POST',
      path: '/metrics/job/from%20env/instance/worker-1/path@base64/L3Zhcg',
    });
    expect(peer.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(`${metrics.settings}`).toContain('instance=worker-1,path=/var');
  });
});

describe('what cannot be kept is said', () => {
  const conflicting = defineCatalogue({
    pushed: gauge({ name: 'push_time_seconds', unit: 's', description: 'Own.' }),
    target: gauge({ name: 'target.info', unit: '{target}', description: 'Own.' }),
  });

  test('names of the Pushgateway, and of another metric', async () => {
    const { said } = await start();
    const peer = await startHttpPeer();
    closing.push(peer.close);
    const metrics = startMetrics({
      isolated: true,
      environment: {},
      catalogues: { conflicting },
      backends: [pushgateway({ url: peer.url })],
    });
    closing.push(metrics.shutdown);
    metrics.conflicting.pushed.set(1);
    metrics.conflicting.target.set(1);
    for (let round = 0; round < 2; round++) await metrics.forceFlush();
    expect(said.filter((message) => message.startsWith('pushgateway'))).toEqual([
      "pushgateway: 'push_time_seconds' is not kept: the Pushgateway has its own push_time_seconds. Give it another name.",
      expect.stringMatching(/^pushgateway: the gauge 'target.info' cannot be shown/),
    ]);
  });
});
