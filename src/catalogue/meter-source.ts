/** Handles on the `Meter` of any OpenTelemetry `MeterProvider`. */
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { ObservableInstrumentKind, SyncInstrumentKind } from '../model/instrument.js';
import { admitAttributes, admitValue, noRejections, type RejectionCounts } from './admission.js';
import type { Metric } from './catalogue.js';
import type { AnyCallback, HandleSource, Observing, Recording } from './handles.js';

/**
 * A source that creates OpenTelemetry instruments.
 *
 * @param counts where to count what was not kept as given; its own when absent.
 */
export function meterSource(meter: Meter, counts: RejectionCounts = noRejections()): HandleSource {
  const recordings = new Map<Metric, Recording>();
  const observings = new Map<Metric, Observing>();
  return {
    recording: (metric, kind) => once(recordings, metric, () => recordingOn(meter, metric, kind, counts)),
    observing: (metric, kind) => once(observings, metric, () => observingOn(meter, metric, kind, counts)),
  };
}

function once<V>(made: Map<Metric, V>, metric: Metric, make: () => V): V {
  const earlier = made.get(metric);
  if (earlier !== undefined) return earlier;
  const value = make();
  made.set(metric, value);
  return value;
}

function recordingOn(meter: Meter, metric: Metric, kind: SyncInstrumentKind, counts: RejectionCounts): Recording {
  const send = senderOn(meter, metric, kind);
  const admit = admitAttributes(metric.attributes, counts);
  const write = (value: unknown, attributes: Attributes) => {
    const admitted = admitValue(value, kind, counts);
    if (admitted !== undefined) send(admitted, attributes);
  };
  return {
    write: (value, attributes) => write(value, admit(attributes)),
    bind(attributes) {
      const admitted = Object.freeze(admit(attributes));
      return (value) => write(value, admitted);
    },
  };
}

function senderOn(
  meter: Meter,
  metric: Metric,
  kind: SyncInstrumentKind,
): (value: number, attributes: Attributes) => void {
  const options = instrumentOptions(metric);
  switch (kind) {
    case 'counter': {
      const counter = meter.createCounter(metric.name, options);
      return (value, attributes) => counter.add(value, attributes);
    }
    case 'upDownCounter': {
      const counter = meter.createUpDownCounter(metric.name, options);
      return (value, attributes) => counter.add(value, attributes);
    }
    case 'gauge': {
      const gauge = meter.createGauge(metric.name, options);
      return (value, attributes) => gauge.record(value, attributes);
    }
    case 'histogram': {
      const histogram = meter.createHistogram(metric.name, options);
      return (value, attributes) => histogram.record(value, attributes);
    }
  }
}

const createObservable = {
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const;

function observingOn(meter: Meter, metric: Metric, kind: ObservableInstrumentKind, counts: RejectionCounts): Observing {
  const instrument = meter[createObservable[kind]](metric.name, instrumentOptions(metric));
  const admit = admitAttributes(metric.attributes, counts);
  const registered = new Map<AnyCallback, (result: ObservableResult) => void | Promise<void>>();
  return {
    addCallback(callback) {
      if (registered.has(callback)) return;
      const onCollect = (result: ObservableResult) =>
        callback({
          observe(value: unknown, attributes?: unknown) {
            const admitted = admitValue(value, kind, counts);
            if (admitted !== undefined) result.observe(admitted, admit(attributes));
          },
        });
      registered.set(callback, onCollect);
      instrument.addCallback(onCollect);
    },
    removeCallback(callback) {
      const onCollect = registered.get(callback);
      if (onCollect === undefined) return;
      registered.delete(callback);
      instrument.removeCallback(onCollect);
    },
  };
}

function instrumentOptions({ unit, description, buckets }: Metric) {
  if (buckets === undefined) return { unit, description };
  // The advice serves a provider that was not given the catalogue's views.
  return { unit, description, advice: { explicitBucketBoundaries: [...buckets] } };
}
