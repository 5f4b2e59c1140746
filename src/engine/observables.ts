/** Observable instruments and their callbacks. Callbacks run concurrently in bounded time; failures are isolated. */
import type {
  Attributes,
  BatchObservableCallback,
  BatchObservableResult,
  Observable,
  ObservableCallback,
  ObservableResult,
} from '@opentelemetry/api';
import { messageOf } from '../errors.js';
import { isThenable } from '../model/thenable.js';
import { admitValue, wholeValue } from './admission/values.js';
import type { CallbackWait } from './callback-wait.js';
import { detachedCall, Handle, isHandle } from './detached-calls.js';
import type { InstrumentCore } from './instrument-core.js';
import { labelOf } from './message-labels.js';
import { addOtherCalls } from './other-calls.js';
import { type Reject, type Reports, shown } from './rejections.js';

/** EngineObservable is an observable counter, up-down counter or gauge. */
export class EngineObservable extends Handle implements Observable {
  readonly core: InstrumentCore;
  readonly reject: Reject;
  /** Registry of its callbacks; `undefined` for an instrument beyond the limit, which is never observed. */
  readonly callbacks: Callbacks | undefined;

  constructor(core: InstrumentCore, reject: Reject, callbacks: Callbacks | undefined) {
    super();
    this.core = core;
    this.reject = reject;
    this.callbacks = callbacks;
  }

  addCallback(callback: ObservableCallback): void {
    if (!isHandle(this)) detachedCall('addCallback');
    else if (isCallback(callback, this.core.reports)) this.callbacks?.add(this, callback);
  }

  removeCallback(callback: ObservableCallback): void {
    if (!isHandle(this)) detachedCall('removeCallback');
    else this.callbacks?.remove(this, callback);
  }
}

/** Reports whether a value is a function; logs any other value. */
export function isCallback(callback: unknown, reports: Reports): boolean {
  if (typeof callback === 'function') return true;
  reports.warn('addCallback', `addCallback() added nothing: expected a function, got ${shown(callback)}`);
  return false;
}

/**
 * Counts a number that a callback returned instead of observing it.
 *
 * The number 0 counts only if the callback has no parameter: `queue.length && o.observe(queue.length)` may return it.
 */
export function reportReturned(returned: unknown, callback: { readonly length: number }, { reject }: Reports): void {
  if (typeof returned !== 'number' && typeof returned !== 'bigint') return;
  if (Number(returned) !== 0 || callback.length === 0) reject('value_returned');
}

/** Argument of a callback. */
export class Observation implements ObservableResult {
  readonly observe: ObservableResult['observe'];
  readonly core: { readonly reports: Reports };

  constructor(core: { readonly reports: Reports }, observe: ObservableResult['observe']) {
    this.core = core;
    this.observe = observe;
  }
}

for (const { prototype } of [EngineObservable, Observation]) {
  addOtherCalls(prototype, 'instrument', (handle) => (handle as Observation | undefined)?.core?.reports);
}

/** Receives the values that callbacks observe. */
export interface ObservationSink {
  observe(instrument: EngineObservable, value: number, attributes: Attributes | undefined): void;
}

/** Callback of one instrument, or batch callback of several. */
interface Registration {
  readonly callback: ObservableCallback | BatchObservableCallback;
  readonly instruments: readonly EngineObservable[];
  readonly batch: boolean;
  /** True while a run is in progress. */
  running: boolean;
  /** True if the reader of a collection got an error of the callback, and reports it. */
  handedOver: boolean;
  /** True if its last run returned a promise. */
  asynchronous: boolean;
  /** Failure of the last run if it did not finish in time. Repeated until a run does: it has one cause. */
  overrun: string | undefined;
}

/** One run of a callback. */
interface Run {
  /** False once its observations come too late. */
  isOpen: boolean;
}

/** Registration before its first run. */
type NewRegistration = Omit<Registration, 'running' | 'handedOver' | 'asynchronous' | 'overrun'>;

/** Callbacks holds all callbacks of a provider. */
export class Callbacks {
  #registrations: Registration[] = [];

  add(instrument: EngineObservable, callback: ObservableCallback): void {
    this.#register({ callback, instruments: [instrument], batch: false });
  }

  remove(instrument: EngineObservable, callback: ObservableCallback): void {
    this.#unregister((other) => !other.batch && other.callback === callback && other.instruments[0] === instrument);
  }

  addBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    const instruments = this.#observablesOf(observables);
    const isValid = instruments.every(({ core }) => isCallback(callback, core.reports));
    if (isValid && instruments.length > 0) this.#register({ callback, instruments, batch: true });
  }

  removeBatch(callback: BatchObservableCallback, observables: readonly Observable[]): void {
    this.#unregister(
      ({ batch, callback: other, instruments }) =>
        batch && other === callback && isSameSet(instruments, this.#observablesOf(observables)),
    );
  }

  /**
   * Starts to track which callbacks are added from now on.
   *
   * @returns a function that ends the tracking. It returns a function that removes the tracked callbacks.
   */
  track(): () => () => void {
    const before = new Set(this.#registrations);
    return () => {
      const added = new Set(this.#registrations.filter((registration) => !before.has(registration)));
      return () => this.#unregister((registration) => added.has(registration));
    };
  }

  /**
   * Runs all callbacks concurrently, once each, and waits for at most `timeoutMs` milliseconds.
   *
   * A callback whose previous run is still in progress is skipped, with the error of that run. Every failure is counted.
   *
   * @param handedOver true if a reader gets the errors. Otherwise they are logged, once per metric.
   * @returns one error per callback that threw, timed out or was skipped.
   */
  async run(
    observations: ObservationSink,
    timeoutMs: number,
    wait: CallbackWait,
    handedOver: boolean,
  ): Promise<unknown[]> {
    const errors: unknown[] = [];
    const failed = (registration: Registration, what: string, options?: ErrorOptions) => {
      const subject = registration.instruments.map(({ core }) => labelOf(core.description)).join(', ');
      errors.push(new Error(`${subject}: callback ${what}`, options));
      reportFailure(registration, what, handedOver);
    };
    const failedWith = (registration: Registration) => (error: unknown) =>
      failed(registration, `failed: ${messageOf(error)}`, { cause: error });
    const waiting: { registration: Registration; run: Run; ended: Promise<void> }[] = [];
    for (const registration of this.#registrations) {
      if (registration.running) {
        failed(registration, registration.overrun ?? 'has not finished');
        continue;
      }
      const run = { isOpen: true };
      registration.running = true;
      try {
        const result = invoke(registration, observations, run);
        registration.asynchronous = isThenable(result);
        if (isThenable(result)) {
          const ended = Promise.resolve(result)
            .then(() => {}, failedWith(registration))
            .finally(() => end(registration, run));
          waiting.push({ registration, run, ended });
          continue;
        }
      } catch (error) {
        failedWith(registration)(error);
      }
      // Most callbacks have ended here. Promises for them would cost more than what they observe.
      end(registration, run);
    }
    if (waiting.length === 0) return errors;
    const limitMs = await wait.settle(Promise.all(waiting.map(({ ended }) => ended)), timeoutMs);
    for (const { registration, run } of waiting) {
      run.isOpen = false;
      if (registration.running) {
        registration.overrun ??= `did not finish within ${Math.round(limitMs)} ms`;
        failed(registration, registration.overrun);
      } else registration.overrun = undefined;
    }
    return errors;
  }

  /**
   * Runs all callbacks once, without waiting for what they observe later. Counts and logs their failures.
   *
   * @param skips true to skip callbacks that are known to be asynchronous.
   * @returns the instruments of skipped callbacks, and of those that observe later.
   */
  runNow(observations: ObservationSink, skips = false): ReadonlySet<EngineObservable> {
    const unfinished = new Set<EngineObservable>();
    for (const registration of this.#registrations) {
      const isSkipped = registration.running || (skips && registration.asynchronous);
      if (isSkipped || !hasEnded(registration, observations)) {
        for (const instrument of registration.instruments) unfinished.add(instrument);
      }
    }
    return unfinished;
  }

  #register(added: NewRegistration): void {
    if (this.#registrations.some((other) => isSame(other, added))) return;
    this.#registrations.push({ ...added, running: false, handedOver: false, asynchronous: false, overrun: undefined });
  }

  /** Returns the observables of this provider among a value of any type. */
  #observablesOf(observables: unknown): EngineObservable[] {
    try {
      return Array.from(observables as Iterable<unknown>).filter(
        (each) => each instanceof EngineObservable && each.callbacks === this,
      ) as EngineObservable[];
    } catch {
      return [];
    }
  }

  #unregister(matches: (registration: Registration) => boolean): void {
    this.#registrations = this.#registrations.filter((registration) => !matches(registration));
  }
}

/** Counts a failure of a callback. Logs it, unless a reader gets it now or got one before. */
function reportFailure(registration: Registration, what: string, handedOver: boolean): void {
  registration.handedOver ||= handedOver;
  registration.instruments[0]?.reject('callback_failed', what, registration.handedOver);
}

/** Runs a callback without waiting. Returns false if it observes later. */
function hasEnded(registration: Registration, observations: ObservationSink): boolean {
  const failed = (error: unknown) => reportFailure(registration, `failed: ${messageOf(error)}`, false);
  try {
    const result = invoke(registration, observations, { isOpen: true });
    registration.asynchronous = isThenable(result);
    if (isThenable(result)) result.then(undefined, failed);
  } catch (error) {
    failed(error);
  }
  return !registration.asynchronous;
}

/** Runs a callback and returns its result. Its observations are ignored once the run is closed. */
function invoke({ callback, instruments, batch }: Registration, observations: ObservationSink, run: Run): unknown {
  if (batch) {
    const result: BatchObservableResult = {
      observe: (metric, value, attributes) => {
        const instrument = metric as EngineObservable;
        if (run.isOpen && instruments.includes(instrument)) observe(observations, instrument, value, attributes);
      },
    };
    return (callback as BatchObservableCallback)(result);
  }
  const [instrument] = instruments as [EngineObservable];
  let observed = false;
  const observation = new Observation(instrument.core, (value, attributes) => {
    observed = true;
    if (run.isOpen) observe(observations, instrument, value, attributes);
  });
  const returned: unknown = (callback as ObservableCallback)(observation);
  const { reports } = instrument.core;
  if (isThenable(returned)) {
    return returned.then((value) => {
      if (!observed) reportReturned(value, callback, reports);
    });
  }
  if (!observed) reportReturned(returned, callback, reports);
  return returned;
}

/** Adds an observation of a valid value; counts any other value. */
function observe(
  observations: ObservationSink,
  instrument: EngineObservable,
  given: unknown,
  attributes: Attributes | undefined,
): void {
  const { core, reject } = instrument;
  const whole = core.description.valueType === 0 ? wholeValue(given, core.smallest, reject) : given;
  const value = admitValue(whole, core.smallest, reject);
  if (value !== undefined) observations.observe(instrument, value, attributes);
}

/** Ends a run. */
function end(registration: Registration, run: Run): void {
  registration.running = false;
  run.isOpen = false;
}

function isSame(one: Registration, other: NewRegistration): boolean {
  return one.batch === other.batch && one.callback === other.callback && isSameSet(one.instruments, other.instruments);
}

function isSameSet(one: readonly EngineObservable[], other: readonly EngineObservable[]): boolean {
  return one.length === other.length && one.every((instrument) => other.includes(instrument));
}
