/** Who may push, how a group is deleted, and what options say. */
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
      expect.stringMatching(/^pushgateway: the gauge 'target.info' is not shown/),
    ]);
  });
});
