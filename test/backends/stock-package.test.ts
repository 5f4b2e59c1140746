/** The option `stock` of backend `prometheus` without its optional package. */
import { expect, test } from 'vitest';
import { withoutPackage } from '../support/missing-package.js';
import { startApp } from '../support/program.js';

const args = withoutPackage('@opentelemetry/exporter-prometheus');
const application = (start: string) => `
  import { startMetrics } from 'otelier';
  import { prometheus } from 'otelier/backends/prometheus';
  const metrics = startMetrics(${start});
  console.log(await metrics.ready.then(() => 'ready', ({ code }) => code), metrics.status().backends[0].state);`;
const expected =
  'prometheus.stock: got true, expected @opentelemetry/exporter-prometheus ' +
  '(npm install @opentelemetry/exporter-prometheus), or stock: false';

test('selected by code: ready rejects with the package and the command', async () => {
  const source = application('{ backends: [prometheus({ port: 0, stock: true })] }');
  const { code, stdout, stderr } = await startApp(source, {}, args).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'METRICS_PACKAGE_MISSING failing\n' });
  expect(stderr).toContain(expected);
});

test('selected by the environment: one message, and the application continues', async () => {
  const environment = {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTELIER_PROMETHEUS_STOCK: 'true',
  };
  const { code, stdout, stderr } = await startApp(application(''), environment, args).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready failing\n' });
  expect(stderr).toBe(
    `[otelier] warn: ${expected.replace('prometheus.stock', 'OTELIER_PROMETHEUS_STOCK')}; prometheus is disabled\n`,
  );
});
