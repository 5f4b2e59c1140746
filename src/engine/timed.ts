/** The clock of instruments: timers of histograms, and the current time of gauges. */
import type { Attributes } from '@opentelemetry/api';
import { messageOf } from '../errors.js';
import type { Clock } from '../model/clock.js';
import { type Failure, isTimeUnit, type Outcome, perMillisecond, type TimedInstrument } from '../model/timing.js';
import { markReported } from './admission/values.js';
import { quoted } from './message-labels.js';
import type { Reports } from './rejections.js';

/** Instrument or bound handle that durations are recorded into. */
interface Recorder {
  record(value: number, attributes?: Attributes): void;
}

/** Core of an instrument, as far as time is concerned. */
interface TimedCore {
  readonly clock: Clock;
  readonly reports: Reports;
}

/**
 * Returns what the timers of a histogram, or of a bound handle, record into.
 *
 * @param stop call that stops a timer.
 */
export function timedBy(
  histogram: Recorder,
  { clock, reports }: TimedCore,
  stop = 'timer.stop(attributes)',
): TimedInstrument {
  return {
    clock,
    perMs: unitOfTime('a timer', reports),
    record: (value, attributes) => histogram.record(value, attributes as Attributes | undefined),
    unreadable(attributes, by, failure) {
      reports.reject('attributes_unreadable', failure && textOf(failure, by));
      return markReported(attributes);
    },
    called: (method) => reports.rejectCall(method, stop),
    wrongWork: (what) => reports.warn('time work', `time() ${what}`),
    wrongOptions(attributes, name) {
      const ignored = name === undefined ? 'its options' : `option ${quoted(name)}`;
      reports.warn('time', `time() ignored ${ignored}: expected an object with attributes, ok or failed`);
      return markReported(attributes);
    },
  };
}

function textOf(failure: Failure, by: Outcome | undefined): string {
  if (failure !== 'promise') return by === undefined ? '' : `${by}() threw: ${messageOf(failure.error)}`;
  return `${by === undefined ? 'stop() got' : `${by}() returned`} a promise instead of attributes`;
}

/** Returns the current time in the unit of a gauge. */
export function currentTime(clock: Clock, reports: Reports): number {
  return clock.nowUnixMs() * unitOfTime('setToCurrentTime()', reports);
}

/** Returns one millisecond in the unit of the instrument. Reports a unit that is not one of time. */
function unitOfTime(call: string, reports: Reports): number {
  const { unit } = reports.instrument;
  if (!isTimeUnit(unit))
    reports.warn('unit', `${call} recorded seconds, but the unit is ${quoted(unit)}: expected s, ms, us, ns, min or h`);
  return perMillisecond(unit);
}
