/** An invalid configuration file: reported in one error, never thrown, and ignored as a whole. */
import { type MetricsError, startMetrics } from 'otelier';
import { otlp } from 'otelier/backends/otlp';
import { expect, test, vi } from 'vitest';
import { renderProblem } from '../../src/errors.js';
import { startHttpPeer } from '../support/http-peer.js';
import { withoutPackage } from '../support/missing-package.js';
import { startApp } from '../support/program.js';
import { afterwards, startWith, warnings, writeFile } from './configuration-file.js';

const invalid = 'meter_provider: { readers: [{ periodic: { interval: x, exporter: { otlp_http: } } }] }';

test('ready rejects with all problems in one error, which is also logged', async () => {
  const text =
    'disabled: 1\nresource: { attributes_list: x }\nmeter_provider: { readers: [{ pull: { exporter: { a: } } }] }';
  const error = await startWith(text).ready.catch((reason: MetricsError) => reason);
  expect(error).toMatchObject({ code: 'METRICS_FILE_INVALID', name: 'MetricsError' });
  expect((error as MetricsError).problems.map(({ where }) => where)).toEqual([
    'otel.yaml:resource.attributes_list',
    'otel.yaml:meter_provider.readers[0].pull.exporter.a',
    'otel.yaml:disabled',
  ]);
  const { problems } = error as MetricsError;
  expect(warnings()).toEqual(
    problems.map((problem) => `${renderProblem(problem)}; the file is ignored [METRICS_FILE_INVALID]`),
  );
});

test('an invalid file is ignored, and options in code apply', async () => {
  const peer = await startHttpPeer();
  afterwards(peer.close);
  const metrics = startWith(`resource: { attributes: [{ name: tier, value: gold }] }\n${invalid}`, {
    backends: [otlp({ endpoint: peer.url, protocol: 'http/json' })],
  });
  await expect(metrics.ready).rejects.toThrow('readers[0].periodic.interval: got "x"');
  metrics.shop.orders.add(1);
  expect(await metrics.forceFlush()).toEqual({ ok: true, backends: [{ backend: 'otlp', ok: true }] });
  expect(String(peer.requests[0]?.body)).toContain('shop.orders');
  expect(String(peer.requests[0]?.body)).not.toContain('gold');
});

test('neither variables nor defaults replace an invalid file', async () => {
  const environment = { OTEL_METRICS_EXPORTER: 'console', OTEL_SERVICE_NAME: 'other' };
  const metrics = startWith(invalid, {}, environment);
  await expect(metrics.ready).rejects.toThrow('METRICS_FILE_INVALID');
  expect(metrics.status().backends).toEqual([]);
  expect(metrics.settings.get('serviceName')).toMatchObject({ value: '', from: 'default' });
  metrics.shop.orders.add(1);
  expect(await metrics.forceFlush()).toEqual({ ok: true, backends: [] });
});

test('invalid options in code throw beside an invalid file', () => {
  expect(() => startWith(invalid, { exportIntervalMs: -1 })).toThrow('METRICS_OPTIONS_INVALID');
});

test.each([
  ['OTEL_CONFIG_FILE', { OTEL_CONFIG_FILE: '/nowhere/otel.yaml' }],
  ['OTEL_EXPERIMENTAL_CONFIG_FILE', { OTEL_EXPERIMENTAL_CONFIG_FILE: '/nowhere/otel.yaml' }],
])('a missing file is reported with its variable: %s', async (variable, environment) => {
  const { ready } = startMetrics({ isolated: true, environment });
  await expect(ready).rejects.toThrow(`${variable}: got "/nowhere/otel.yaml", expected a readable file (ENOENT)`);
});

test('code can name the file', async () => {
  const configFile = writeFile('disabled: 1');
  const { ready } = startMetrics({ isolated: true, environment: {}, configFile });
  await expect(ready).rejects.toThrow('otel.yaml:disabled: got 1, expected true or false');
});

test('entries without effect are warnings, and the rest of the file applies', async () => {
  const text = `file_format: "1.7"
attribute_limits: { attribute_count_limit: 3 }
meter_providers: {}
meter_provider:
  meter_configurator/development: { default_config: { enabled: true } }
  readers:
    - periodic:
        max_export_batch_size/development: 10
        exporter: { console: { temporality_preference: delta } }
`;
  const metrics = startWith(text);
  await metrics.ready;
  expect(metrics.status().backends.map(({ name }) => name)).toEqual(['console']);
  const fromFile = warnings().filter((warning) => warning.startsWith('otel.yaml'));
  expect(fromFile.map((warning) => warning.slice(0, warning.indexOf(': ')))).toEqual([
    'otel.yaml:file_format',
    'otel.yaml:meter_providers',
    'otel.yaml:attribute_limits',
    'otel.yaml:meter_provider.meter_configurator/development',
    'otel.yaml:meter_provider.readers[0].periodic.max_export_batch_size/development',
    'otel.yaml:meter_provider.readers[0].periodic.exporter.console.temporality_preference',
  ]);
});

test('sections of other signals that do not fit the schema are reported, and metrics use the file', async () => {
  const before = process.env;
  const metrics = startWith('disabled: true\ntracer_provider: { processors: 4 }');
  await metrics.ready;
  await vi.waitFor(() =>
    expect(warnings()).toEqual([
      'otel.yaml:tracer_provider.processors: expected a value that fits the schema (must be array); ' +
        'metrics use the file, other signals and SDKs may refuse it',
    ]),
  );
  expect(process.env).toBe(before);
  expect(process.env).not.toHaveProperty('OTEL_CONFIG_FILE');
});

test('without @opentelemetry/configuration the file applies, and the other sections are not checked', async () => {
  const path = writeFile('disabled: true\ntracer_provider: { processors: 4 }');
  const source = `
    import { startMetrics } from 'otelier';
    const { ready, settings } = startMetrics();
    await ready;
    console.log(settings.toString().includes('otel.yaml'));`;
  const { code, stdout, stderr } = await startApp(
    source,
    { OTEL_CONFIG_FILE: path },
    withoutPackage('@opentelemetry/configuration'),
  ).end;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'true\n', stderr: '' });
});
