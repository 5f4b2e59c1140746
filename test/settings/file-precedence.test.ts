// biome-ignore-all lint/suspicious/noTemplateCurlyInString: literal references of the file format.
/** Precedence of code, configuration file and variables. */
import { otlp } from 'otelier/backends/otlp';
import { expect, test } from 'vitest';
import { startWith, warnings } from './configuration-file.js';
import { attributesOf, collector, jsonOf, pushing } from './file-pushes.js';

test('variables are read only where the file references them', () => {
  const environment = {
    OTEL_SDK_DISABLED: 'true',
    OTEL_METRICS_EXPORTER: 'prometheus',
    OTEL_SERVICE_NAME: 'other',
    OTEL_RESOURCE_ATTRIBUTES: 'a=1',
    OTEL_METRIC_EXPORT_INTERVAL: '7',
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:1',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
    OTELIER_SHUTDOWN_TIMEOUT: '9',
    NAMED: 'b=2',
  };
  const text = `${pushing('http://localhost:1')}\nresource: { attributes_list: "\${NAMED}" }`;
  const { settings, status } = startWith(text, { shutdownTimeoutMs: 1 }, environment);
  expect(status().backends.map(({ name }) => name)).toEqual(['otlp']);
  expect(settings.get('resourceAttributes')?.value).toBe('b=2');
  const unset = ['disabled', 'exporters', 'serviceName', 'exportIntervalMs', 'otlp.compression'];
  expect(unset.filter((name) => settings.get(name)?.from !== 'default')).toEqual([]);
  expect(settings.get('configFile')).toMatchObject({ from: 'OTEL_CONFIG_FILE' });
});

test('code wins over the file for each option', async () => {
  const peer = await collector();
  const rest = 'resource: { attributes: [{ name: service.name, value: of-the-file }] }';
  const text = pushing('http://localhost:1', { exporter: 'compression: gzip', reader: 'interval: 5', rest });
  const metrics = startWith(text, {
    serviceName: 'of-the-code',
    exportIntervalMs: 60_000,
    backends: [otlp({ endpoint: peer.url })],
  });
  metrics.shop.orders.add(1);
  await metrics.forceFlush();
  expect(metrics.status().backends).toHaveLength(1);
  expect(metrics.settings.get('otlp.exportIntervalMs')).toMatchObject({ value: '60000', from: 'code' });
  expect(metrics.settings.get('otlp.exportTimeoutMs')).toMatchObject({ value: '30000' });
  expect(peer.requests[0]?.headers).toMatchObject({ 'content-encoding': 'gzip', 'content-type': 'application/json' });
  const attributes = attributesOf(jsonOf(peer.requests[0]?.body).resource.attributes);
  expect(attributes['service.name']).toBe('of-the-code');
});

test('a file configures the first backend of its kind', () => {
  const text = pushing('http://of-the-file:1', { exporter: 'compression: gzip', reader: 'interval: 5' });
  const { settings, status } = startWith(text, {
    shutdownTimeoutMs: 1,
    backends: [otlp({ headers: { a: 'b' } }), otlp({ endpoint: 'http://of-the-code:1' })],
  });
  expect(status().backends.map(({ name }) => name)).toEqual(['otlp', 'otlp/2']);
  const values = (name: string) => ['otlp', 'otlp/2'].map((backend) => settings.get(`${backend}.${name}`)?.value);
  expect(values('endpoint')).toEqual(['http://of-the-file:1/v1/metrics', 'http://of-the-code:1/']);
  expect(values('compression')).toEqual(['gzip', 'none']);
  expect(values('exportIntervalMs')).toEqual(['5', undefined]);
});

test('exporters in code select backends, and the file configures them', () => {
  const metrics = startWith(pushing('http://localhost:1', { exporter: 'timeout: 77' }), {
    shutdownTimeoutMs: 1,
    exporters: ['otlp', 'console'],
  });
  expect(metrics.status().backends.map(({ name }) => name)).toEqual(['otlp', 'console']);
  expect(metrics.settings.get('otlp.timeoutMs')?.value).toBe('77');
  expect(startWith(pushing('http://localhost:1'), { exporters: ['none'] }).status().backends).toEqual([]);
});

test('a file without meter_provider starts no backend', () => {
  expect(startWith('resource: { attributes_list: "a=1" }').status().backends).toEqual([]);
});

test('a file can disable everything', () => {
  const text = `disabled: true\n${pushing('http://localhost:1')}`;
  expect(startWith(text).status().backends).toEqual([]);
  expect(startWith(text, { disabled: false, shutdownTimeoutMs: 1 }).status().backends).toHaveLength(1);
});

test('otelier options accept YAML or the text form of a variable', () => {
  const text = (labels: string, headers: string) => `
meter_provider:
  readers:
    - pull: { exporter: { otelier/prometheus: { port: "\${PORT}", resource_labels: ${labels} } } }
    - periodic: { exporter: { otelier/otlp: { endpoint: "http://localhost:1", headers: ${headers}, timeout_ms: 5 } } }
`;
  const environment = { PORT: '0', LIST: 'a,b', PAIRS: 'k=v,l=w' };
  for (const file of [text('[a, b]', '{ k: v, l: w }'), text('"${LIST}"', '"${PAIRS}"')]) {
    const { settings } = startWith(file, { shutdownTimeoutMs: 1 }, environment);
    expect(settings.get('prometheus.port')?.value).toBe('0');
    expect(settings.get('prometheus.resourceLabels')?.value).toBe('a,b');
    expect(settings.get('otlp.headers')?.value).toBe('k=[redacted],l=[redacted]');
    expect(settings.get('otlp.timeoutMs')).toEqual({
      name: 'otlp.timeoutMs',
      value: '5',
      from: 'otel.yaml:meter_provider.readers[1].periodic.exporter.otelier/otlp.timeout_ms',
    });
  }
});

test('a preset in the file reads its vendor variables', () => {
  const text = 'meter_provider: { readers: [{ periodic: { exporter: { otelier/otlp: { preset: datadog } } } }] }';
  const environment = { DD_API_KEY: 'secret', DD_SITE: 'datadoghq.eu', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other:1' };
  const { settings } = startWith(text, { shutdownTimeoutMs: 1 }, environment);
  expect(settings.get('otlp.endpoint')).toMatchObject({
    value: 'https://otlp.datadoghq.eu/v1/metrics',
    from: 'preset datadog',
  });
  expect(warnings()).toEqual([]);
});
