/** The state of a run from its begin to its end: what is active, and what is recorded when the run ends. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import type { OpenHandle, OpenHandles } from '../kit/open-handles.js';
import { eventOf } from '../kit/refusal.js';
import type { QueuedRequest, RunOutcome } from './events.js';
import type { Slo } from './goodput.js';
import type { BenchmarkDefinitions } from './metrics.js';
import type { TargetRates } from './rates.js';
import { QueueMetrics } from './serving.js';

/** State that all runs share. */
export interface RunStateContext {
  readonly instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly clock: Clock;
  readonly slo: Slo | undefined;
  /** Runs that have not ended. */
  readonly open: OpenHandles<RunState>;
  /** Time after which an idle run, or an idle request of its queue, is abandoned. */
  readonly abandonedAfterMs: number;
}

/** State of a run. It must not reference the handle of the run. */
export class RunState implements OpenHandle {
  readonly rates: TargetRates;
  readonly #context: RunStateContext;
  readonly #startMs: number;
  #lastMs: number;
  #queue: QueueMetrics | undefined;
  #completed = 0;
  #withinSlo = 0;

  constructor(context: RunStateContext, rates: TargetRates) {
    this.rates = rates;
    this.#context = context;
    this.#startMs = context.clock.monotonicMs();
    this.#lastMs = this.#startMs;
    context.instruments.activeRuns.add(1, rates.attributes);
  }

  get lastMs(): number {
    return this.#lastMs;
  }

  /** Marks the run as in use, and returns the current time. */
  touch(): number {
    this.#lastMs = this.#context.clock.monotonicMs();
    return this.#lastMs;
  }

  /** Counts a sample for the throughput and the goodput of the run. */
  sample(nowMs: number, ok: boolean, withinSlo: boolean): void {
    this.rates.sample(nowMs, ok, withinSlo);
    if (ok) this.#completed++;
    if (withinSlo) this.#withinSlo++;
  }

  /** Adds a waiting request. The run must not have ended. */
  queued(): QueuedRequest {
    const { instruments, clock, abandonedAfterMs } = this.#context;
    this.#queue ??= new QueueMetrics(instruments, this.rates.attributes, clock, abandonedAfterMs);
    return this.#queue.queued();
  }

  /** Abandons idle requests in the queue of the run. */
  sweepQueue(nowMs: number): void {
    this.#queue?.sweep(nowMs);
  }

  end(outcome: RunOutcome): void {
    if (!this.#leave()) return;
    const { instruments, clock, slo } = this.#context;
    const { attributes } = this.rates;
    const seconds = (clock.monotonicMs() - this.#startMs) / 1_000;
    const perSecond = (samples: number) => (seconds > 0 ? samples / seconds : 0);
    instruments.runThroughput.set(perSecond(this.#completed), attributes);
    if (slo !== undefined) instruments.runGoodput.set(perSecond(this.#withinSlo), attributes);
    // Read last, because reading may throw.
    const { ok } = eventOf(outcome);
    const withOutcome = { ...attributes, outcome: typeof ok === 'boolean' ? (ok ? 'ok' : 'failed') : ok } as const;
    instruments.runs.add(1, withOutcome);
    instruments.runDuration.record(seconds, withOutcome);
  }

  /** Ends the run without a duration: the time when its suite stopped is unknown. */
  abandon(): void {
    if (this.#leave()) this.#context.instruments.runs.add(1, { ...this.rates.attributes, outcome: 'abandoned' });
  }

  /** Removes the run and its open requests from the metrics. Returns false if the run has ended before. */
  #leave(): boolean {
    if (!this.#context.open.remove(this)) return false;
    this.#queue?.close();
    this.rates.activeRuns--;
    this.#context.instruments.activeRuns.add(-1, this.rates.attributes);
    return true;
  }
}
