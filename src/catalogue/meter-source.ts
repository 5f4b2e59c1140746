/** Handles on the `Meter` of any OpenTelemetry `MeterProvider`. */
import { type Attributes, diag, type Meter, type ObservableResult } from '@opentelemetry/api';
import type { ObservableInstrumentKind, SyncInstrumentKind } from '../model/instrument.js';
import { admitValue, declaredAdmission } from './admission.js';
import type { Metric } from './catalogue.js';
import type { AnyCallback, HandleSource, Observing, Recording } from './handles.js';
import { noRejections, type Reject, type RejectionCounts, rejectionsOf } from './rejections.js';

/**
 * A source that creates OpenTelemetry instruments.
 *
 * @param counts where to count what was not kept as given; its own when absent.
 */
export function meterSource(meter: Meter, counts: RejectionCounts = noRejections()): HandleSource {
  const recordings = new Map<Metric, Recording>();
  const observings = new Map<Metric, Observing>();
  const rejections = (metric: Metric) => rejectionsOf(metric.name, counts, (message) => diag.warn(message));
  return {
    recording: (metric, kind) => once(recordings, metric, () => recordingOn(meter, metric, kind, rejections(metric))),
    observing: (metric, kind) => once(observings, metric, () => observingOn(meter, metric, kind, rejections(metric))),
  };
}

function once<V>(made: Map<Metric, V>, metric: Metric, make: () => V): V {
  const earlier = made.get(metric);
  if (earlier !== undefined) return earlier;
  const value = make();
  made.set(metric, value);
  return value;
}

function recordingOn(meter: Meter, metric: Metric, kind: SyncInstrumentKind, reject: Reject): Recording {
  const send = senderOn(meter, metric, kind);
  const admit = admitter(metric, reject);
  return {
    write(value, attributes) {
      // The value first: a measurement that is dropped leaves nothing behind.
      const admitted = admitValue(value, kind, reject);
      if (admitted !== undefined) send(admitted, admit(attributes));
    },
    bind(attributes) {
      const fixed = Object.freeze(admit(attributes));
      return (value) => {
        const admitted = admitValue(value, kind, reject);
        if (admitted !== undefined) send(admitted, fixed);
      };
    },
  };
}

/** Admits attribute objects; never throws, and never returns the object that it was given. */
function admitter(metric: Metric, reject: Reject): (given: unknown) => Attributes {
  const admission = declaredAdmission(metric.attributes);
  return (given) => {
    const attributes = typeof given === 'object' && given !== null ? (given as Attributes) : {};
    try {
      const admitted = admission.admit(attributes, reject);
      admission.keep(admitted);
      return admitted;
    } catch {
      // The application's object may be a proxy or hold getters: whatever they throw stays here.
      reject('attributes_unreadable');
      return {};
    }
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

function observingOn(meter: Meter, metric: Metric, kind: ObservableInstrumentKind, reject: Reject): Observing {
  const instrument = meter[createObservable[kind]](metric.name, instrumentOptions(metric));
  const admit = admitter(metric, reject);
  const registered = new Map<AnyCallback, (result: ObservableResult) => void | Promise<void>>();
  return {
    addCallback(callback) {
      if (registered.has(callback)) return;
      const onCollect = async (result: ObservableResult) => {
        try {
          await callback({
            observe(value: unknown, attributes?: unknown) {
              const admitted = admitValue(value, kind, reject);
              if (admitted !== undefined) result.observe(admitted, admit(attributes));
            },
          });
        } catch (error) {
          throw new Error(`${metric.name}: ${error instanceof Error ? error.message : error}`, { cause: error });
        }
      };
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
