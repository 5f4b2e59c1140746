/** OTLP as the table of backends lists it: its options and when it pushes. The rest is loaded when it is started. */
import type { InstrumentType } from '@opentelemetry/sdk-metrics';
import type { BackendKind } from '../../delivery/contract.js';
import { keepDeliveries } from '../../delivery/deliveries.js';
import { PushReader } from '../../delivery/push-reader.js';
import { loadedSender, type Sender } from '../../delivery/sender.js';
import { aggregationTemporalities, aggregationTypes, instrumentTypes } from '../../model/instrument.js';
import { longestTimer, redactUrl } from '../../options/option.js';
import { derivePreset } from './derive.js';
import { type OtlpOptions, otlpOptions } from './options.js';

/** One minute when nobody said otherwise (OpenTelemetry specification, "Periodic exporting MetricReader"). */
const defaultIntervalMs = 60_000;

/** The kind. */
export const otlpKind: BackendKind<typeof otlpOptions> = {
  name: 'otlp',
  options: otlpOptions,
  derive: derivePreset,
  start(options, context) {
    const { clock, chosenBy, exportIntervalMs: intervalMs = defaultIntervalMs, exportTimeoutMs, spool, warn } = context;
    if (options.protocol === 'grpc') {
      warn(
        'otlp: protocol grpc is not built in; http/protobuf is used. A Collector takes that on port 4318 instead of 4317.',
      );
    }
    const hint =
      chosenBy === 'default'
        ? ' OTEL_METRICS_EXPORTER is not set, which selects otlp; set it to another backend, or to none.'
        : '';
    const place = redactUrl(options.endpoint);
    const deliveries = keepDeliveries({ ...context, where: () => place, hint });
    const preferences = preferencesOf(options);
    const sender = loadedSender(preferences, async () => {
      const { openSender } = await import('./open.js');
      return openSender(options, { preferences, deliveries, clock, spool, warn });
    });
    // In code, too, 0 is no limit.
    const timeoutMs = Math.min(options.timeoutMs || longestTimer, exportTimeoutMs || longestTimer);
    const reader = new PushReader(sender, deliveries, { clock, intervalMs, timeoutMs });
    return { name: context.name, reader, ready: Promise.resolve(), status: deliveries.status };
  },
};

/** What the options ask of the aggregation. */
function preferencesOf(options: OtlpOptions): Pick<Sender, 'aggregation' | 'temporality'> {
  return {
    aggregation: (type) => preferredAggregation(type, options.histogramAggregation),
    temporality: (type) => preferredTemporality(type, options.temporality),
  };
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
