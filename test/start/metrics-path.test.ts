/** The path of the endpoint, and the options that a mounted endpoint does not have: what is printed in place of silence. */
import { startMetrics } from 'otelier';
import { mountedPrometheus, prometheus } from 'otelier/backends/prometheus';
import { expect, test } from 'vitest';
import { captureWarnings } from '../support/warnings.js';

/** Returns what a start with these backends and variables logs. */
async function logged(
  backends: readonly ReturnType<typeof prometheus>[],
  environment: Record<string, string> = {},
): Promise<string[]> {
  const warnings = captureWarnings();
  const metrics = startMetrics({ isolated: true, environment, backends });
  // TLS files that do not exist are errors, too.
  await metrics.ready.catch(() => undefined);
  await metrics.shutdown();
  return warnings;
}

const doubled = (where: string, path: string) =>
  `${where}: metrics are at ${path}/metrics: /metrics is appended; remove /metrics from the base path`;

test.each([
  ['/metrics', [doubled('prometheus.basePath', '/metrics')]],
  ['/internal/metrics', [doubled('prometheus.basePath', '/internal/metrics')]],
  ['/internal', []],
  ['/shopmetrics', []],
  ['', []],
])('basePath %j', async (basePath, lines) => {
  expect(await logged([prometheus({ basePath, port: 0 })])).toEqual(lines);
  expect(await logged([mountedPrometheus({ basePath })])).toEqual(lines);
});

test('a variable with a doubled path', async () => {
  const variable = 'OTELIER_PROMETHEUS_BASE_PATH';
  expect(await logged([prometheus({ port: 0 })], { [variable]: '/metrics' })).toEqual([doubled(variable, '/metrics')]);
  for (const [line] of [await logged([prometheus({ port: 0 })], { [variable]: `/${'x'.repeat(300)}/metrics` })])
    expect(line?.length).toBeLessThanOrEqual(183);
});

test.each(['', '/internal', '/metrics'])('404 names the path of the metrics: basePath %j', async (basePath) => {
  const endpoint = mountedPrometheus({ basePath });
  const metrics = startMetrics({ isolated: true, environment: {}, backends: [endpoint], logLevel: 'none' });
  await metrics.ready;
  const ask = (path: string) => endpoint.fetch(new Request(`http://localhost${path}`));
  const missing = await ask(`${basePath}/nowhere`);
  const line = await missing.text();
  expect([missing.status, line]).toEqual([404, `Not found: metrics are at ${basePath}/metrics.\n`]);
  const [, path = ''] = /at (\S+)\.\n/.exec(line) ?? [];
  expect((await ask(path)).status).toBe(200);
  await metrics.shutdown();
});

test.each([
  ['host', '0.0.0.0', 'your server has the host'],
  ['port', 19889, 'your server has the port'],
  ['allowUnprotected', true, 'your server decides who reaches it'],
  ['tlsCertificateFile', 'cert.pem', 'your server has the certificate'],
  ['tlsKeyFile', 'key.pem', 'your server has the key'],
  ['tlsClientCaFile', 'ca.pem', 'your server checks client certificates'],
  ['tlsMinVersion', 'TLSv1.3', 'your server has the TLS version'],
])('mountedPrometheus({ %s })', async (name, value, reason) => {
  const lines = await logged([mountedPrometheus({ [name]: value } as never)]);
  expect(lines).toContain(`mountedPrometheus.${name}: ${reason}; use prometheus() for its own`);
  expect(await logged([mountedPrometheus({ page: false })])).toEqual([]);
});

test('types refuse options of a server on a mounted endpoint', () => {
  // @ts-expect-error: the application's server has the port.
  mountedPrometheus({ port: 19889 });
  // @ts-expect-error: the application's server has the host.
  mountedPrometheus({ host: '0.0.0.0' });
  // @ts-expect-error: the application's server has the certificate.
  mountedPrometheus({ tlsCertificateFile: 'cert.pem' });
});

test('a mounted endpoint without metrics names each variable that disables them', async () => {
  const endpoint = mountedPrometheus();
  const environment = { OTEL_SDK_DISABLED: 'true' };
  const metrics = startMetrics({ isolated: true, environment, backends: [endpoint] });
  const response = await endpoint.fetch(new Request('http://localhost/metrics'));
  expect([response.status, await response.text()]).toEqual([
    503,
    expect.stringMatching(/OTEL_METRICS_EXPORTER=none and OTEL_SDK_DISABLED=true disable them\.\n$/),
  ]);
  await metrics.shutdown();
});
