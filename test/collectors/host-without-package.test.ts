/** Collector `host` with readings of an optional package that is not installed. */
import { expect, test } from 'vitest';
import { withoutPackage } from '../support/missing-package.js';
import { startApp } from '../support/program.js';

const args = withoutPackage('@opentelemetry/host-metrics');
const source = `
  import { startMetrics } from 'otelier';
  import { host } from 'otelier/collectors/host';
  const metrics = startMetrics({ collectors: [host({ from: 'otel', intervalMs: 0 })] });
  for (let round = 0; round < 3; round++) {
    const text = await metrics.exposition();
    console.log(/^system_cpu_load_average_1m/m.test(text), /^system_(cpu_time|memory_usage)/m.test(text));
  }`;

test('one message says what to install, and the load is shown', async () => {
  const environment = {
    OTELIER_COLLECTORS: '',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_EXPORTER_PROMETHEUS_PORT: '0',
  };
  const { code, stdout, stderr } = await startApp(source, environment, args).end;
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'true false\n'.repeat(3) });
  const expected =
    '[otelier] warn: source host.cpu: host.from: got "otel", expected @opentelemetry/host-metrics ' +
    '(npm install @opentelemetry/host-metrics); its metrics are absent until it can be read';
  expect(stderr.split('\n').filter((line) => line.includes('source host'))).toEqual([expected]);
});
