/** Backend kind `otlp`: options and reader. The encoder and the client are loaded when the backend starts. */
import { openAccount } from '../../delivery/account.js';
import type { BackendContext, BackendKind } from '../../delivery/contract.js';
import { disabledExporter } from '../../delivery/disabled-exporter.js';
import { type ExportPreferences, lazyExporter } from '../../delivery/exporter.js';
import { PeriodicReader } from '../../delivery/periodic-reader.js';
import { type DestinationSettings, intervalSetting, settingOf } from '../../delivery/remedy.js';
import { isPackageMissing, packageReason, relocated } from '../../errors.js';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import type { InstrumentType } from '../../model/otel-sdk.js';
import { withoutLimit } from '../../options/option.js';
import { redactUrl } from '../../options/url.js';
import { deriveOptions } from './derive.js';
import { type OtlpOptions, otlpOptions } from './options.js';
import { usesGrpc } from './protocol.js';

/** Default export interval (OpenTelemetry specification, "Periodic exporting MetricReader"). */
const defaultIntervalMs = 60_000;

/** OTLP over HTTP or gRPC. */
export const otlpKind: BackendKind<typeof otlpOptions> = {
  name: 'otlp',
  aliases: ['otel', 'otelcol', 'collector', 'opentelemetry', 'otlphttp', 'otlpgrpc', 'otlpprotohttp', 'otlpprotogrpc'],
  options: otlpOptions,
  derive: deriveOptions,
  start(options, context) {
    const { maxRetryAfterMs, sourceOf } = context;
    const { clock, chosenBy, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs, spool, warn } = context;
    const url = destinationOf(options);
    const account = openAccount({ ...context, where: () => url, settings: settingsOf(context) });
    const preferences = preferencesOf(options);
    const opening = import('./open.js')
      .then(({ openExporter }) =>
        openExporter(options, { preferences, account, clock, intervalMs, maxRetryAfterMs, spool, warn, sourceOf }),
      )
      .catch((error) => {
        throw relocated(error, 'otlp', sourceOf);
      });
    const exporter = lazyExporter(preferences, () =>
      opening.catch((error) => {
        if (!isPackageMissing(error)) throw error;
        const reason = packageReason(error);
        account.unusable(reason);
        if (chosenBy !== 'code') warn(packageReason(error, `; ${context.name} is disabled`));
        return disabledExporter(preferences, { reason, points: 0 });
      }),
    );
    // Only what the application chose itself is an error of the application.
    const ready = opening.then(ignore, (error) => {
      if (chosenBy === 'code' && isPackageMissing(error)) throw error;
    });
    const timeoutMs = Math.min(withoutLimit(options.timeoutMs), withoutLimit(exportTimeoutMs));
    const reader = new PeriodicReader(exporter, account, { clock, intervalMs, timeoutMs });
    return { name: context.name, reader, ready, status: account.status, remedy: account.remedy };
  },
};

function ignore(): void {}

function settingsOf(context: BackendContext): DestinationSettings {
  return {
    endpoint: settingOf(context, 'endpoint', 'OTEL_EXPORTER_OTLP_ENDPOINT'),
    credentials: settingOf(context, 'headers', 'OTEL_EXPORTER_OTLP_HEADERS'),
    protocol: settingOf(context, 'protocol', 'OTEL_EXPORTER_OTLP_PROTOCOL'),
    maxRequestBytes: settingOf(context, 'maxRequestBytes', 'OTELIER_OTLP_MAX_REQUEST_BYTES'),
    interval: intervalSetting(context),
    ...(context.chosenBy === 'default' ? { disable: 'OTEL_METRICS_EXPORTER=none' } : {}),
  };
}

/** Returns the endpoint without secrets: for gRPC only scheme, host and port, because the rest is not used. */
function destinationOf(options: OtlpOptions): string {
  return usesGrpc(options) ? new URL(options.endpoint).origin : redactUrl(options.endpoint);
}

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
