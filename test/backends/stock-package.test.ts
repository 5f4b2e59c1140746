/** The option `stock` of backend `prometheus` without its optional package. */
import { expect, test } from 'vitest';
import { startApp } from '../support/program.js';

const hooks = `
  export const resolve = (specifier, context, next) => {
    if (specifier !== '@opentelemetry/exporter-prometheus') return next(specifier, context);
    throw Object.assign(new Error('Cannot find package'), { code: 'ERR_MODULE_NOT_FOUND' });
  };`;
const url = (source: string) => `data:text/javascript,${encodeURIComponent(source)}`;
const withoutPackage = [
  '--import',
  url(`import { register } from 'node:module'; register(${JSON.stringify(url(hooks))});`),
];
const application = (start: string) => `
  import { startMetrics } from 'otelier';
  import { prometheus } from 'otelier/backends/prometheus';
  const metrics = startMetrics(${start});
  console.log(await metrics.ready.then(() => 'ready', ({ code }) => code), metrics.status().backends[0].state);`;
const expected =
  'prometheus.stock: got true, expected the package @opentelemetry/exporter-prometheus ' +
  '(npm install @opentelemetry/exporter-prometheus), or the option stock unset';

test('selected by code: ready rejects with the package and the command', async () => {
  const source = application('{ backends: [prometheus({ port: 0, stock: true })] }');
  const { code, stdout, stderr } = await startApp(source, {}, withoutPackage).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'METRICS_PACKAGE_MISSING failing\n' });
  expect(stderr).toContain(expected);
});

test('selected by the environment: one message, and the application continues', async () => {
  const environment = {
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
    OTELIER_PROMETHEUS_STOCK: 'true',
  };
  const { code, stdout, stderr } = await startApp(application(''), environment, withoutPackage).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'ready failing\n' });
  expect(stderr).toBe(
    `[otelier] warn: prometheus: disabled: ${expected.replace('prometheus.stock', 'OTELIER_PROMETHEUS_STOCK')}\n`,
  );
});
