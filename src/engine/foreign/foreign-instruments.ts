/** Handles of a catalogue on the `Meter` of somebody else's OpenTelemetry `MeterProvider`. */
import { type Attributes, diag, type Meter, type ObservableResult } from '@opentelemetry/api';
import type { AttributeTypes } from '../../catalogue/attributes.js';
import type { Catalogue, Definitions, Metric } from '../../catalogue/catalogue.js';
import { shapedHandle } from '../../catalogue/info-and-state-set.js';
import type { InstrumentsOf, ObserveCallback } from '../../catalogue/instruments.js';
import { messageOf } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import type { InstrumentKind, ObservableInstrumentKind, SyncInstrumentKind } from '../../model/instrument.js';
import { perMillisecond, startTimer, timeWork } from '../../model/timing.js';
import { declaredAdmission } from '../admission/declared.js';
import { admitValue } from '../admission/values.js';
import { noRejections, type Reject, rejectionsOf } from '../rejections.js';

type AnyCallback = ObserveCallback<AttributeTypes>;

/**
 * The handles of a catalogue, under its keys.
 *
 * They bound attribute values themselves, whatever the provider does; what they refuse is said once, through `diag`.
 */
export function foreignInstruments<D extends Definitions>(
  catalogue: Catalogue<D>,
  meter: Meter,
  clock: Clock,
): InstrumentsOf<D> {
  const counts = noRejections();
  const handles = catalogue.metrics.map((metric) => {
    const reject = rejectionsOf(metric.name, counts, (message) => diag.warn(message));
    const handle = handleOf(meter, metric, reject, clock);
    return [metric.key, metric.shape === undefined ? handle : shapedHandle(metric, handle as never)];
  });
  return Object.freeze(Object.fromEntries(handles)) as InstrumentsOf<D>;
}

const createObservable = {
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const;

/** The verb that an instrument kind records with. */
const verbs = { counter: 'add', upDownCounter: 'add', gauge: 'set', histogram: 'record' } as const;

function handleOf(meter: Meter, metric: Metric, reject: Reject, clock: Clock): unknown {
  const { kind } = metric;
  return kind in createObservable
    ? observableHandle(meter, metric, kind as ObservableInstrumentKind, reject)
    : recordingHandle(meter, metric, kind as SyncInstrumentKind, reject, clock);
}

function recordingHandle(
  meter: Meter,
  metric: Metric,
  kind: SyncInstrumentKind,
  reject: Reject,
  clock: Clock,
): unknown {
  const smallest = smallestOf(kind);
  const send = senderOn(meter, metric, kind);
  const admit = admitter(metric, reject);
  const write = (value: unknown, attributes: unknown) => {
    // The value first: a measurement that is dropped leaves nothing behind.
    const admitted = admitValue(value, smallest, reject);
    if (admitted !== undefined) send(admitted, admit(attributes));
  };
  const bind = (attributes: unknown) => {
    const fixed = Object.freeze(admit(attributes));
    return (value: unknown) => {
      const admitted = admitValue(value, smallest, reject);
      if (admitted !== undefined) send(admitted, fixed);
    };
  };
  const verb = verbs[kind];
  const perMs = perMillisecond(metric.unit);
  const timing = (record: (value: number, attributes?: unknown) => void) => ({
    time: <T>(work: () => T, attributes?: unknown) =>
      timeWork(clock, perMs, (value) => record(value, attributes), work),
    startTimer: (attributes?: unknown) => startTimer(clock, perMs, (value) => record(value, attributes)),
  });
  return Object.freeze({
    [verb]: write,
    bind(attributes?: unknown) {
      const bound = bind(attributes);
      return Object.freeze({ [verb]: bound, ...(kind === 'histogram' ? timing(bound) : {}) });
    },
    // No OpenTelemetry API takes a series away again.
    remove: () => {},
    ...(kind === 'histogram' ? timing(write) : {}),
  });
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

/** A counter never falls, and a histogram of the stock SDK takes nothing below zero, whatever its boundaries. */
function smallestOf(kind: InstrumentKind): number {
  return kind === 'counter' || kind === 'observableCounter' || kind === 'histogram' ? 0 : Number.NEGATIVE_INFINITY;
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

function observableHandle(meter: Meter, metric: Metric, kind: ObservableInstrumentKind, reject: Reject): unknown {
  const instrument = meter[createObservable[kind]](metric.name, instrumentOptions(metric));
  const smallest = smallestOf(kind);
  const admit = admitter(metric, reject);
  const registered = new Map<AnyCallback, (result: ObservableResult) => Promise<void>>();
  return Object.freeze({
    addCallback(callback: AnyCallback) {
      if (registered.has(callback)) return;
      const onCollect = async (result: ObservableResult) => {
        try {
          await callback({
            observe(value: unknown, attributes?: unknown) {
              const admitted = admitValue(value, smallest, reject);
              if (admitted !== undefined) result.observe(admitted, admit(attributes));
            },
          });
        } catch (error) {
          throw new Error(`${metric.name}: ${messageOf(error)}`, { cause: error });
        }
      };
      registered.set(callback, onCollect);
      instrument.addCallback(onCollect);
    },
    removeCallback(callback: AnyCallback) {
      const onCollect = registered.get(callback);
      if (onCollect === undefined) return;
      registered.delete(callback);
      instrument.removeCallback(onCollect);
    },
  });
}

function instrumentOptions({ unit, description, buckets }: Metric) {
  if (buckets === undefined) return { unit, description };
  // The advice serves a provider that was not given the catalogue's views.
  return { unit, description, advice: { explicitBucketBoundaries: [...buckets] } };
}
