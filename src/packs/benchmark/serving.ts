/** Records API calls and queued requests of a run. */
import type { BoundCounter, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import type { QueuedRequest } from './events.js';
import type { BenchmarkDefinitions } from './metrics.js';
import type { TargetAttributes } from './rates.js';

/** Metrics of the API under test. */
export class ApiMetrics {
  readonly #instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly #attributes: TargetAttributes;
  readonly #ok: CallMetrics;
  readonly #failed: CallMetrics;

  constructor(instruments: InstrumentsOf<BenchmarkDefinitions>, attributes: TargetAttributes) {
    this.#instruments = instruments;
    this.#attributes = attributes;
    // Both series start at the first call, so that queries for the error ratio return 0 instead of no result.
    this.#ok = callMetrics(instruments, attributes, 'ok');
    this.#failed = callMetrics(instruments, attributes, 'failed');
  }

  /** Records a call. The engine replaces and counts an outcome that is not boolean. */
  record(seconds: number, ok: boolean): void {
    if (typeof ok !== 'boolean') {
      const attributes = { ...this.#attributes, outcome: ok as 'ok' };
      this.#instruments.apiCalls.add(1, attributes);
      this.#instruments.apiResponseTime.record(seconds, attributes);
      return;
    }
    const { calls, responseTime } = ok ? this.#ok : this.#failed;
    calls.add(1);
    responseTime.record(seconds);
  }
}

/** Metrics of the request queue of a run. */
export class QueueMetrics {
  readonly #clock: Clock;
  readonly #depth: BoundCounter;
  readonly #wait: BoundHistogram;
  readonly #inFlight: BoundCounter;
  /** Numbers of requests that are in the metrics now. Only numbers are kept, so that lost handles are collected. */
  readonly #open = { waiting: 0, inFlight: 0 };
  #closed = false;

  constructor(instruments: InstrumentsOf<BenchmarkDefinitions>, attributes: TargetAttributes, clock: Clock) {
    this.#clock = clock;
    this.#depth = instruments.queueDepth.bind(attributes);
    this.#wait = instruments.queueWait.bind(attributes);
    this.#inFlight = instruments.queueInFlight.bind(attributes);
  }

  /** Adds a waiting request. */
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

  /** Removes open requests from the metrics. Unfinished waits are not recorded, and the handles become inert. */
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

/** Instruments of one outcome of API calls. */
interface CallMetrics {
  readonly calls: BoundCounter;
  readonly responseTime: BoundHistogram;
}

function callMetrics(
  { apiCalls, apiResponseTime }: InstrumentsOf<BenchmarkDefinitions>,
  attributes: TargetAttributes,
  outcome: 'ok' | 'failed',
): CallMetrics {
  const withOutcome = { ...attributes, outcome };
  apiCalls.add(0, withOutcome);
  return { calls: apiCalls.bind(withOutcome), responseTime: apiResponseTime.bind(withOutcome) };
}
