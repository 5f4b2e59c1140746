/** Typed handles of a catalogue on the `Meter` of a foreign OpenTelemetry `MeterProvider`. */
import type { Attributes, Meter, ObservableResult } from '@opentelemetry/api';
import type { AttributeValue } from '../../catalogue/attributes.js';
import type { Catalogue, Definitions, Metric } from '../../catalogue/catalogue.js';
import type { InstrumentsOf, ObserveCallback } from '../../catalogue/instruments.js';
import { messageOf } from '../../errors.js';
import type { Clock } from '../../model/clock.js';
import {
  type InstrumentKind,
  isMonotonic,
  isObservable,
  meterMethods,
  type ObservableInstrumentKind,
  recordMethods,
  type SyncInstrumentKind,
} from '../../model/instrument.js';
import { startTimer, type TimedAttributes, timeWork } from '../../model/timing.js';
import { declaredAdmission } from '../admission/declared.js';
import { admitValue, objectOf, rejectExtra } from '../admission/values.js';
import { plainOptionsOf } from '../definition.js';
import { labelOf } from '../message-labels.js';
import { isCallback, Observation, reportReturned } from '../observables.js';
import { addOtherCalls } from '../other-calls.js';
import { noRejections, type Reject, type RejectionLog, type Reports, reportsOf } from '../rejections.js';
import { handleWith, shapedHandle } from '../shaped-handle.js';
import { currentTime, timedBy } from '../timed.js';

type AnyCallback = ObserveCallback<Record<string, AttributeValue>>;

/**
 * Creates the handles of a catalogue, by its keys.
 *
 * The handles apply the attribute types themselves, because a foreign provider does not know them. Rejected values are
 * logged once per metric and reason through `diag`.
 */
export function foreignInstruments<D extends Definitions>(
  catalogue: Catalogue<D>,
  meter: Meter,
  clock: Clock,
): InstrumentsOf<D> {
  const log: RejectionLog = { counts: noRejections(), exportedAs: undefined };
  const handles = catalogue.metrics.map((metric) => {
    const reports = reportsOf(metric, log, metric.attributes);
    const handle = handleOf(meter, metric, reports, clock);
    const { reject } = reports;
    return [metric.key, metric.shape === undefined ? handle : shapedHandle(metric, handle as never, reject, reports)];
  });
  return Object.freeze(Object.fromEntries(handles)) as InstrumentsOf<D>;
}

function handleOf(meter: Meter, metric: Metric, reports: Reports, clock: Clock): unknown {
  const { kind } = metric;
  return isObservable(kind)
    ? observableHandle(meter, metric, kind, reports)
    : recordingHandle(meter, metric, kind, reports, clock);
}

function recordingHandle(
  meter: Meter,
  metric: Metric,
  kind: SyncInstrumentKind,
  reports: Reports,
  clock: Clock,
): unknown {
  const { reject } = reports;
  const smallest = smallestOf(kind);
  const send = senderOn(meter, metric, kind);
  const admit = admitter(metric, reject);
  const write = (value: unknown, attributes: unknown) => {
    // The value first: a dropped measurement must not count against the limits of its attributes.
    const admitted = admitValue(value, smallest, reject);
    if (admitted !== undefined) send(admitted, admit(attributes));
  };
  const bind = (attributes: unknown) => {
    const fixed = Object.freeze(admit(attributes));
    return (value: unknown, extra?: unknown) => {
      const admitted = admitValue(value, smallest, reject);
      if (admitted === undefined) return;
      rejectExtra(extra, reject);
      send(admitted, fixed);
    };
  };
  const method = recordMethods[kind];
  const clockMethods = (record: (value: number, attributes?: unknown) => void, stop?: string) => {
    if (kind === 'gauge')
      return { setToCurrentTime: (attributes?: unknown) => record(currentTime(clock, reports), attributes) };
    if (kind !== 'histogram') return {};
    const timed = () => timedBy({ record }, { clock, reports }, stop);
    return {
      time: <T>(work: () => T, options?: TimedAttributes) => timeWork(timed(), work, options),
      startTimer: (attributes?: object) => startTimer(timed(), attributes),
    };
  };
  const prototypeOf = (form: 'instrument' | 'bound') => addOtherCalls({}, form, () => reports);
  const prototype = prototypeOf('instrument');
  const boundPrototype = prototypeOf('bound');
  return handleWith(prototype, {
    [method]: write,
    bind(attributes?: unknown) {
      const bound = bind(attributes);
      return handleWith(boundPrototype, { [method]: bound, ...clockMethods(bound, 'timer.stop()') });
    },
    // The OpenTelemetry API cannot remove a series.
    remove: () => {},
    ...clockMethods(write),
  });
}

/** Returns a function that admits attribute objects. It never throws, and never returns the object it was given. */
function admitter(metric: Metric, reject: Reject): (given: unknown) => Attributes {
  const admission = declaredAdmission(metric.attributes);
  return (given) => {
    const attributes = objectOf(given, reject);
    try {
      const admitted = admission.admit(attributes, reject);
      admission.keep(admitted);
      return admitted;
    } catch {
      // A proxy or a getter of the application threw.
      reject('attributes_unreadable');
      return {};
    }
  };
}

/** Returns the smallest accepted value. Histograms of the stock SDK drop negative values under any boundaries. */
function smallestOf(kind: InstrumentKind): number {
  return isMonotonic(kind) ? 0 : Number.NEGATIVE_INFINITY;
}

function senderOn(
  meter: Meter,
  metric: Metric,
  kind: SyncInstrumentKind,
): (value: number, attributes: Attributes) => void {
  const options = plainOptionsOf(metric);
  if (kind === 'counter' || kind === 'upDownCounter') {
    const counter = meter[meterMethods[kind]](metric.name, options);
    return (value, attributes) => counter.add(value, attributes);
  }
  const instrument = meter[meterMethods[kind]](metric.name, options);
  return (value, attributes) => instrument.record(value, attributes);
}

function observableHandle(meter: Meter, metric: Metric, kind: ObservableInstrumentKind, reports: Reports): unknown {
  const { reject } = reports;
  const instrument = meter[meterMethods[kind]](metric.name, plainOptionsOf(metric));
  const smallest = smallestOf(kind);
  const admit = admitter(metric, reject);
  const registered = new Map<AnyCallback, (result: ObservableResult) => Promise<void>>();
  const prototype = addOtherCalls({}, 'instrument', () => reports);
  return handleWith(prototype, {
    addCallback(callback: AnyCallback) {
      if (!isCallback(callback, reports) || registered.has(callback)) return;
      const onCollect = async (result: ObservableResult) => {
        let observed = false;
        try {
          const observation = new Observation({ reports }, (value, attributes) => {
            observed = true;
            const admitted = admitValue(value, smallest, reject);
            if (admitted !== undefined) result.observe(admitted, admit(attributes));
          });
          const returned = await callback(observation as never);
          if (!observed) reportReturned(returned, callback, reports);
        } catch (error) {
          throw new Error(`${labelOf(metric)}: callback failed: ${messageOf(error)}`, { cause: error });
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
