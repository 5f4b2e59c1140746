/** Programs that exit at once, by `process.exit()` or an uncaught error: what is delivered, and what is reported as lost. */
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { makeCertificate } from '../backends/prometheus/security/certificates.js';
import { startHttpPeer } from '../support/http-peer.js';
import { startApp, startProgram } from '../support/program.js';

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function startPeer(...options: Parameters<typeof startHttpPeer>) {
  const peer = await startHttpPeer(...options);
  closing.push(peer.close);
  return peer;
}

/** Returns a program that records, then runs `end`. */
const program = (end: string) => `
  import { counter, defineCatalogue, observableGauge, startMetrics } from 'otelier';
  const described = { unit: '{order}', description: 'Orders.' };
  const shop = defineCatalogue({
    orders: counter({ name: 'shop.orders', ...described }),
    returns: counter({ name: 'shop.returns', ...described }),
    silent: counter({ name: 'shop.silent', ...described }),
    held: observableGauge({ name: 'shop.held', ...described }),
  });
  const metrics = startMetrics({ serviceName: 'job', catalogues: { shop } });
  await metrics.ready;
  metrics.shop.held.addCallback((result) => result.observe(7));
  metrics.shop.orders.add(2);
  metrics.shop.returns.add(1);
  ${end}`;

const exit = 'process.exit(3);';
const remedy = 'await metrics.shutdown() before the process ends';

describe('otlp', () => {
  const run = async (end: string, environment: Record<string, string> = {}) => {
    const peer = await startPeer();
    const started = startApp(program(end), { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url, ...environment });
    const { code, stderr } = await started.end;
    return { peer, code, stderr: stderr.replaceAll(peer.url, 'URL') };
  };
  const lost = (amount: string) =>
    `[otelier] warn: exit: lost the last values of ${amount} for otlp URL/v1/metrics; ${remedy}\n`;
  const uncaught = (amount: string) =>
    `[otelier] warn: exit: lost the last values of ${amount} for otlp URL/v1/metrics: uncaught error; await metrics.shutdown() on 'uncaughtException'\n`;

  test('process.exit() is reported in one line', async () => {
    const { peer, code, stderr } = await run(exit);
    expect({ code, stderr }).toEqual({ code: 3, stderr: lost('2 metrics') });
    expect(peer.requests).toHaveLength(0);
  });

  test('an uncaught error is reported, and keeps its message and code', async () => {
    const { code, stderr } = await run("throw new Error('broken');");
    expect(code).toBe(1);
    expect(stderr).toContain('Error: broken');
    expect(stderr).toContain(uncaught('2 metrics'));
  });

  test.each([
    ["process.on('uncaughtException', () => process.exit(3)); throw new Error('broken');", uncaught('2 metrics')],
    [
      "process.on('uncaughtException', () => setTimeout(() => process.exit(3), 50)); throw new Error('broken');",
      lost('2 metrics'),
    ],
  ])('an uncaught error with a handler: %s', async (end, line) => {
    const { code, stderr } = await run(end);
    expect({ code, stderr }).toEqual({ code: 3, stderr: line });
  });

  test('an unhandled rejection is reported', async () => {
    const { code, stderr } = await run("Promise.reject(new Error('broken')); setTimeout(() => {}, 1_000);");
    expect(code).toBe(1);
    expect(stderr).toContain(uncaught('2 metrics'));
  });

  test.each<[string, string]>([
    ['a shutdown that is awaited', `await metrics.shutdown(); ${exit}`],
    ['a flush that is awaited', `await metrics.forceFlush(); ${exit}`],
    ['a natural end', ''],
    ['a natural end with an exit code', 'process.exitCode = 3;'],
    ['an exit after the natural end', "process.on('exit', () => process.exit(0));"],
  ])('nothing is reported after %s', async (_, end) => {
    const { peer, stderr } = await run(end);
    expect(stderr).toBe('');
    expect(peer.requests.length).toBeGreaterThan(0);
  });

  test.each<[string, string, string]>([
    ['a shutdown that is not awaited', `metrics.shutdown(); ${exit}`, '2 metrics'],
    ['a flush that is not awaited', `metrics.forceFlush(); ${exit}`, '2 metrics'],
    ['recordings after a flush', `await metrics.forceFlush(); metrics.shop.orders.add(1); ${exit}`, '1 metric'],
    [
      'a signal handler that exits',
      "process.on('SIGTERM', () => process.exit(3)); process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5_000);",
      '2 metrics',
    ],
  ])('%s is reported', async (_, end, amount) => {
    const { code, stderr } = await run(end);
    expect({ code, stderr }).toEqual({ code: 3, stderr: lost(amount) });
  });

  test('a flush that fails at a natural end is one line: what is lost, why, and what to check', async () => {
    const peer = await startPeer();
    await peer.close();
    closing.length = 0;
    const { stderr } = await startApp(program(''), { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url }).end;
    expect(stderr.match(/^\[otelier\] .*$/gm)).toEqual([
      `[otelier] warn: exit: lost the last values of 2 metrics for otlp ${peer.url}/v1/metrics: ` +
        `ECONNREFUSED 127.0.0.1:${peer.port}; check OTEL_EXPORTER_OTLP_ENDPOINT`,
    ]);
  });

  test.each<[string, string, string]>([
    ['values of a listener that runs later', "process.on('beforeExit', later)", ''],
    ['an exit that a listener causes', "process.on('beforeExit', later)", 'process.exit()'],
  ])('recordings after the flush of a natural end are reported: %s', async (_, listen, then) => {
    const { stderr } = await run(`
      let seen = 0;
      const later = () => {
        if (++seen === 1) setTimeout(() => {}, 300);
        if (seen === 2) { metrics.shop.orders.add(1); ${then} }
      };
      ${listen};`);
    expect(stderr).toBe(lost('1 metric'));
  });

  test('a backend with a broken status does not hide what others lose', async () => {
    const source = program(exit).replace(
      "serviceName: 'job',",
      `serviceName: 'job', backends: [{ kind: { name: 'broken', options: {}, start: () => ({
        name: 'broken', reader: new PeriodicExportingMetricReader({ exporter: new InMemoryMetricExporter(0) }), ready: Promise.resolve(),
        status() { if (ending) throw new Error('no status'); return { name: 'broken', state: 'waiting', points: { dropped: {} } }; },
      }) }, input: {} }],`,
    );
    const setUp = `
      import { InMemoryMetricExporter, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
      let ending = false;
      process.prependListener('exit', () => { ending = true; });`;
    const peer = await startPeer();
    const environment = { OTEL_METRICS_EXPORTER: 'otlp', OTEL_EXPORTER_OTLP_ENDPOINT: peer.url };
    const { stderr } = await startApp(setUp + source, environment).end;
    expect(stderr.replaceAll(peer.url, 'URL').split('\n').sort()).toEqual([
      '',
      '[otelier] warn: exit: cannot deliver the last values for broken: no status; they may be lost',
      lost('2 metrics').trimEnd(),
    ]);
  });

  test('points that wait in memory are counted', async () => {
    const peer = await startPeer(() => ({ status: 502 }));
    const end = `await metrics.forceFlush(); ${exit}`;
    const { stderr } = await startApp(program(end), { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url }).end;
    expect(stderr).toMatch(/exit: lost the last values of \d+ waiting data points for otlp /);
  });

  test('every backend has a line', async () => {
    const { stderr } = await run(exit, {
      OTEL_METRICS_EXPORTER: 'otlp,datadog',
      DD_API_KEY: 'k',
      OTELIER_DATADOG_ENDPOINT: 'http://127.0.0.1:1',
    });
    expect(stderr).toBe(
      lost('2 metrics') +
        `[otelier] warn: exit: lost the last values of 2 metrics for datadog http://127.0.0.1:1/api/v2/series; ${remedy}\n`,
    );
  });

  test('scraped backends report nothing', async () => {
    const { code, stderr } = await run(exit, {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    });
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
  });

  test('isolated metrics report nothing', async () => {
    const source = program(exit).replace("serviceName: 'job'", 'isolated: true');
    expect(await startApp(source, { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1' }).end).toMatchObject({
      code: 3,
      stderr: '',
    });
  });
});

describe('console', () => {
  test.each([exit, "throw new Error('broken');", `metrics.shutdown(); ${exit}`])(
    'prints the last table: %s',
    async (end) => {
      const { stdout, stderr } = await startApp(program(end), { OTEL_METRICS_EXPORTER: 'console' }).end;
      expect(stdout).toMatch(/shop\.orders .*\n {2}2\n/);
      expect(stdout).toMatch(/shop\.returns .*\n {2}1\n/);
      expect(stdout).toMatch(/shop\.held .*\n {2}7\n/);
      expect(stderr).not.toContain('[otelier]');
    },
  );

  test('prints no table twice', async () => {
    const { stdout } = await startApp(program(`await metrics.forceFlush(); ${exit}`), {
      OTEL_METRICS_EXPORTER: 'console',
    }).end;
    expect(stdout.match(/shop\.orders/g)).toHaveLength(1);
  });

  test('reports what is lost before its code is loaded', async () => {
    const source = program(exit).replace('await metrics.ready;', '');
    const { stderr } = await startApp(source, { OTEL_METRICS_EXPORTER: 'console' }).end;
    expect(stderr).toBe(
      `[otelier] warn: exit: lost the last values of 2 metrics for console stdout; await metrics.ready before process.exit()\n`,
    );
  });

  test('names an uncaught error before its code is loaded', async () => {
    const source = program("throw new Error('broken');").replace('await metrics.ready;', '');
    const { stderr } = await startApp(source, { OTEL_METRICS_EXPORTER: 'console' }).end;
    expect(stderr).toContain("for console stdout: uncaught error; await metrics.shutdown() on 'uncaughtException'\n");
    expect(stderr).not.toContain('process.exit()');
  });
});

describe('pushgateway', () => {
  const environment = (url: string) => ({ OTEL_METRICS_EXPORTER: 'pushgateway', OTELIER_PUSHGATEWAY_URL: url });

  test.each([exit, "throw new Error('broken');"])('pushes the last values: %s', async (end) => {
    const peer = await startPeer();
    const { code, stderr } = await startApp(program(end), environment(peer.url)).end;
    expect(code).toBe(end === exit ? 3 : 1);
    expect(stderr).not.toContain('lost');
    expect(peer.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['PUT /metrics/job/job']);
    const text = String(peer.requests[0]?.body);
    expect(text).toMatch(/^shop_orders_total\b.* 2$/m);
    expect(text).toMatch(/^shop_held\b.* 7$/m);
  });

  test('with gzip, a user and a password', async () => {
    const peer = await startPeer();
    const { stderr } = await startApp(program(exit), {
      ...environment(peer.url),
      OTELIER_PUSHGATEWAY_COMPRESSION: 'gzip',
      OTELIER_PUSHGATEWAY_USERNAME: 'ops',
      OTELIER_PUSHGATEWAY_PASSWORD: 's3cret',
    }).end;
    expect(stderr).toBe('');
    expect(peer.requests[0]?.headers).toMatchObject({
      authorization: 'Basic b3BzOnMzY3JldA==',
      'content-encoding': 'gzip',
    });
  });

  test.each(['refuses', 'is down'])('reports what is lost if the Pushgateway %s', async (fault) => {
    const peer = await startPeer(() => ({ status: 400 }));
    if (fault === 'is down') await Promise.all(closing.splice(0).map((close) => close()));
    const { code, stderr } = await startApp(program(exit), environment(peer.url)).end;
    expect({ code, stderr }).toEqual({
      code: 3,
      stderr:
        `[otelier] warn: exit: lost the last values of 2 metrics for pushgateway ${peer.url}/metrics/job/job: ` +
        (fault === 'is down'
          ? `ECONNREFUSED 127.0.0.1:${peer.port}; check OTELIER_PUSHGATEWAY_URL\n`
          : "HTTP 400; see the server's log\n"),
    });
  });

  test.each([
    exit,
    "throw new Error('broken');",
    '',
    'await metrics.shutdown();',
    `await metrics.forceFlush(); await metrics.shutdown();`,
    "process.kill(process.pid, 'SIGTERM'); setTimeout(() => {}, 5_000);",
  ])('a Pushgateway that does not answer is one line with one remedy: %s', async (end) => {
    const peer = await startPeer(() => 'hang');
    const timeouts = { OTELIER_SHUTDOWN_TIMEOUT: '300', OTELIER_PUSHGATEWAY_TIMEOUT: '1000' };
    const { stderr } = await startApp(program(end), { ...environment(peer.url), ...timeouts }).end;
    const lines = stderr.match(/^\[otelier\] .*$/gm) ?? [];
    expect(lines).toEqual([
      expect.stringMatching(/ within \d+ ms; (?:undelivered .*; )?check OTELIER_PUSHGATEWAY_URL$/),
    ]);
  });

  test('follows NODE_TLS_REJECT_UNAUTHORIZED', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'otelier-exit-'));
    const { certificate, key } = makeCertificate(folder, 'peer', ['IP:127.0.0.1']);
    let pushes = 0;
    const peer = createServer({ cert: readFileSync(certificate), key: readFileSync(key) }, (_, response) => {
      pushes++;
      response.end();
    }).listen(0, '127.0.0.1');
    closing.push(async () => {
      peer.close();
      rmSync(folder, { recursive: true });
    });
    await once(peer, 'listening');
    const url = `https://127.0.0.1:${(peer.address() as AddressInfo).port}`;
    const { stderr } = await startApp(program(exit), { ...environment(url), NODE_TLS_REJECT_UNAUTHORIZED: '0' }).end;
    expect(stderr).not.toContain('lost');
    expect(pushes).toBe(1);
  });

  test('does not load what --import names in its worker', async () => {
    const peer = await startPeer();
    const noise = ['--import', 'data:text/javascript,console.log("loaded")'];
    const { stdout } = await startApp(program(exit), environment(peer.url), noise).end;
    expect(stdout).toBe('loaded\n');
    expect(peer.requests).toHaveLength(1);
  });
});

/** Linux ignores SIGTERM for the first process of a PID namespace, which is that of a container. */
const hasNamespaces = spawnSync('unshare', ['--map-root-user', '--pid', '--fork', 'true']).status === 0;

test.skipIf(!hasNamespaces)('the first process of a container ends by SIGTERM and delivers', async () => {
  const peer = await startPeer();
  const source = program("setInterval(() => {}, 1_000); console.log('up');");
  const node = [process.execPath, '--input-type=module', '--eval', source];
  const app = startProgram('unshare', ['--map-root-user', '--pid', '--fork', '--kill-child', ...node], {
    OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
  });
  await app.printed(/up/);
  const [pid = ''] = readFileSync(`/proc/${app.child.pid}/task/${app.child.pid}/children`, 'utf8').split(' ');
  process.kill(Number(pid), 'SIGTERM');
  expect(await app.end).toMatchObject({ code: 143, stderr: '' });
  expect(peer.requests.length).toBeGreaterThan(0);
});
