/** Workers of an inference server: their counts, and their latency and throughput over the window. */
import type { BoundCounter, InstrumentOf, InstrumentsOf } from '../../catalogue/instruments.js';
import type { PackContext, VerbGuard } from '../../catalogue/pack.js';
import type { Clock } from '../../model/clock.js';
import { maxValueLength, otherValue } from '../../model/instrument.js';
import { isAmount, isCount, refuse, wholeOf } from '../kit/refusal.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import type { Worker } from './events.js';
import { type InferenceDefinitions, workerLimit } from './metrics.js';

type WorkerType = 'model' | 'tokenizer';
type WorkerGauge = InstrumentOf<InferenceDefinitions['workerLatency']>;

/** A worker with separate series, or all workers beyond the limit. */
interface WorkerEntry {
  readonly attributes: { readonly worker_id: string; readonly worker_type: WorkerType };
  readonly count: BoundCounter;
  readonly handle: Worker;
  throughput: SlidingWindow;
  latency: SlidingWindow;
  /** False after `ended()`: latency and throughput are not exported. */
  isRunning: boolean;
}

/** Holds one entry for each of the first ids of each type, and one for all further workers of the type. */
export class Workers {
  readonly #instruments: InstrumentsOf<InferenceDefinitions>;
  readonly #clock: Clock;
  readonly #guard: VerbGuard;
  readonly #windowMs: number;
  /** Completed requests by type of worker. */
  readonly #pools: ReadonlyMap<unknown, SlidingWindow>;
  readonly #ids = new Set<string>();
  /** Keyed by the recorded type, then by the recorded id. */
  readonly #entries = new Map<WorkerType, Map<string, WorkerEntry>>();

  constructor(
    { instruments, clock, guard }: PackContext<InferenceDefinitions>,
    windowMs: number,
    pools: ReadonlyMap<unknown, SlidingWindow>,
  ) {
    this.#instruments = instruments;
    this.#clock = clock;
    this.#guard = guard;
    this.#windowMs = windowMs;
    this.#pools = pools;
    this.#observe(instruments.workerThroughput, ({ throughput }, nowMs) => throughput.perSecond(nowMs));
    this.#observe(instruments.workerLatency, ({ latency }, nowMs) => {
      const seconds = latency.mean(nowMs);
      return seconds === undefined ? undefined : seconds * 1_000;
    });
  }

  /** Returns the handle of a worker: the same handle for the same arguments. */
  of(id: unknown, type: unknown): Worker {
    const recordedId = this.#recordedId(id);
    // The engine records a type that is not in the list as `_OTHER`.
    const recordedType = this.#pools.has(type) ? (type as WorkerType) : (otherValue as WorkerType);
    if (recordedId !== id || recordedType !== type) {
      // Adds 0 to the sum; its purpose is that the engine counts the replaced label.
      this.#instruments.workerRequestCount.add(0, { worker_id: id as string, worker_type: type as WorkerType });
    }
    let byId = this.#entries.get(recordedType);
    if (byId === undefined) {
      byId = new Map();
      this.#entries.set(recordedType, byId);
    }
    let entry = byId.get(recordedId);
    if (entry === undefined) {
      entry = this.#create(recordedId, recordedType);
      byId.set(recordedId, entry);
    } else if (!entry.isRunning) {
      entry.throughput = this.#window();
      entry.latency = this.#window();
      entry.isRunning = true;
    }
    return entry.handle;
  }

  #recordedId(id: unknown): string {
    const name = typeof id === 'number' || typeof id === 'boolean' || typeof id === 'bigint' ? String(id) : id;
    if (typeof name !== 'string' || name.length > maxValueLength) return otherValue;
    if (name === otherValue || this.#ids.has(name)) return name;
    if (this.#ids.size >= workerLimit) return otherValue;
    this.#ids.add(name);
    return name;
  }

  #create(id: string, type: WorkerType): WorkerEntry {
    const attributes = { worker_id: id, worker_type: type };
    const pool = this.#pools.get(type);
    const entry: WorkerEntry = {
      attributes,
      count: this.#instruments.workerRequestCount.bind(attributes),
      throughput: this.#window(),
      latency: this.#window(),
      isRunning: true,
      handle: this.#guard.handle<Worker>('Worker', {
        completed: (seconds, requests = 1) => this.#complete(entry, pool, seconds, requests),
        ended() {
          // Other workers share the entry of `_OTHER`.
          if (id !== otherValue) entry.isRunning = false;
        },
      }),
    };
    return entry;
  }

  /** Records completed requests as a whole or not at all: counter and windows agree. */
  #complete(entry: WorkerEntry, pool: SlidingWindow | undefined, seconds: unknown, requests: unknown): void {
    const instruments = this.#instruments;
    const isCounted = isCount(requests);
    if (isCounted && isAmount(seconds)) {
      const nowMs = this.#clock.monotonicMs();
      entry.count.add(requests);
      entry.throughput.add(nowMs, requests);
      entry.latency.add(nowMs, requests, seconds * requests);
      pool?.add(nowMs, requests);
      return;
    }
    if (!isCounted) refuse(instruments.workerRequestCount, wholeOf(requests));
    // Seconds are only in the window. The engine counts an invalid value as it counts that of a stage.
    if (!isAmount(seconds)) {
      const isTokenizer = entry.attributes.worker_type === 'tokenizer';
      refuse(isTokenizer ? instruments.tokenizationLatency : instruments.inferenceLatency, seconds);
    }
  }

  #observe(gauge: WorkerGauge, read: (entry: WorkerEntry, nowMs: number) => number | undefined): void {
    gauge.addCallback((observation) => {
      const nowMs = this.#clock.monotonicMs();
      for (const byId of this.#entries.values()) {
        for (const entry of byId.values()) {
          const value = entry.isRunning ? read(entry, nowMs) : undefined;
          if (value !== undefined) observation.observe(value, entry.attributes);
        }
      }
    });
  }

  #window(): SlidingWindow {
    return new SlidingWindow(this.#windowMs, this.#clock.monotonicMs());
  }
}
