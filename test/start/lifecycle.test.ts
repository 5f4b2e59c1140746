/** Start and end of an application with metrics, each in its own process with the built package. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, startHttpPeer } from '../support/http-peer.js';
import { startApp, startProgram } from '../support/program.js';

const bootstrap = `
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  const app = defineCatalogue({ work: counter({ name: 'work', unit: '1', description: 'Work.' }) });
  const metrics = startMetrics({ catalogues: { app } });
  metrics.app.work.add(7);
`;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function collector(answer?: () => Answer) {
  const peer = await startHttpPeer(answer);
  closing.push(peer.close);
  const environment = {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
  };
  return { peer, environment, received: () => peer.requests.map(({ body }) => body.toString()).join('\n') };
}

describe('pending metrics are delivered', () => {
  test('when the event loop is empty', async () => {
    const { environment, received } = await collector();
    const { code, stderr } = await startApp(`${bootstrap} process.exitCode = 3;`, environment).end;
    expect({ code, stderr }).toEqual({ code: 3, stderr: '' });
    expect(received()).toContain('"asDouble":7');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('on %s, which then ends the process', async (signal) => {
    const { environment, received } = await collector();
    const app = startApp(`${bootstrap} setInterval(() => {}, 1_000); console.log('up');`, environment);
    await app.printed(/up/);
    app.child.kill(signal);
    expect(await app.end).toMatchObject({ code: null, signal, stderr: '' });
    expect(received()).toContain('"asDouble":7');
  });

  test('on a signal that the application handles itself', async () => {
    const { environment, received } = await collector();
    // The handler runs before the handler of otelier, and is removed before otelier counts listeners.
    const source = `
      const alive = setInterval(() => {}, 1_000);
      process.once('SIGTERM', async () => {
        metrics.app.work.add(1);
        clearInterval(alive);
        process.exitCode = 5;
      });
      ${bootstrap}
      console.log('up');`;
    const app = startApp(source, environment);
    await app.printed(/up/);
    app.child.kill('SIGTERM');
    expect(await app.end).toMatchObject({ code: 5, signal: null });
    expect(received()).toContain('"asDouble":8');
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    'on %s beside a listener that ends the process only as the last listener',
    async (signal) => {
      const { environment } = await collector();
      const source = `${bootstrap}
      // Ends the process when no other listener exists, as packages that watch for process exit do.
      const onlyOurs = () => {
        if (process.listenerCount('${signal}') !== 1) return;
        process.off('${signal}', onlyOurs);
        process.kill(process.pid, '${signal}');
      };
      process.on('${signal}', onlyOurs);
      setInterval(() => {}, 1_000);
      console.log('up');`;
      const app = startApp(source, environment);
      await app.printed(/up/);
      app.child.kill(signal);
      expect(await app.end).toMatchObject({ signal });
    },
  );

  test('by an awaited shutdown as the last statement', async () => {
    const { environment, received } = await collector();
    const source = `${bootstrap} console.log(JSON.stringify(await metrics.shutdown()));`;
    const { code, stdout } = await startApp(source, environment).end;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ ok: true, backends: [{ backend: 'otlp', ok: true }] });
    expect(received()).toContain('"asDouble":7');
  });

  test('when the application ends before metrics are ready', async () => {
    const { environment, received } = await collector();
    const source = `${bootstrap} metrics.app.work.add(1);`;
    await startApp(source, {
      ...environment,
      OTEL_METRICS_EXPORTER: 'prometheus,otlp',
      OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    }).end;
    expect(received()).toContain('"asDouble":8');
  });
});

describe('an unresponsive endpoint', () => {
  test('delays the exit no longer than the deadline', async () => {
    const { environment } = await collector(() => 'hang');
    const { code, stderr, lastedMs } = await startApp(bootstrap, { ...environment, OTELIER_SHUTDOWN_TIMEOUT: '500' })
      .end;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^\[otelier\] warn: exit: lost .*; no answer within 500 ms; check OTEL_EXPORTER_OTLP_ENDPOINT\n$/,
    );
    expect(lastedMs).toBeLessThan(5_000);
  });

  test('does not prevent the end by a signal', async () => {
    const { environment } = await collector(() => 'hang');
    const source = `${bootstrap} setInterval(() => {}, 1_000); console.log('up');`;
    const app = startApp(source, { ...environment, OTELIER_SHUTDOWN_TIMEOUT: '500' });
    await app.printed(/up/);
    app.child.kill('SIGTERM');
    expect(await app.end).toMatchObject({ signal: 'SIGTERM' });
  });

  test('is disabled by a remedy in the message if nothing configured it', async () => {
    // The default endpoint of this machine may be in use.
    const refuse =
      'data:text/javascript,import net from "node:net";net.Socket.prototype.connect=function(){setImmediate(()=>this.destroy(new Error("refused")));return this}';
    const { stderr } = await startApp(bootstrap, {}, ['--import', refuse]).end;
    expect(stderr).toMatch(
      /exit: lost .*: Socket is closed; set OTEL_EXPORTER_OTLP_ENDPOINT, or OTEL_METRICS_EXPORTER=none$/m,
    );
    const other = await startApp(bootstrap, { OTEL_EXPORTER_OTLP_HEADERS: 'a=b' }, ['--import', refuse]).end;
    expect(other.stderr).toMatch(/exit: lost .*: Socket is closed$/m);
  });

  test('does not keep the process alive during an export', async () => {
    const { environment, peer } = await collector(() => 'hang');
    const source = `${bootstrap} const wait = setInterval(() => {}, 1_000); process.once('SIGUSR2', () => clearInterval(wait));`;
    const app = startApp(source, {
      ...environment,
      OTEL_METRIC_EXPORT_INTERVAL: '100',
      OTEL_METRIC_EXPORT_TIMEOUT: '100',
      OTELIER_SHUTDOWN_TIMEOUT: '300',
    });
    while (peer.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    app.child.kill('SIGUSR2');
    expect(await app.end).toMatchObject({ code: 0, signal: null });
  });

  test.each([
    ['', false],
    [`/${'a'.repeat(200)}`, true],
  ])('is reported once, with what is lost at the end and why, with the path %j', async (path, isCut) => {
    const peer = await startHttpPeer();
    await peer.close();
    const { code, stderr } = await startApp(bootstrap, { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url + path }).end;
    expect(code).toBe(0);
    const [loss = '', ...more] = stderr.trim().split('\n');
    expect(loss).toContain(`exit: lost the last values of 1 metric for otlp ${peer.url}`);
    expect(loss).toMatch(/\/v1\/metrics: ECONNREFUSED .*; check OTEL_EXPORTER_OTLP_ENDPOINT$/);
    expect(loss.includes('…')).toBe(isCut);
    expect(more).toEqual([]);
  });
});

describe('the application continues', () => {
  test('when a port is in use, with a log message and no unhandled rejection', async () => {
    const peer = await startHttpPeer();
    closing.push(peer.close);
    const { code, stdout, stderr } = await startApp(`${bootstrap} setTimeout(() => console.log('still here'), 100);`, {
      OTEL_METRICS_EXPORTER: 'prometheus',
      OTEL_EXPORTER_PROMETHEUS_HOST: '127.0.0.1',
      OTEL_EXPORTER_PROMETHEUS_PORT: String(peer.port),
    }).end;
    expect(code).toBe(0);
    expect(stdout).toContain('still here');
    expect(stderr).toContain('METRICS_PORT_IN_USE');
    expect(stderr).toContain(`127.0.0.1:${peer.port}`);
    expect(stderr).not.toContain('Unhandled');
  });

  test('when an exporter is unknown', async () => {
    const { code, stderr } = await startApp(bootstrap, { OTEL_METRICS_EXPORTER: 'statsd' }).end;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /OTEL_METRICS_EXPORTER: got "statsd", expected one of prometheus, .*, none; nothing is exported/,
    );
  });

  test.each([{ OTEL_METRICS_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true', OTEL_METRICS_EXPORTER: 'prometheus' }])(
    'when metrics are disabled by %j: no SDK, port, provider or signal handler',
    async (environment) => {
      const source = `${bootstrap}
        import { createRequire } from 'node:module';
        import { metrics as api } from '@opentelemetry/api';
        const loaded = Object.keys(createRequire(import.meta.url).cache ?? {}).filter((name) => name.includes('sdk-metrics'));
        const handles = process.getActiveResourcesInfo().filter((name) => name.includes('Server'));
        console.log(JSON.stringify({ loaded, handles, provider: api.getMeterProvider().constructor.name, signals: process.listenerCount('SIGTERM') }));`;
      const { code, stdout, stderr } = await startApp(source, environment).end;
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(JSON.parse(stdout)).toEqual({ loaded: [], handles: [], provider: 'NoopMeterProvider', signals: 0 });
    },
  );
});

test('register starts metrics, and startMetrics adds catalogues', async () => {
  const { environment, received } = await collector();
  const { code, stderr } = await startApp(bootstrap, environment, ['--import', 'otelier/register']).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(received()).toContain('"asDouble":7');
});

test('measurements before the start count', async () => {
  const { environment, received } = await collector();
  const source = `
    import { counter, defineCatalogue, instrumentsOf, startMetrics } from 'otelier';
    const app = defineCatalogue({ work: counter({ name: 'work', unit: '1', description: 'Work.' }) });
    instrumentsOf(app).work.add(3);
    startMetrics();
    instrumentsOf(app).work.add(4);`;
  expect((await startApp(source, environment).end).code).toBe(0);
  expect(received()).toContain('"asDouble":7');
});

test('register starts metrics from the environment, in the main thread only', async () => {
  const { environment, received } = await collector();
  const source = `
    import { metrics } from '@opentelemetry/api';
    metrics.getMeter('third-party').createCounter('calls').add(4);
    import { Worker } from 'node:worker_threads';
    new Worker('process.exitCode = process.listenerCount("SIGTERM")', { eval: true }).on('exit', (code) => console.log('worker', code));`;
  const { code, stdout, stderr } = await startApp(source, environment, ['--import', 'otelier/register']).end;
  expect({ code, stderr, stdout: stdout.trim() }).toEqual({ code: 0, stderr: '', stdout: 'worker 0' });
  expect(received()).toContain('"asDouble":4');
});

test('starts in a working directory that no longer exists', async () => {
  const source = `
    import { mkdtempSync, rmdirSync } from 'node:fs';
    import { tmpdir } from 'node:os';
    import { join } from 'node:path';
    import { startMetrics } from 'otelier';
    const folder = mkdtempSync(join(tmpdir(), 'otelier-'));
    process.chdir(folder);
    rmdirSync(folder);
    const metrics = startMetrics();
    setTimeout(async () => {
      await metrics.shutdown();
      console.log('still alive');
    }, 200);`;
  const { code, stdout } = await startApp(source, { OTEL_METRICS_EXPORTER: 'none' }).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'still alive\n' });
});

test.each([process.execPath, 'node'])(
  'the default of service.name has the base name of the executable: %s',
  async (command) => {
    const source = `
    import { startMetrics } from 'otelier';
    const metrics = startMetrics();
    await metrics.ready;
    console.log(/service_name="([^"]*)"/.exec(await metrics.exposition())?.[1]);
    await metrics.shutdown();`;
    const environment = { OTEL_METRICS_EXPORTER: 'prometheus', OTEL_EXPORTER_PROMETHEUS_PORT: '0' };
    const { stdout } = await startProgram(command, ['--input-type=module', '--eval', source], environment).end;
    expect(stdout).toBe('unknown_service:node\n');
  },
);
