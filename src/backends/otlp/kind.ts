/** Backend kind `otlp`: options and reader. The encoder and the HTTP client are loaded when the backend starts. */
import type { InstrumentType } from '@opentelemetry/sdk-metrics';
import { openAccount } from '../../delivery/account.js';
import type { BackendKind } from '../../delivery/contract.js';
import { type ExportPreferences, lazyExporter } from '../../delivery/exporter.js';
import { PeriodicReader } from '../../delivery/periodic-reader.js';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import { redactUrl, withoutLimit } from '../../options/option.js';
import { derivePreset } from './derive.js';
import { type OtlpOptions, otlpOptions } from './options.js';

/** Default export interval (OpenTelemetry specification, "Periodic exporting MetricReader"). */
const defaultIntervalMs = 60_000;

/** OTLP over HTTP. */
export const otlpKind: BackendKind<typeof otlpOptions> = {
  name: 'otlp',
  options: otlpOptions,
  derive: derivePreset,
  start(options, context) {
    const { maxRetryAfterMs } = context;
    const { clock, chosenBy, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs, spool, warn } = context;
    if (options.protocol === 'grpc') {
      warn(
        'otlp: protocol grpc is not supported: using http/protobuf; an OTel Collector receives it on port 4318 instead of 4317',
      );
    }
    const hint =
      chosenBy === 'default'
        ? ' OTEL_METRICS_EXPORTER and OTELIER_METRICS_EXPORTER are not set, which selects otlp; set one of them to another backend, or to none.'
        : '';
    const url = redactUrl(options.endpoint);
    const account = openAccount({ ...context, where: () => url, hint });
    const preferences = preferencesOf(options);
    const exporter = lazyExporter(preferences, async () => {
      const { openExporter } = await import('./open.js');
      return openExporter(options, { preferences, account, clock, intervalMs, maxRetryAfterMs, spool, warn });
    });
    const timeoutMs = Math.min(withoutLimit(options.timeoutMs), withoutLimit(exportTimeoutMs));
    const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs });
    return { name: context.name, reader, ready: Promise.resolve(), status: account.status };
  },
};

/** Returns the aggregation and temporality that the options select. */
function preferencesOf(options: OtlpOptions): ExportPreferences {
  return {
    aggregation: (type) => preferredAggregation(type, options.histogramAggregation),
    temporality: (type) => preferredTemporality(type, options.temporality),
  };
}

function preferredAggregation(type: InstrumentType, histograms: OtlpOptions['histogramAggregation']) {
  const exponential = type === instrumentTypes.histogram && histograms === 'base2_exponential_bucket_histogram';
  return { type: exponential ? aggregationTypes.exponentialHistogram : aggregationTypes.default };
}

/** Up-down counters are always cumulative. `lowmemory` is cumulative wherever deltas would need memory. */
function preferredTemporality(type: InstrumentType, preference: OtlpOptions['temporality']) {
  const { cumulative, delta } = aggregationTemporalities;
  if (preference === 'cumulative') return cumulative;
  if (type === instrumentTypes.counter || type === instrumentTypes.histogram) return delta;
  return type === instrumentTypes.observableCounter && preference === 'delta' ? delta : cumulative;
}
