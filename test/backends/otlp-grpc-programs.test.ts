/** OTLP over gRPC in programs: without the gRPC library, and when they end. */
import { expect, test } from 'vitest';
import { withoutPackage } from '../support/missing-package.js';
import { startApp } from '../support/program.js';
import { startPeer, valuesOf } from './grpc-scene.js';

const args = withoutPackage('@grpc/grpc-js', "process.env.FAILURE ?? 'ERR_MODULE_NOT_FOUND'");

const wanted = (where: string, install = ' (npm install @grpc/grpc-js)') =>
  `${where}: got "grpc", expected @grpc/grpc-js${install}, or protocol http/protobuf on port 4318`;
const expected = wanted('otlp.protocol');
const variable = 'OTEL_EXPORTER_OTLP_PROTOCOL';

const application = (start: string) => `
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  import { otlp } from 'otelier/backends/otlp';
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });
  const metrics = startMetrics({ catalogues: { shop }, collectorNames: ['none'], exportIntervalMs: 50, ${start} });
  const ready = await metrics.ready.then(() => 'ready', ({ code, message }) => code + ' ' + message);
  metrics.shop.orders.add(1);
  await new Promise((resolve) => setTimeout(resolve, 300));
  const { ok } = await metrics.forceFlush();
  const [{ state, reason, points }] = metrics.status().backends;
  console.log(JSON.stringify({ ready, ok, state, reason, points }));`;

test('selected by code: ready rejects with the package, the command and the alternative', async () => {
  const source = application("backends: [otlp({ protocol: 'grpc' })]");
  const { code, stdout, stderr } = await startApp(source, {}, args).end;
  const message =
    `An optional package is not installed:\n  - ${expected}\n` +
    '  Install the listed package, or choose the alternative; until then, the part that needs it is disabled. ' +
    '[METRICS_PACKAGE_MISSING]';
  expect(code).toBe(0);
  expect(JSON.parse(stdout)).toEqual({
    ready: `METRICS_PACKAGE_MISSING ${message}`,
    ok: false,
    state: 'failing',
    reason: expected,
    points: { exported: 0, rejected: 0, dropped: {} },
  });
  expect(stderr).toBe(`[otelier] error: ${expected}; disabled [METRICS_PACKAGE_MISSING]\n`);
});

test.each([{ OTEL_METRICS_EXPORTER: 'otlp' }, {}])(
  'selected by %j: one message, and the application continues',
  async (environment) => {
    const env = { ...environment, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' };
    const { code, stdout, stderr } = await startApp(application(''), env, args).end;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ready: 'ready', ok: false, state: 'failing', reason: wanted(variable) });
    expect(stderr).toBe(`[otelier] warn: ${wanted(variable)}; otlp is disabled\n`);
  },
);

test('a package that is installed but fails to load is reported with the reason', async () => {
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', FAILURE: 'EACCES' };
  const { stderr } = await startApp(application(''), env, args).end;
  expect(stderr).toBe(
    `[otelier] warn: ${wanted(variable, '')}; loading it failed: Cannot find package; otlp is disabled\n`,
  );
});

test('the package is loaded only with protocol grpc', async () => {
  const source = application("backends: [otlp({ endpoint: 'http://127.0.0.1:1' })]");
  const { stdout, stderr } = await startApp(source, {}, args).end;
  expect(JSON.parse(stdout).ready).toBe('ready');
  expect(stderr).not.toContain('grpc');
});

const program = `
  import { counter, defineCatalogue, startMetrics } from 'otelier';
  const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.' }) });
  const metrics = startMetrics({ catalogues: { shop }, collectorNames: ['none'], withoutSelfMetrics: true });
  metrics.shop.orders.add(3);`;

test('with the package, a program exports when it ends', async () => {
  const peer = await startPeer();
  const env = { OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: peer.url };
  const { code, stderr } = await startApp(program, env).end;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(valuesOf(peer.requests)).toEqual([[3]]);
});

test('a server that does not answer keeps a program alive for the time-out at most', async () => {
  const peer = await startPeer({ answer: () => 'hang' });
  const { code, lastedMs } = await startApp(program, {
    OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc',
    OTEL_EXPORTER_OTLP_ENDPOINT: peer.url,
    OTEL_EXPORTER_OTLP_TIMEOUT: '700',
  }).end;
  expect(code).toBe(0);
  expect(lastedMs).toBeLessThan(4_500);
  expect(peer.requests).toHaveLength(1);
});
