/** Authentication to the Pushgateway, deletion of groups, option validation, and rejected metrics. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { diag } from '@opentelemetry/api';
import { defineCatalogue, gauge, startMetrics } from 'otelier';
import { type PushgatewayInput, pushgateway } from 'otelier/backends/pushgateway';
import { describe, expect, test, vi } from 'vitest';
import { startHttpPeer } from '../support/http-peer.js';
import { makeCertificate, makeFolder } from './prometheus/security/certificates.js';
import { closing, nightly, start } from './pushgateway-job.js';

describe('authenticates', () => {
  const secrets = { password: 'pass-of-user', bearerToken: 'token-of-proxy' };
  const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`;

  test.each([
    ['with user and password', { username: 'ü', password: 'p:w' }, basic('ü:p:w')],
    ['with a user without a password', { username: 'u' }, basic('u:')],
    ['with a token', { bearerToken: 't' }, 'Bearer t'],
    ['with the user if a token is set, too', { username: 'u', ...secrets }, basic('u:pass-of-user')],
    ['with a header in preference to all options', { username: 'u', headers: { Authorization: 'Own x' } }, 'Own x'],
  ])('%s', async (_, options, authorization) => {
    const { peer, metrics, group } = await start(options);
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    await group.deleteGroup();
    expect(peer.requests.map(({ headers }) => headers.authorization)).toEqual([authorization, authorization]);
  });

  test('with credentials of the URL', async () => {
    const peer = await startHttpPeer();
    closing.push(peer.close);
    const { metrics } = await start({ url: peer.url.replace('//', '//u:p%2F@') });
    metrics.nightly.held.set(1);
    await metrics.forceFlush();
    expect(peer.requests[0]?.headers.authorization).toBe(basic('u:p/'));
  });

  test('with a client certificate, and verifies the server', async () => {
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

  test('without printing secrets', async () => {
    const peer = await startHttpPeer(() => ({ status: 401, body: 'unknown user' }));
    closing.push(peer.close);
    const url = `${peer.url.replace('//', '//admin:pass-of-url@')}/?key=key-of-url`;
    const { metrics, group, messages } = await start({ url, ...secrets, headers: { 'x-key': 'key-of-header' } });
    metrics.nightly.held.set(1);
    const flushed = await metrics.forceFlush();
    const deleted = await group.deleteGroup().catch((error: Error) => error.message);
    const shown = JSON.stringify([flushed, deleted, messages, metrics.status(), `${metrics.settings}`]);
    expect(flushed.backends[0]?.reason).toBe('HTTP 401: unknown user');
    expect(deleted).toBe('the group could not be deleted: HTTP 401: unknown user');
    expect(shown).not.toMatch(/-of-(user|proxy|url|header)/);
    expect(shown).toContain('[redacted]');
  });

  test.each([
    [{ username: 'u', ...secrets }, 'bearerToken is not sent, because username is set; remove one of the two options'],
    [{ password: 'p' }, 'password is not sent, because username is not set; set username'],
  ])('and warns about contradicting options: %#', async (options, message) => {
    expect((await start(options)).messages).toEqual([`pushgateway: ${message}`]);
  });
});

describe('deletes the group', () => {
  test('on request, and pushes nothing afterwards', async () => {
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

  test('after a push in progress', async () => {
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

  test('or rejects with the reason, and can be retried', async () => {
    let status = 403;
    const { sent, group } = await start({}, () => ({ status, body: 'no' }));
    await expect(group.deleteGroup()).rejects.toThrow('the group could not be deleted: HTTP 403: no');
    status = 202;
    await group.deleteGroup();
    expect(sent()).toHaveLength(2);
  });

  test('only after metrics have started', async () => {
    await expect(pushgateway().deleteGroup()).rejects.toThrow(
      'pushgateway: cannot delete the group: metrics have not started',
    );
  });

  test('on shutdown after the last push if deleteOnShutdown is set', async () => {
    const { sent, metrics } = await start({ environment: { OTELIER_PUSHGATEWAY_DELETE_ON_SHUTDOWN: 'true' } });
    metrics.nightly.held.set(1);
    expect(await metrics.shutdown()).toMatchObject({ ok: true });
    expect(sent()).toEqual(['PUT /metrics/job/worker', 'DELETE /metrics/job/worker']);
  });

  test('on shutdown, or reports the failure in the result', async () => {
    const { metrics, status, messages } = await start({ deleteOnShutdown: true }, ({ method }) => ({
      status: method === 'PUT' ? 200 : 503,
    }));
    metrics.nightly.held.set(1);
    const reason = 'the group could not be deleted: HTTP 503';
    expect(await metrics.shutdown()).toMatchObject({ ok: false, backends: [{ reason }] });
    expect(status()).toMatchObject({ state: 'failing', delivered: 1, failed: 1, reason });
    expect(messages).toHaveLength(1);
  });
});

describe('options', () => {
  test.each([
    [{ url: 'pushgateway:9091' }, /pushgateway\.url: got "pushgateway:9091", expected an http/],
    [{ groupingKey: { job: 'x' } }, /pushgateway\.groupingKey: .*expected .* but not job/],
    [{ groupingKey: { 'in-stance': 'x' } }, /pushgateway\.groupingKey/],
    [{ groupingKey: { le: '1' } }, /pushgateway\.groupingKey/],
    [{ groupingKey: { __name__: '1' } }, /pushgateway\.groupingKey/],
    [{ groupingKey: { otel_scope_name: 'x' } }, /pushgateway\.groupingKey/],
    [{ method: 'PATCH' }, /pushgateway\.method: got "PATCH", expected one of PUT, POST/],
    [{ intervalMs: -1 }, /pushgateway\.intervalMs: got -1, expected milliseconds from 0/],
    [{ bearerToken: 'two words' }, /pushgateway\.bearerToken: got "\[redacted\]", expected a token without blanks/],
    [{ username: 'a:b' }, /pushgateway\.username: got "a:b", expected a user name without ':'/],
    [{ job: '' }, /pushgateway\.job/],
  ])('rejects %j', (options, message) => {
    const backends = [pushgateway(options as PushgatewayInput)];
    expect(() => startMetrics({ isolated: true, environment: {}, backends })).toThrow(message);
  });

  test('can come from the environment; an invalid secret is ignored and not printed', async () => {
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

describe('warns about metrics that cannot be pushed', () => {
  const conflicting = defineCatalogue({
    pushed: gauge({ name: 'push_time_seconds', unit: 's', description: 'Own.' }),
    target: gauge({ name: 'target.info', unit: '{target}', description: 'Own.' }),
  });

  test('because the Pushgateway or another metric has the name', async () => {
    const { messages } = await start();
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
    expect(messages.filter((message) => message.startsWith('pushgateway'))).toEqual([
      'pushgateway: metric "push_time_seconds" is discarded: the Pushgateway writes push_time_seconds itself; rename the metric',
      expect.stringMatching(/^pushgateway: the gauge 'target.info' is not shown/),
    ]);
  });
});
