/**
 * Record path, first of three steps: a value is checked, its series is found (`store.ts`, `lookup.ts`), and the series
 * takes it (`sum.ts`, `last-value.ts`, `histogram.ts`, `exponential-histogram.ts`). Nothing is allocated on the way,
 * nothing is looked up that could be decided before, nothing throws.
 *
 * `bind` leaves the first and the last step.
 */
import type { Attributes, Counter, Gauge, Histogram, UpDownCounter } from '@opentelemetry/api';
import { perMillisecond, startTimer, type Timer, timeWork } from '../model/timing.js';
import type { Bound, InstrumentCore, Target } from './instrument-core.js';
import type { Series } from './series.js';
import type { SeriesStore } from './store.js';

/** What all recording instruments have: the streams that their measurements go to. */
class Recording {
  readonly core: InstrumentCore;
  /** Series of the first stream; `undefined` while nobody reads. */
  store: SeriesStore | undefined;
  /** Those of further streams, if there are any. */
  rest: readonly SeriesStore[] | undefined;

  constructor(core: InstrumentCore) {
    this.core = core;
    core.follow(this);
  }

  /** Drops the series of these attributes; they begin anew when they are recorded to again. */
  remove(attributes?: Attributes): void {
    this.core.remove(attributes);
  }

  protected recordUsual(store: SeriesStore, value: number, attributes: Attributes | undefined): void {
    try {
      // One expression: a series that could come from two places would be recorded to by a call, its value boxed.
      store.find(attributes).record(value, attributes);
    } catch {
      // The object is not mentioned here: it would have to be made for the sake of this line alone.
      this.core.unreadable(store).record(value);
    }
    if (this.rest !== undefined) this.core.recordRest(this.rest, value, attributes);
  }
}

/** A sum that only grows. */
export class EngineCounter extends Recording implements Counter {
  add(value: number, attributes?: Attributes): void {
    const { store } = this;
    if (store === undefined) return;
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)
      this.recordUsual(store, value, attributes);
    else this.core.recordUnusual(store, this.rest, value, attributes);
  }

  bind(attributes?: Attributes): BoundEngineCounter {
    return this.core.bind(new BoundEngineCounter(this.core, attributes));
  }
}

/** A sum that rises and falls. */
export class EngineUpDownCounter extends Recording implements UpDownCounter {
  add(value: number, attributes?: Attributes): void {
    const { store } = this;
    if (store === undefined) return;
    if (typeof value === 'number' && value - value === 0 && value >= this.core.smallest)
      this.recordUsual(store, value, attributes);
    else this.core.recordUnusual(store, this.rest, value, attributes);
  }

  bind(attributes?: Attributes): BoundEngineUpDownCounter {
    return this.core.bind(new BoundEngineUpDownCounter(this.core, attributes));
  }
}

/** What is now. */
export class EngineGauge extends Recording implements Gauge {
  record(value: number, attributes?: Attributes): void {
    const { store } = this;
    if (store === undefined) return;
    if (typeof value === 'number' && value - value === 0 && value >= this.core.smallest)
      this.recordUsual(store, value, attributes);
    else this.core.recordUnusual(store, this.rest, value, attributes);
  }

  set(value: number, attributes?: Attributes): void {
    this.record(value, attributes);
  }

  bind(attributes?: Attributes): BoundEngineGauge {
    return this.core.bind(new BoundEngineGauge(this.core, attributes));
  }
}

/** A distribution. */
export class EngineHistogram extends Recording implements Histogram {
  record(value: number, attributes?: Attributes): void {
    const { store } = this;
    if (store === undefined) return;
    if (typeof value === 'number' && value >= this.core.smallest && value < Number.POSITIVE_INFINITY) {
      this.recordUsual(store, value, attributes);
    } else this.core.recordUnusual(store, this.rest, value, attributes);
  }

  /** Calls `work` and records how long it took, in the unit of the histogram; a promise until it settled. */
  time<T>(work: () => T, attributes?: Attributes): T {
    // A clock costs many times a record: nobody reads it for nothing.
    if (this.store === undefined) return work();
    return timeWork(this.core.clock, this.#perMs, (value) => this.record(value, attributes), work);
  }

  /** Takes a time from now until the timer is stopped, or disposed of by `using`. */
  startTimer(attributes?: Attributes): Timer {
    return startTimer(this.core.clock, this.#perMs, (value) => this.record(value, attributes));
  }

  bind(attributes?: Attributes): BoundEngineHistogram {
    return this.core.bind(new BoundEngineHistogram(this.core, attributes));
  }

  get #perMs(): number {
    return perMillisecond(this.core.description.unit);
  }
}

/** What all bound instruments have. */
class BoundRecording implements Bound {
  target: Target | undefined = undefined;
  series: readonly Series[] = [];
  readonly attributes: Attributes | undefined;
  protected readonly core: InstrumentCore;

  constructor(core: InstrumentCore, attributes: Attributes | undefined) {
    this.core = core;
    this.attributes = copyOf(attributes);
  }
}

export class BoundEngineCounter extends BoundRecording {
  add(value: number): void {
    const { target } = this;
    if (target === undefined) return;
    if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY)
      target.record(value, this.attributes);
    else this.core.recordUnusualBound(this, value);
  }
}

export class BoundEngineUpDownCounter extends BoundRecording {
  add(value: number): void {
    const { target } = this;
    if (target === undefined) return;
    if (typeof value === 'number' && value - value === 0 && value >= this.core.smallest)
      target.record(value, this.attributes);
    else this.core.recordUnusualBound(this, value);
  }
}

export class BoundEngineGauge extends BoundRecording {
  record(value: number): void {
    const { target } = this;
    if (target === undefined) return;
    if (typeof value === 'number' && value - value === 0 && value >= this.core.smallest)
      target.record(value, this.attributes);
    else this.core.recordUnusualBound(this, value);
  }

  set(value: number): void {
    this.record(value);
  }
}

export class BoundEngineHistogram extends BoundRecording {
  record(value: number): void {
    const { target } = this;
    if (target === undefined) return;
    if (typeof value === 'number' && value >= this.core.smallest && value < Number.POSITIVE_INFINITY)
      target.record(value, this.attributes);
    else this.core.recordUnusualBound(this, value);
  }

  time<T>(work: () => T): T {
    if (this.target === undefined) return work();
    return timeWork(this.core.clock, perMillisecond(this.core.description.unit), (value) => this.record(value), work);
  }

  startTimer(): Timer {
    return startTimer(this.core.clock, perMillisecond(this.core.description.unit), (value) => this.record(value));
  }
}

/** The attributes as they are now: what the caller does with its object later is not ours. */
function copyOf(attributes: Attributes | undefined): Attributes | undefined {
  try {
    return attributes === undefined ? undefined : { ...attributes };
  } catch {
    return undefined;
  }
}
