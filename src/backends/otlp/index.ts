/**
 * Backend `otlp`: pushes to an OpenTelemetry Collector, or to anything else that takes OTLP over HTTP. Encoding
 * and transport are ours; http/json is encoded by the stock OpenTelemetry exporter.
 *
 * @module
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { InstrumentType, PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { BackendContext, BackendKind, ConfiguredBackend } from '../../model/backend.js';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import { type OptionInput, redactUrl } from '../../model/options.js';
import { version } from '../../version.js';
import { keepDeliveries, reasonOf } from '../deliveries.js';
import { PushReader } from '../periodic.js';
import { exporterSender } from '../sender.js';
import { type OtlpOptions, otlpOptions } from './options.js';
import { otlpSender } from './sender.js';
import { createTransport, type Transport, type TransportTarget } from './transport.js';

const require = createRequire(import.meta.url);

/** One minute when nobody said otherwise (OpenTelemetry specification, "Periodic exporting MetricReader"). */
const defaultIntervalMs = 60_000;

/** The kind, as the table of backends lists it. */
export const otlpKind: BackendKind<typeof otlpOptions> = {
  name: 'otlp',
  options: otlpOptions,
  start(options, context) {
    const { clock, chosenBy, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs, warn } = context;
    if (options.protocol === 'grpc') {
      warn(
        'otlp: protocol grpc is not built in; http/protobuf is used. A Collector takes that on port 4318 instead of 4317.',
      );
    }
    const hint =
      chosenBy === 'default'
        ? ' OTEL_METRICS_EXPORTER is not set, which means otlp; set it to prometheus, console or none for something else.'
        : '';
    const place = redactUrl(options.endpoint);
    const deliveries = keepDeliveries({ name: 'otlp', clock, where: () => place, warn, hint });
    const timeoutMs = Math.min(options.timeoutMs, exportTimeoutMs, intervalMs);
    const transport = createTransport(targetOf(options, warn), clock);
    const sender = isJson(options)
      ? { ...exporterSender(createJsonExporter(options, transport, timeoutMs)), hurry: transport.hurry }
      : otlpSender({
          transport,
          deliveries,
          clock,
          maxRequestBytes: options.maxRequestBytes,
          aggregation: (type) => preferredAggregation(type, options.histogramAggregation),
          temporality: (type) => preferredTemporality(type, options.temporality),
        });
    const reader = new PushReader(sender, deliveries, { intervalMs, timeoutMs });
    return { name: 'otlp', reader, ready: Promise.resolve(), status: deliveries.status };
  },
};

function targetOf(options: OtlpOptions, warn: BackendContext['warn']): TransportTarget {
  const gzip = options.compression === 'gzip';
  return {
    url: options.endpoint,
    headers: {
      'user-agent': `otelier/${version}`,
      'content-type': isJson(options) ? 'application/json' : 'application/x-protobuf',
      ...(gzip ? { 'content-encoding': 'gzip' } : {}),
      ...options.headers,
    },
    gzip,
    tls: readTlsFiles(options, warn),
  };
}

function isJson({ protocol }: OtlpOptions): boolean {
  return protocol === 'http/json';
}

/** The stock encoding, for those who read what is sent. */
function createJsonExporter(options: OtlpOptions, transport: Transport, timeoutMs: number): PushMetricExporter {
  const exporters =
    require('@opentelemetry/exporter-metrics-otlp-http') as typeof import('@opentelemetry/exporter-metrics-otlp-http');
  const otlp = require('@opentelemetry/otlp-exporter-base') as typeof import('@opentelemetry/otlp-exporter-base');
  const encoding = require('@opentelemetry/otlp-transformer') as typeof import('@opentelemetry/otlp-transformer');
  const delegate = otlp.createOtlpNetworkExportDelegate(
    { timeoutMillis: timeoutMs, concurrencyLimit: 1, compression: options.compression },
    encoding.JsonMetricsSerializer,
    new otlp.ExporterMetrics({
      componentType: 'otlp_http_metric_exporter',
      metricsHelper: encoding.MetricsExporterMetricsHelper,
      url: undefined,
      meterProvider: undefined,
      responseAttributesFromError: () => ({}),
    }),
    transport,
  );
  const { AggregationTemporalityPreference } = exporters;
  const temporalities = {
    cumulative: AggregationTemporalityPreference.CUMULATIVE,
    delta: AggregationTemporalityPreference.DELTA,
    lowmemory: AggregationTemporalityPreference.LOWMEMORY,
  };
  return new exporters.OTLPMetricExporterBase(delegate, {
    temporalityPreference: temporalities[options.temporality],
    aggregationPreference: (type) => preferredAggregation(type, options.histogramAggregation),
  });
}

function preferredAggregation(type: InstrumentType, histograms: OtlpOptions['histogramAggregation']) {
  const exponential = type === instrumentTypes.histogram && histograms === 'base2_exponential_bucket_histogram';
  return { type: exponential ? aggregationTypes.exponentialHistogram : aggregationTypes.default };
}

/** What falls is always a total; `lowmemory` has totals where keeping differences would take memory as well. */
function preferredTemporality(type: InstrumentType, preference: OtlpOptions['temporality']) {
  const { cumulative, delta } = aggregationTemporalities;
  if (preference === 'cumulative') return cumulative;
  if (type === instrumentTypes.counter || type === instrumentTypes.histogram) return delta;
  return type === instrumentTypes.observableCounter && preference === 'delta' ? delta : cumulative;
}

/** PEM files as text. One that cannot be read is reported and left out: the server then says what it misses. */
function readTlsFiles(
  options: OtlpOptions,
  warn: BackendContext['warn'],
): { ca?: string; key?: string; cert?: string } {
  const files = { ca: options.certificate, key: options.clientKey, cert: options.clientCertificate };
  const read: { ca?: string; key?: string; cert?: string } = {};
  for (const [name, path] of Object.entries(files) as [keyof typeof files, string | undefined][]) {
    if (path === undefined) continue;
    try {
      read[name] = readFileSync(path, 'utf8');
    } catch (error) {
      warn(`otlp: the PEM file ${path} cannot be read: ${reasonOf(error)}`);
    }
  }
  return read;
}

/**
 * OTLP with options set in code, for `startMetrics({ backends: [...] })`.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { otlp } from 'otelier/backends/otlp';
 * startMetrics({ backends: [otlp({ endpoint: 'https://collector.example/v1/metrics', compression: 'gzip' })] });
 */
export function otlp(options: OptionInput<typeof otlpOptions> = {}): ConfiguredBackend<typeof otlpOptions> {
  return { kind: otlpKind, input: options };
}
