// biome-ignore-all lint/suspicious/noTemplateCurlyInString: literal references of the file format.
/** Effects of a configuration file, observed in requests and scrapes. */
import { metrics as api } from '@opentelemetry/api';
import { expect, test, vi } from 'vitest';
import { startGrpcPeer } from '../support/grpc-peer.js';
import { ask } from '../support/http-raw.js';
import { afterwards, settingsOf, startWith, warnings } from './configuration-file.js';
import { attributesOf, collector, type Json, jsonOf, metricsOf, pushing } from './file-pushes.js';

test('every metrics key sets its option, printed with its path and without secrets', () => {
  const text = `
file_format: "1.1"
disabled: false
log_level: debug3
resource:
  schema_url: https://opentelemetry.io/schemas/1.30.0
  attributes:
    - { name: service.name, value: storefront }
    - { name: regions, value: [eu, us], type: string_array }
  attributes_list: tier=gold,service.name=less
meter_provider:
  exemplar_filter: always_off
  readers:
    - periodic:
        interval: 15000
        timeout: 0
        exporter:
          otlp_http:
            endpoint: https://me:pw@collector.example/v1/metrics?key=secret
            tls: { ca_file: /ca.pem, key_file: /key.pem, cert_file: /cert.pem }
            headers:
              - { name: api-key, value: "\${API_KEY}" }
              - { name: absent, value: }
            headers_list: "api-key=less,more=m%20n"
            compression: gzip
            timeout: 700
            encoding: protobuf
            temporality_preference: low_memory
            default_histogram_aggregation: base2_exponential_bucket_histogram
    - periodic:
        exporter: { console: }
    - pull:
        exporter:
          prometheus/development:
            host: 127.0.0.1
            port: 0
            scope_info_enabled: false
            target_info_enabled/development: false
            translation_strategy: no_translation/development
            resource_constant_labels: { included: [service.name, tier] }
distribution:
  otelier: { without_self_metrics: true, shutdown_timeout_ms: 1, spool_max_age_ms: 5 }
  other-vendor: { anything: 1 }
tracer_provider:
  processors: [{ batch: { exporter: { console: } } }]
propagator: { composite: [{ tracecontext: }] }
`;
  const [reader, exporter] = [
    'meter_provider.readers[0].periodic',
    'meter_provider.readers[0].periodic.exporter.otlp_http',
  ];
  const scrape = 'meter_provider.readers[2].pull.exporter.prometheus/development';
  expect(settingsOf(text, { shutdownTimeoutMs: undefined }, { API_KEY: 'secret' })).toEqual({
    disabled: 'false from disabled',
    logLevel: 'debug from log_level',
    resourceAttributes: 'tier=gold,service.name=storefront,regions=eu,us from resource',
    exemplarFilter: 'always_off from meter_provider.exemplar_filter',
    withoutSelfMetrics: 'true from distribution.otelier.without_self_metrics',
    shutdownTimeoutMs: '1 from distribution.otelier.shutdown_timeout_ms',
    spoolMaxAgeMs: '5 from distribution.otelier.spool_max_age_ms',
    'otlp.exportIntervalMs': `15000 from ${reader}.interval`,
    'otlp.exportTimeoutMs': `2147483647 from ${reader}.timeout`,
    'otlp.endpoint': `https://[redacted]@collector.example/v1/metrics?[redacted] from ${exporter}.endpoint`,
    'otlp.headers': `api-key=[redacted],more=[redacted] from ${exporter}.headers`,
    'otlp.protocol': `http/protobuf from ${exporter}.encoding`,
    'otlp.compression': `gzip from ${exporter}.compression`,
    'otlp.timeoutMs': `700 from ${exporter}.timeout`,
    'otlp.certificate': `/ca.pem from ${exporter}.tls.ca_file`,
    'otlp.clientKey': `/key.pem from ${exporter}.tls.key_file`,
    'otlp.clientCertificate': `/cert.pem from ${exporter}.tls.cert_file`,
    'otlp.temporality': `lowmemory from ${exporter}.temporality_preference`,
    'otlp.histogramAggregation': `base2_exponential_bucket_histogram from ${exporter}.default_histogram_aggregation`,
    'console.exportIntervalMs': '60000 from meter_provider.readers[1].periodic.interval',
    'console.exportTimeoutMs': '30000 from meter_provider.readers[1].periodic.timeout',
    'prometheus.host': `127.0.0.1 from ${scrape}.host`,
    'prometheus.port': `0 from ${scrape}.port`,
    'prometheus.withoutScopeLabels': `true from ${scrape}.scope_info_enabled`,
    'prometheus.withoutTargetInfo': `true from ${scrape}.target_info_enabled/development`,
    'prometheus.translationStrategy': `NoTranslation from ${scrape}.translation_strategy`,
    'prometheus.resourceLabels': `service.name,tier from ${scrape}.resource_constant_labels.included`,
  });
  expect(warnings().filter((warning) => warning.startsWith('otel.yaml'))).toEqual([]);
});

test('headers, compression and temporality come from the file', async () => {
  const peer = await collector();
  const exporter =
    'headers: [{ name: api-key, value: secret }], headers_list: "more=1", compression: gzip, temporality_preference: delta';
  const metrics = startWith(pushing(peer.url, { exporter }));
  metrics.shop.orders.add(2);
  await metrics.forceFlush();
  metrics.shop.orders.add(3);
  await metrics.forceFlush();
  expect(peer.requests[0]).toMatchObject({
    path: '/v1/metrics',
    headers: { 'api-key': 'secret', more: '1', 'content-encoding': 'gzip', 'content-type': 'application/json' },
  });
  const [first, second] = peer.requests.map(({ body }) => metricsOf(body)['shop.orders'].sum);
  expect([first.dataPoints[0].asDouble, second.dataPoints[0].asDouble]).toEqual([2, 3]);
  expect(first.aggregationTemporality).toBe(1);
});

test('otlp_grpc exports over gRPC', async () => {
  const peer = await startGrpcPeer();
  afterwards(peer.close);
  const metrics = startWith(`
meter_provider:
  readers:
    - periodic:
        exporter:
          otlp_grpc:
            endpoint: "127.0.0.1:${peer.port}"
            tls: { insecure: true }
            headers: [{ name: api-key, value: secret }]
            compression: gzip
`);
  metrics.shop.orders.add(2);
  expect(await metrics.forceFlush()).toMatchObject({ ok: true });
  expect(peer.requests[0]?.metadata).toMatchObject({ 'api-key': 'secret' });
  expect(peer.requests[0]?.body.toString('latin1')).toContain('shop.orders');
  expect(warnings().filter((warning) => warning.startsWith('otel.yaml'))).toEqual([]);
});

test.each([
  ['', 'http://localhost:4317/'],
  ['endpoint: "collector:4317"', 'https://collector:4317/'],
  ['endpoint: "http://collector:4317", tls: { insecure: false }', 'http://collector:4317/'],
])('the endpoint of otlp_grpc with { %s }', (keys, endpoint) => {
  const text = `meter_provider: { readers: [{ periodic: { exporter: { otlp_grpc: { ${keys} } } } }] }`;
  expect(startWith(text).settings.get('otlp.endpoint')?.value).toBe(endpoint);
});

test('several readers of one file run concurrently', async () => {
  const peer = await collector();
  const text = `
meter_provider:
  readers:
    - periodic:
        interval: 50
        exporter: { otlp_http: { endpoint: "${peer.url}", encoding: json } }
    - pull:
        exporter: { otelier/prometheus: { port: 0, base_path: /internal, resource_labels: "service.name" } }
resource: { attributes: [{ name: service.name, value: storefront }] }
`;
  const metrics = startWith(text);
  metrics.shop.orders.add(1);
  await metrics.ready;
  const url = metrics.status().backends.find(({ name }) => name === 'prometheus')?.url as string;
  expect(url).toMatch(/\/internal\/metrics$/);
  expect((await ask(url)).text).toMatch(/^shop_orders_total{.*service_name="storefront".*} 1$/m);
  await vi.waitFor(() => expect(peer.requests.length).toBeGreaterThan(2), { timeout: 15_000 });
});

test('resource attributes of the file win over detected ones, and code wins over the file', async () => {
  const peer = await collector();
  const rest = `
resource:
  schema_url: https://opentelemetry.io/schemas/1.30.0
  attributes: [{ name: service.name, value: of-the-file }, { name: shard, value: 3 }, { name: host.name, value: mine }]
  attributes_list: "tier=gold,shard=9"`;
  const metrics = startWith(pushing(peer.url, { rest }), { resource: { tier: 'of-the-code' } });
  await metrics.forceFlush();
  metrics.shop.orders.add(1);
  await metrics.forceFlush();
  const body = peer.requests.at(-1)?.body;
  expect(attributesOf(jsonOf(body).resource.attributes)).toMatchObject({
    'service.name': 'of-the-file',
    shard: '3',
    'host.name': 'mine',
    tier: 'of-the-code',
    'process.pid': `${process.pid}`,
  });
  expect(jsonOf(body).schemaUrl).toBe('https://opentelemetry.io/schemas/1.30.0');
});

test('only the named detectors run, limited to the included attributes', async () => {
  const peer = await collector();
  const rest = `
resource:
  detection/development:
    attributes: { included: [process.*, service.*], excluded: [process.runtime.*] }
    detectors: [{ process: }, { service: }]`;
  const metrics = startWith(pushing(peer.url, { rest }), {}, { OTEL_SERVICE_NAME: 'of-the-variable' });
  metrics.shop.orders.add(1);
  await metrics.forceFlush();
  const found = attributesOf(jsonOf(peer.requests[0]?.body).resource.attributes);
  expect(found).toMatchObject({ 'process.pid': `${process.pid}`, 'service.name': 'of-the-variable' });
  expect(found['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/);
  const keys = Object.keys(found);
  expect(keys.filter((key) => /^(host|container|k8s)\.|^process\.runtime\./.test(key))).toEqual([]);
});

test('views apply to exported metrics', async () => {
  const peer = await collector();
  const provider = `views:
    - selector: { instrument_name: shop.checkout.duration, instrument_type: histogram, unit: s }
      stream: { aggregation: { explicit_bucket_histogram: { boundaries: [0.1, 1], record_min_max: false } } }
    - selector: { instrument_name: "shop.v?s*" }
      stream: { description: Seen., attribute_keys: { excluded: [customer.*] } }
    - selector: { meter_name: library, instrument_name: jobs }
      stream: { name: library.jobs, attribute_keys: { included: [queue] }, aggregation_cardinality_limit: 3 }
    - selector: { meter_name: library, meter_version: "2", instrument_type: gauge }
      stream: { aggregation: { drop: } }
    - selector: { instrument_name: sizes }
      stream: { aggregation: { base2_exponential_bucket_histogram: { max_size: 4 } } }`;
  // Not isolated, so that instruments of the plain API record to this engine.
  const metrics = startWith(pushing(peer.url, { provider }), { isolated: false, withoutSelfMetrics: true });
  metrics.shop.checkout.record(0.5);
  metrics.shop.visits.add(1, { page: 'a', 'customer.id': '1' });
  metrics.shop.visits.add(2, { page: 'a', 'customer.id': '2' });
  const library = api.getMeter('library', '2');
  const jobs = library.createCounter('jobs');
  for (const queue of ['a', 'b', 'c', 'd', 'e']) jobs.add(1, { queue, other: 'x' });
  library.createGauge('dropped').record(1);
  library.createHistogram('sizes').record(7);
  await metrics.forceFlush();

  const found = metricsOf(peer.requests[0]?.body);
  const [checkout] = found['shop.checkout.duration'].histogram.dataPoints;
  expect(checkout).toMatchObject({ explicitBounds: [0.1, 1], bucketCounts: [0, 1, 0], count: 1 });
  expect(checkout).not.toHaveProperty('min');
  const visits = found['shop.visits'];
  expect(visits.description).toBe('Seen.');
  expect(visits.sum.dataPoints.map((point: Json) => [attributesOf(point.attributes), point.asDouble])).toEqual([
    [{ page: 'a' }, 3],
  ]);
  const points: Json[] = found['library.jobs'].sum.dataPoints;
  expect(points.map(({ attributes }) => Object.keys(attributesOf(attributes)).join()).sort()).toEqual([
    'otel.metric.overflow',
    'queue',
    'queue',
  ]);
  expect(found).not.toHaveProperty('dropped');
  expect(found['sizes']).toHaveProperty('exponentialHistogram');
});

test('a view in code wins over a view of the file', async () => {
  const peer = await collector();
  const provider = `views:
    - selector: { instrument_name: shop.orders }
      stream: { description: Of the file., attribute_keys: { excluded: [a] } }`;
  const views = [{ instrumentName: 'shop.orders', description: 'Of the code.' }];
  const metrics = startWith(pushing(peer.url, { provider }), { views });
  metrics.shop.orders.add(1);
  await metrics.forceFlush();
  expect(metricsOf(peer.requests[0]?.body)['shop.orders'].description).toBe('Of the code.');
});

test('cardinality limits of a reader apply by instrument type to metrics without a limit', async () => {
  const peer = await collector();
  const reader = 'cardinality_limits: { default: 4, gauge: 2 }';
  const metrics = startWith(pushing(peer.url, { reader }), { isolated: false, withoutSelfMetrics: true });
  const library = api.getMeter('limits');
  const [jobs, held] = [library.createCounter('limited.jobs'), library.createGauge('limited.held')];
  for (const queue of ['a', 'b', 'c', 'd', 'e', 'f']) {
    jobs.add(1, { queue });
    held.record(1, { queue });
  }
  await metrics.forceFlush();
  const found = metricsOf(peer.requests[0]?.body);
  expect(found['limited.jobs'].sum.dataPoints).toHaveLength(4);
  expect(found['limited.held'].gauge.dataPoints).toHaveLength(2);
});
