/** How an application with metrics starts and ends: each in a process of its own, on the built package. */
import { afterEach, describe, expect, test } from 'vitest';
import { type Answer, startHttpPeer } from '../support/http-peer.js';
import { startApp } from '../support/program.js';

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

describe('the last metrics are delivered', () => {
  test('when the application has nothing left to do', async () => {
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

  test('on a signal that the application handles itself, after which it goes on as it likes', async () => {
    const { environment, received } = await collector();
    // Its handler stands before ours, and is gone by the time ours counts who else listens.
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
    'and %s ends the process beside others that wait to be alone',
    async (signal) => {
      const { environment } = await collector();
      const source = `${bootstrap}
      // Ends the process when every listener is its own, as packages that watch for the end of a process do.
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

  test('by shutdown, awaited as the last thing of a program', async () => {
    const { environment, received } = await collector();
    const source = `${bootstrap} console.log(JSON.stringify(await metrics.shutdown()));`;
    const { code, stdout } = await startApp(source, environment).end;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ ok: true, backends: [{ backend: 'otlp', ok: true }] });
    expect(received()).toContain('"asDouble":7');
  });

  test('and what was recorded before metrics were ready, by an application that ends at once', async () => {
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

describe('an endpoint that does not answer', () => {
  test('holds the process no longer than the deadline', async () => {
    const { environment } = await collector(() => 'hang');
    const { code, stderr, lastedMs } = await startApp(bootstrap, { ...environment, OTELIER_SHUTDOWN_TIMEOUT: '500' })
      .end;
    expect(code).toBe(0);
    expect(stderr).toContain('otlp: a flush was not done within 500 ms');
    expect(lastedMs).toBeLessThan(5_000);
  });

  test('does not keep a process that is told to end', async () => {
    const { environment } = await collector(() => 'hang');
    const source = `${bootstrap} setInterval(() => {}, 1_000); console.log('up');`;
    const app = startApp(source, { ...environment, OTELIER_SHUTDOWN_TIMEOUT: '500' });
    await app.printed(/up/);
    app.child.kill('SIGTERM');
    expect(await app.end).toMatchObject({ signal: 'SIGTERM' });
  });

  test('an export under way does not keep the process', async () => {
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

  test('is told once when nobody chose it, with what to do', async () => {
    const peer = await startHttpPeer();
    await peer.close();
    const { code, stderr } = await startApp(bootstrap, { OTEL_EXPORTER_OTLP_ENDPOINT: peer.url }).end;
    expect(code).toBe(0);
    expect(stderr.trim().split('\n')).toHaveLength(1);
    expect(stderr).toContain(`otlp: export to ${peer.url}/v1/metrics failed: connect ECONNREFUSED`);
    expect(stderr).toContain(
      'OTEL_METRICS_EXPORTER is not set, so otlp is used; set OTEL_METRICS_EXPORTER to select another backend, or to none',
    );
  });
});

describe('an application is not harmed', () => {
  test('by a port in use: it is told, without an unhandled rejection', async () => {
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

  test('by an exporter that does not exist', async () => {
    const { code, stderr } = await startApp(bootstrap, { OTEL_METRICS_EXPORTER: 'statsd' }).end;
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /OTEL_METRICS_EXPORTER: there is no exporter 'statsd', expected prometheus, .* or none; it is ignored/,
    );
  });

  test.each([{ OTEL_METRICS_EXPORTER: 'none' }, { OTEL_SDK_DISABLED: 'true', OTEL_METRICS_EXPORTER: 'prometheus' }])(
    'when metrics are off: %j loads no SDK, opens no port, registers nothing',
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

test('register starts metrics, and the application adds its own', async () => {
  const { environment, received } = await collector();
  const { code, stderr } = await startApp(bootstrap, environment, ['--import', 'otelier/register']).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(received()).toContain('"asDouble":7');
});

test('what a module recorded before the start counts', async () => {
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

test('register starts metrics before the application, from the environment alone', async () => {
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
