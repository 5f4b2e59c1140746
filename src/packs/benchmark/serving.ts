/** Records API calls and queued requests of a run. */
import type { BoundCounter, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import { type OpenHandle, OpenHandles } from '../kit/open-handles.js';
import { amountOf } from '../kit/refusal.js';
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
      this.#instruments.apiResponseTime.record(amountOf(seconds), attributes);
      return;
    }
    const { calls, responseTime } = ok ? this.#ok : this.#failed;
    calls.add(1);
    responseTime.record(amountOf(seconds));
  }
}

/** Metrics of the request queue of a run. */
export class QueueMetrics {
  readonly #clock: Clock;
  readonly #depth: BoundCounter;
  readonly #wait: BoundHistogram;
  readonly #inFlight: BoundCounter;
  readonly #abandoned: () => void;
  readonly #open: OpenHandles<QueueEntry>;

  constructor(
    instruments: InstrumentsOf<BenchmarkDefinitions>,
    attributes: TargetAttributes,
    clock: Clock,
    abandonedAfterMs: number,
  ) {
    this.#clock = clock;
    this.#depth = instruments.queueDepth.bind(attributes);
    this.#wait = instruments.queueWait.bind(attributes);
    this.#inFlight = instruments.queueInFlight.bind(attributes);
    this.#abandoned = () => instruments.queueAbandoned.add(1, attributes);
    this.#open = new OpenHandles(abandonedAfterMs);
  }

  /** Adds a waiting request. */
  queued(): QueuedRequest {
    const startMs = this.#clock.monotonicMs();
    const entry: QueueEntry = { lastMs: startMs, gauge: this.#depth, abandon: () => this.#abandon(entry) };
    const handle = new QueuedHandle({
      dequeued: () => {
        if (entry.gauge === this.#inFlight || !this.#open.has(entry)) return;
        entry.gauge.add(-1);
        this.#recordWait(startMs);
        entry.lastMs = this.#clock.monotonicMs();
        entry.gauge = this.#inFlight;
        this.#inFlight.add(1);
      },
      done: () => {
        if (!this.#open.remove(entry)) return;
        entry.gauge.add(-1);
        if (entry.gauge === this.#depth) this.#recordWait(startMs);
      },
    });
    this.#depth.add(1);
    this.#open.add(entry, handle);
    return handle;
  }

  /** Removes open requests from the metrics. Unfinished waits are not recorded, and the handles become inert. */
  close(): void {
    for (const entry of this.#open) {
      this.#open.remove(entry);
      entry.gauge.add(-1);
    }
  }

  /** Abandons idle requests. */
  sweep(nowMs: number): void {
    this.#open.sweep(nowMs);
  }

  #abandon(entry: QueueEntry): void {
    if (!this.#open.remove(entry)) return;
    entry.gauge.add(-1);
    this.#abandoned();
  }

  #recordWait(startMs: number): void {
    this.#wait.record((this.#clock.monotonicMs() - startMs) / 1_000);
  }
}

/** The state of a queued request. */
interface QueueEntry extends OpenHandle {
  lastMs: number;
  /** The gauge that counts the request: waiting, or in flight. */
  gauge: BoundCounter;
}

/** The handle of a queued request. */
class QueuedHandle implements QueuedRequest {
  readonly #actions: QueuedRequest;
  // Both functions reference the handle: an application that keeps one of them keeps the request open.
  readonly dequeued = (): void => this.#actions.dequeued();
  readonly done = (): void => this.#actions.done();

  constructor(actions: QueuedRequest) {
    this.#actions = actions;
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
