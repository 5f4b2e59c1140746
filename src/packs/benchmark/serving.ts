/** What a run records of what serves the model: calls of its API, and the queue before it. */
import type { BoundCounter, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import type { QueuedRequest } from './events.js';
import type { BenchmarkDefinitions } from './metrics.js';
import type { TargetLabels } from './rates.js';

/** Calls of the API under test. */
export class ApiMetrics {
  readonly #instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly #labels: TargetLabels;
  readonly #ok: CallMetrics;
  readonly #failed: CallMetrics;

  constructor(instruments: InstrumentsOf<BenchmarkDefinitions>, labels: TargetLabels) {
    this.#instruments = instruments;
    this.#labels = labels;
    // Both at the first call: an error rate of nothing that failed is 0, not nothing.
    this.#ok = callMetrics(instruments, labels, 'ok');
    this.#failed = callMetrics(instruments, labels, 'failed');
  }

  /** Records a call; what neither succeeded nor failed is left to the engine, which counts it. */
  called(seconds: number, ok: boolean): void {
    if (typeof ok !== 'boolean') {
      const of = { ...this.#labels, outcome: ok as 'ok' };
      this.#instruments.apiCalls.add(1, of);
      this.#instruments.apiResponseTime.record(seconds, of);
      return;
    }
    const { calls, responseTime } = ok ? this.#ok : this.#failed;
    calls.add(1);
    responseTime.record(seconds);
  }
}

/** The queue before the model, until it is closed. */
export class QueueMetrics {
  readonly #clock: Clock;
  readonly #depth: BoundCounter;
  readonly #wait: BoundHistogram;
  readonly #inFlight: BoundCounter;
  /** Requests that count in the metrics now: numbers, so that handles which are lost take no memory. */
  readonly #open = { waiting: 0, inFlight: 0 };
  #closed = false;

  constructor(instruments: InstrumentsOf<BenchmarkDefinitions>, labels: TargetLabels, clock: Clock) {
    this.#clock = clock;
    this.#depth = instruments.queueDepth.bind(labels);
    this.#wait = instruments.queueWait.bind(labels);
    this.#inFlight = instruments.queueInFlight.bind(labels);
  }

  /** A request begins to wait. */
  queued(): QueuedRequest {
    const queuedMs = this.#clock.monotonicMs();
    let state: 'waiting' | 'inFlight' | 'done' = 'waiting';
    const leave = () => {
      this.#add('waiting', -1);
      this.#wait.record((this.#clock.monotonicMs() - queuedMs) / 1_000);
    };
    this.#add('waiting', 1);
    return {
      dequeued: () => {
        if (this.#closed || state !== 'waiting') return;
        state = 'inFlight';
        leave();
        this.#add('inFlight', 1);
      },
      done: () => {
        if (this.#closed) return;
        if (state === 'waiting') leave();
        else if (state === 'inFlight') this.#add('inFlight', -1);
        state = 'done';
      },
    };
  }

  /** Takes out what is not done. A wait that was not ended is not recorded, and later calls of requests do nothing. */
  close(): void {
    this.#closed = true;
    if (this.#open.waiting > 0) this.#depth.add(-this.#open.waiting);
    if (this.#open.inFlight > 0) this.#inFlight.add(-this.#open.inFlight);
  }

  #add(state: 'waiting' | 'inFlight', change: 1 | -1): void {
    this.#open[state] += change;
    (state === 'waiting' ? this.#depth : this.#inFlight).add(change);
  }
}

interface CallMetrics {
  readonly calls: BoundCounter;
  readonly responseTime: BoundHistogram;
}

function callMetrics(
  { apiCalls, apiResponseTime }: InstrumentsOf<BenchmarkDefinitions>,
  labels: TargetLabels,
  outcome: 'ok' | 'failed',
): CallMetrics {
  const of = { ...labels, outcome };
  apiCalls.add(0, of);
  return { calls: apiCalls.bind(of), responseTime: apiResponseTime.bind(of) };
}
