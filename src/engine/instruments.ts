/**
 * Record path, first of three steps. An instrument checks the value, `store.ts` and `lookup.ts` find its series, and the
 * series records it (`sum.ts`, `last-value.ts`, `histogram.ts`, `exponential-histogram.ts`). The record path allocates
 * nothing, never throws, and looks up nothing that could be decided earlier. A bound handle skips the second step.
 *
 * In `const { add } = orders; add(1)` and `emitter.on('order', orders.add)`, `this` is not the instrument. Such a `this`
 * has no property `firstStore` or `boundTarget`, names that applications do not use. An instrument without readers has no
 * store either, and the branch for both tells them apart. A comparison with `null` would cost a tenth of a bound recording.
 *
 * Rule for private members: those that a record call with known attributes uses are TypeScript `private`, because
 * `#private` is slower there. All other private members are `#private`.
 */
import type { Attributes, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import { callWork, type RunningTimer, startTimer, type TimedAttributes, timeWork } from '../model/timing.js';
import { reportedAttributes } from './admission/values.js';
import { detachedCall, Handle, isHandle, lostWithoutHandle } from './detached-calls.js';
import type { Bound, InstrumentCore, Target } from './instrument-core.js';
import { addOtherCalls } from './other-calls.js';
import type { Series } from './series.js';
import type { SeriesStore } from './store.js';
import { currentTime, timedBy } from './timed.js';

/** Base of all recording instruments: the stores that they record to. */
class RecordingInstrument extends Handle {
  readonly core: InstrumentCore;
  /** Store of the first stream; `undefined` while no reader is connected. */
  firstStore: SeriesStore | undefined;
  /** Stores of further streams; `undefined` for a single stream. */
  rest: readonly SeriesStore[] | undefined;

  constructor(core: InstrumentCore) {
    super();
    this.core = core;
    core.attach(this);
  }

  /** Removes the series of these attributes. A later recording creates a new series. */
  remove(attributes?: Attributes): void {
    if (!isHandle(this)) detachedCall('remove');
    else this.core.remove(attributes);
  }

  protected recordValid(store: SeriesStore, value: number, attributes: Attributes | undefined): void {
    try {
      // One expression: with a second source of the series, V8 would not inline `record` and would box the value.
      store.find(attributes).record(value, attributes);
    } catch {
      // Does not use `attributes`: V8 would have to allocate the caller's object for this line alone.
      this.core.unreadable(store).record(value);
    }
    if (this.rest !== undefined) this.core.recordRest(this.rest, value, attributes);
  }
}

/** Counter: a sum that never decreases. */
export class EngineCounter extends RecordingInstrument implements Counter {
  add(value: number, attributes?: Attributes): void {
    const store = this?.firstStore;
    if (store === undefined) lostWithoutHandle(this, 'add');
    else if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)
      this.recordValid(store, value, attributes);
    else this.core.admitAndRecord(store, this.rest, value, attributes);
  }

  bind(attributes?: Attributes): BoundEngineCounter {
    if (!isHandle(this)) return detachedCall('bind');
    return this.core.bind(new BoundEngineCounter(this.core, attributes));
  }
}

/** Up-down counter: a sum that increases and decreases. */
export class EngineUpDownCounter extends RecordingInstrument implements UpDownCounter {
  add(value: number, attributes?: Attributes): void {
    const store = this?.firstStore;
    if (store === undefined) lostWithoutHandle(this, 'add');
    else if (typeof value === 'number' && value - value === 0 && value >= this.core.smallest)
      this.recordValid(store, value, attributes);
    else this.core.admitAndRecord(store, this.rest, value, attributes);
  }

  bind(attributes?: Attributes): BoundEngineUpDownCounter {
    if (!isHandle(this)) return detachedCall('bind');
    return this.core.bind(new BoundEngineUpDownCounter(this.core, attributes));
  }
}

/** Gauge: the last recorded value. */
export class EngineGauge extends RecordingInstrument implements Gauge {
  record(value: number, attributes?: Attributes): void {
    const store = this?.firstStore;
    if (store === undefined) lostWithoutHandle(this, 'record');
    else if (typeof value === 'number' && value - value === 0 && value >= this.core.smallest)
      this.recordValid(store, value, attributes);
    else this.core.admitAndRecord(store, this.rest, value, attributes);
  }

  set(value: number, attributes?: Attributes): void {
    if (!isHandle(this)) detachedCall('set');
    else this.record(value, attributes);
  }

  setToCurrentTime(attributes?: Attributes): void {
    if (!isHandle(this)) detachedCall('setToCurrentTime');
    else this.record(currentTime(this.core.clock, this.core.reports), attributes);
  }

  bind(attributes?: Attributes): BoundEngineGauge {
    if (!isHandle(this)) return detachedCall('bind');
    return this.core.bind(new BoundEngineGauge(this.core, attributes));
  }
}

/** Histogram: a distribution of values. */
export class EngineHistogram extends RecordingInstrument implements Histogram {
  record(value: number, attributes?: Attributes): void {
    const store = this?.firstStore;
    if (store === undefined) lostWithoutHandle(this, 'record');
    else if (typeof value === 'number' && value >= this.core.smallest && value < Number.POSITIVE_INFINITY) {
      this.recordValid(store, value, attributes);
    } else this.core.admitAndRecord(store, this.rest, value, attributes);
  }

  /** Calls `work` and records its duration, in the unit of the histogram; for a promise, until it settles. */
  time<T>(work: () => T, options?: TimedAttributes): T {
    if (!isHandle(this)) return detachedCall('time', [work, options]);
    // Reading the clock costs many times more than a record.
    return this.firstStore === undefined ? callWork(work, options) : timeWork(timedBy(this, this.core), work, options);
  }

  /** Starts a timer; it records when it is stopped, or disposed by `using`. */
  startTimer(attributes?: Attributes): RunningTimer {
    if (!isHandle(this)) return detachedCall('startTimer');
    return startTimer(timedBy(this, this.core), attributes);
  }

  bind(attributes?: Attributes): BoundEngineHistogram {
    if (!isHandle(this)) return detachedCall('bind');
    return this.core.bind(new BoundEngineHistogram(this.core, attributes));
  }
}

/** Base of all bound handles. Their methods report attributes, the parameter `extra`, that the types do not allow. */
class BoundHandle extends Handle implements Bound {
  boundTarget: Target | undefined = undefined;
  series: readonly Series[] = [];
  readonly attributes: Attributes | undefined;
  readonly core: InstrumentCore;

  constructor(core: InstrumentCore, attributes: Attributes | undefined) {
    super();
    this.core = core;
    this.attributes = copyOf(attributes, core);
  }
}

export class BoundEngineCounter extends BoundHandle {
  add(value: number, extra?: unknown): void {
    const target = this?.boundTarget;
    if (
      target !== undefined &&
      extra === undefined &&
      typeof value === 'number' &&
      value >= 0 &&
      value < Number.POSITIVE_INFINITY
    )
      target.record(value, this.attributes);
    else recordSlowly(this, value, extra, 'add');
  }
}

export class BoundEngineUpDownCounter extends BoundHandle {
  add(value: number, extra?: unknown): void {
    const target = this?.boundTarget;
    if (
      target !== undefined &&
      extra === undefined &&
      typeof value === 'number' &&
      value - value === 0 &&
      value >= this.core.smallest
    )
      target.record(value, this.attributes);
    else recordSlowly(this, value, extra, 'add');
  }
}

export class BoundEngineGauge extends BoundHandle {
  record(value: number, extra?: unknown): void {
    const target = this?.boundTarget;
    if (
      target !== undefined &&
      extra === undefined &&
      typeof value === 'number' &&
      value - value === 0 &&
      value >= this.core.smallest
    )
      target.record(value, this.attributes);
    else recordSlowly(this, value, extra, 'record');
  }

  set(value: number, extra?: unknown): void {
    if (!isHandle(this)) detachedCall('set');
    else this.record(value, extra);
  }

  setToCurrentTime(extra?: unknown): void {
    if (!isHandle(this)) detachedCall('setToCurrentTime');
    else this.record(currentTime(this.core.clock, this.core.reports), extra);
  }
}

export class BoundEngineHistogram extends BoundHandle {
  record(value: number, extra?: unknown): void {
    const target = this?.boundTarget;
    if (
      target !== undefined &&
      extra === undefined &&
      typeof value === 'number' &&
      value >= this.core.smallest &&
      value < Number.POSITIVE_INFINITY
    )
      target.record(value, this.attributes);
    else recordSlowly(this, value, extra, 'record');
  }

  time<T>(work: () => T, extra?: TimedAttributes): T {
    if (!isHandle(this)) return detachedCall('time', [work, extra]);
    return this.boundTarget === undefined ? callWork(work, extra) : timeWork(timedBy(this, this.core), work, extra);
  }

  startTimer(extra?: object): RunningTimer {
    if (!isHandle(this)) return detachedCall('startTimer');
    return startTimer(timedBy(this, this.core, 'timer.stop()'), extra);
  }
}

for (const { prototype } of [EngineCounter, EngineUpDownCounter, EngineGauge, EngineHistogram]) {
  addOtherCalls(prototype, 'instrument', (handle) => (handle as EngineCounter | undefined)?.core?.reports);
}
for (const { prototype } of [
  BoundEngineCounter,
  BoundEngineUpDownCounter,
  BoundEngineGauge,
  BoundEngineHistogram,
] as const) {
  addOtherCalls(prototype, 'bound', (handle) => (handle as BoundHandle | undefined)?.core?.reports);
}

/** Records what the methods of bound handles do not: V8 limits the size of what it inlines into the caller of a recording. */
function recordSlowly(handle: BoundHandle | undefined, value: unknown, extra: unknown, method: string): void {
  if (!isHandle(handle)) detachedCall(method);
  else if (handle.boundTarget !== undefined) handle.core.admitAndRecordBound(handle, value, extra);
}

/**
 * Copies attributes, so that later changes to the caller's object have no effect. Counts attributes that cannot be read.
 * Returns a value that is not an object, which the store reports.
 */
function copyOf(attributes: Attributes | undefined, core: InstrumentCore): Attributes | undefined {
  try {
    return typeof attributes === 'object' && attributes !== null ? { ...attributes } : attributes;
  } catch {
    core.countUnreadable();
    return reportedAttributes;
  }
}
