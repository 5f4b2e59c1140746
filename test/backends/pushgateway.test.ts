/** Pushes to a Pushgateway: content, times, and failures. */
import { describe, expect, test, vi } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { closing, set, start } from './pushgateway-job.js';

describe('a push', () => {
  test('sends all metrics as text to the group of the service', async () => {
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
    ['several labels in their order', { groupingKey: { z: '1', a: '2' } }, '/metrics/job/worker/z/1/a/2'],
    ['a slash', { groupingKey: { path: '/var/tmp' } }, '/metrics/job/worker/path@base64/L3Zhci90bXA'],
    ['a slash in the job', { job: 'a/b' }, '/metrics/job@base64/YS9i'],
    ['an empty value', { groupingKey: { a: '', b: 'c' } }, '/metrics/job/worker/a@base64/=/b/c'],
    ['relative path segments', { job: '..', groupingKey: { a: '.' } }, '/metrics/job@base64/Li4/a@base64/Lg'],
    ['control characters', { groupingKey: { a: '\n\0' } }, '/metrics/job/worker/a@base64/CgA'],
    [
      'characters with a meaning in URLs',
      { groupingKey: { a: '?#% +@\\' } },
      '/metrics/job/worker/a/%3F%23%25%20%2B%40%5C',
    ],
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

  test('renames labels that the group also has', async () => {
    const { peer, metrics } = await start({ groupingKey: { instance: 'w', exported_instance: 'v' } });
    metrics.nightly.rows.add(3, set);
    await metrics.forceFlush();
    expect(peer.requests[0]?.body.toString()).toContain(
      'nightly_rows_total{exported_exported_instance="db-1",exported_job="import",otel_scope_name="otelier",table="users"} 3',
    );
  });

  test('contains cumulative values', async () => {
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

  test('uses POST, gzip and resource labels, without scope labels and target_info', async () => {
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

  test('can be protobuf', async () => {
    const { peer, metrics } = await start({ format: 'protobuf' });
    metrics.nightly.rows.add(1, set);
    await metrics.forceFlush();
    expect(peer.requests[0]?.headers['content-type']).toBe(
      'application/vnd.google.protobuf; proto=io.prometheus.client.MetricFamily; encoding=delimited',
    );
    expect(peer.requests[0]?.body.toString('latin1')).toContain('nightly_rows_total');
  });

  test('keeps names with NoTranslation', async () => {
    const { peer, metrics } = await start({ translationStrategy: 'NoTranslation' });
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(peer.requests[0]?.headers['content-type']).toContain('escaping=allow-utf-8');
    expect(peer.requests[0]?.body.toString()).toContain('{"nightly.held",otel_scope_name="otelier"} 1');
  });

  test('is not sent without points, because it would delete the group', async () => {
    const { sent, metrics } = await start();
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(await metrics.shutdown()).toMatchObject({ ok: true });
    expect(sent()).toEqual([]);
  });
});

describe('push times', () => {
  test('only a flush and the shutdown by default', async () => {
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
    ['intervalMs, which overrides exportIntervalMs', { intervalMs: 30, exportIntervalMs: 3_600_000 }],
    ['the variable of the backend', { environment: { OTELIER_PUSHGATEWAY_INTERVAL: '30' } }],
    ['the variable of all backends', { environment: { OTEL_METRIC_EXPORT_INTERVAL: '30' } }],
  ])('every interval with %s', async (_, options) => {
    const { sent, metrics } = await start(options);
    metrics.nightly.held.set(1);
    await vi.waitFor(() => expect(sent().length).toBeGreaterThan(2), { timeout: 10_000 });
  });

  test('no interval with intervalMs 0, even with exportIntervalMs', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const { sent, metrics } = await start({ intervalMs: 0, exportIntervalMs: 1_000 });
    metrics.nightly.held.set(1);
    await vi.advanceTimersByTimeAsync(10_000);
    vi.useRealTimers();
    await metrics.forceFlush();
    expect(sent()).toHaveLength(1);
  });
});

describe('a push that is not accepted', () => {
  const collected = 'collected metric "rows_total"';
  const inconsistent = `pushed metrics are invalid or inconsistent with existing metrics: ${collected}`;
  const sample = `{ ${'label:<name:"job" value:"worker" > '.repeat(20)} gauge:<value:1 > }`;

  test('is logged once with the reason and not retried', async () => {
    const { peer, sent, metrics, messages, status } = await start({}, (_, count) =>
      count <= 2 ? { status: 400, body: `${inconsistent} ${sample} is not a COUNTER\n` } : { status: 200 },
    );
    metrics.nightly.held.set(1);
    const reason = `HTTP 400: ${collected} is not a COUNTER`;
    for (let round = 0; round < 2; round++) {
      expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason }] });
    }
    expect(status()).toMatchObject({ state: 'failing', failed: 2, reason, points: { dropped: { refused: 2 } } });
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(sent()).toHaveLength(3);
    const url = `${peer.url}/metrics/job/worker`;
    expect(messages.filter((message) => /exports? to /.test(message))).toEqual([
      // The address is cut and the consequence is short, so that the next step fits.
      expect.stringMatching(
        /^pushgateway: export to http:.*….*worker failed: HTTP 400: collected metric "rows_total" is not a COUNTER; dropped 1 point; not retried; see the server's answer$/,
      ),
      `pushgateway: exports to ${url} succeed again; last failure: ${reason}`,
    ]);
  });

  test.each([429, 500, 503])('fails a flush at once with HTTP %i', async (status) => {
    const { sent, metrics } = await start({}, () => ({ status, headers: { 'retry-after': '1' } }));
    metrics.nightly.held.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason: `HTTP ${status}` }] });
    expect(sent()).toHaveLength(1);
  });

  test('is followed by a push of current values at the next interval', async () => {
    const { peer, metrics, status } = await start({ intervalMs: 200 }, (_, count) => ({
      status: count <= 2 ? 503 : 200,
    }));
    metrics.nightly.rows.add(1, set);
    await vi.waitFor(() => expect(status()?.state).toBe('ok'), { timeout: 10_000 });
    const { failed = 0, retries = 0 } = status() ?? {};
    expect(failed + retries).toBeGreaterThanOrEqual(2);
    metrics.nightly.rows.add(1, set);
    await metrics.forceFlush();
    expect(peer.requests.at(-1)?.body.toString()).toMatch(/^nightly_rows_total{.*} 2$/m);
    expect(status()?.points.dropped).toEqual({});
  });

  test('is retried within its time limit outside a flush', async () => {
    const { sent, metrics, status } = await start({ intervalMs: 3_000 }, (_, count) => ({
      status: count === 1 ? 503 : 200,
      ...(count === 1 ? { headers: { 'retry-after': '0' } } : {}),
    }));
    metrics.nightly.held.set(1);
    await vi.waitFor(() => expect(status()).toMatchObject({ state: 'ok', failed: 0, retries: 1 }), { timeout: 15_000 });
    expect(sent().length).toBeGreaterThanOrEqual(2);
  });

  test('fails at once if the connection is refused', async () => {
    const { peer, metrics } = await start();
    await peer.close();
    metrics.nightly.held.set(1);
    expect((await metrics.forceFlush()).backends[0]?.reason).toContain('ECONNREFUSED');
  });

  test('fails at its time limit', async () => {
    const { metrics } = await start({ timeoutMs: 100 }, () => 'hang');
    metrics.nightly.held.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason: /^no answer within/ }] });
  });

  test('is sent without a certificate file that cannot be read, with a warning', async () => {
    const { metrics, messages } = await start({ certificate: '/nowhere/ca.pem' });
    metrics.nightly.held.set(1);
    expect(await metrics.forceFlush()).toMatchObject({ ok: true });
    expect(messages).toEqual([
      'pushgateway.certificate: got "/nowhere/ca.pem", expected a readable PEM file (ENOENT); connecting without it',
    ]);
  });
});

test.each([
  ['<h1>Sign in</h1>', 'the response is an HTML page: Sign in'],
  ['{"error":"login"}', 'the response reports an error: login'],
  ['{"code":16,"message":"no token"}', 'the response reports an error: no token'],
  ['[]', 'the response body is JSON that is not an object'],
])('refuses %s in place of an answer', async (body, defect) => {
  const { metrics, status } = await start({}, () => ({ status: 200, body }));
  metrics.nightly.held.set(1);
  const reason = `HTTP 200, but ${defect}`;
  expect(await metrics.forceFlush()).toMatchObject({ ok: false, backends: [{ reason }] });
  expect(status()?.points).toMatchObject({ exported: 0, dropped: { refused: 1 } });
});

test.each(['ok', '', '{}'])('treats the answer %j as acceptance', async (body) => {
  const { metrics, status } = await start({}, () => ({ status: 202, body }));
  metrics.nightly.held.set(1);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(status()?.points).toMatchObject({ exported: 1, dropped: {} });
});
