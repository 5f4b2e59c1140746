/** Makes what sends to one OTLP endpoint. Loaded when the backend is started. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { PushMetricExporter } from '@opentelemetry/sdk-metrics';
import type { BackendContext } from '../../model/backend.js';
import { version } from '../../version.js';
import { type Deliveries, reasonOf } from '../deliveries.js';
import { exporterSender, type Sender } from '../sender.js';
import type { OtlpOptions } from './options.js';
import { otlpSender } from './sender.js';
import { createTransport, type Transport, type TransportTarget } from './transport.js';

const require = createRequire(import.meta.url);

/** What a sender needs beside its options. */
export interface SenderSurroundings extends Pick<BackendContext, 'clock' | 'warn'> {
  readonly preferences: Pick<Sender, 'aggregation' | 'temporality'>;
  readonly deliveries: Deliveries;
  /** Milliseconds that one export may take. */
  readonly timeoutMs: number;
}

/** A sender; nothing is connected yet. */
export function openSender(options: OtlpOptions, surroundings: SenderSurroundings): Sender {
  const { preferences, deliveries, clock, warn } = surroundings;
  const transport = createTransport(targetOf(options, warn), clock);
  if (isJson(options)) {
    return { ...exporterSender(createJsonExporter(options, surroundings, transport)), hurry: transport.hurry };
  }
  return otlpSender({ ...preferences, transport, deliveries, clock, maxRequestBytes: options.maxRequestBytes });
}

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
function createJsonExporter(
  options: OtlpOptions,
  { preferences, timeoutMs }: SenderSurroundings,
  transport: Transport,
): PushMetricExporter {
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
    aggregationPreference: preferences.aggregation,
  });
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
