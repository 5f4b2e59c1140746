/** What happened in the window, by what is benchmarked: throughput, goodput, errors. */
import type { Observable } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import type { BenchmarkDefinitions } from './metrics.js';

/** What a run is of, as it is recorded; what was not given is absent. */
export interface TargetLabels {
  readonly model_name: string;
  readonly container_id?: string;
  readonly gpu_id?: string;
}

/** The windows of one target. */
export class TargetRates {
  readonly labels: TargetLabels;
  /** Runs of the target that were begun and not ended. */
  activeRuns = 0;
  /** Samples that succeeded. */
  readonly completed: SlidingWindow;
  /** Samples, worth 1 where they are within the SLO. */
  readonly samples: SlidingWindow;
  /** Calls of the API, worth 1 where they failed. */
  readonly calls: SlidingWindow;
  /** Whether there was any sample: without one there is no throughput, not even of 0. */
  sampled = false;

  constructor(labels: TargetLabels, windowMs: number, nowMs: number) {
    this.labels = labels;
    this.completed = new SlidingWindow(windowMs, nowMs);
    this.samples = new SlidingWindow(windowMs, nowMs);
    this.calls = new SlidingWindow(windowMs, nowMs);
  }

  /** Enters a sample. */
  sample(nowMs: number, ok: boolean, withinSlo: boolean): void {
    this.sampled = true;
    this.samples.add(nowMs, 1, withinSlo ? 1 : 0);
    if (ok) this.completed.add(nowMs, 1);
  }

  /** Whether there is a throughput to tell: while a run goes on also that of nothing in the window. */
  hasThroughput(nowMs: number): boolean {
    return this.samples.mean(nowMs) !== undefined || (this.sampled && this.activeRuns > 0);
  }

  /** Whether nothing is left to tell. */
  isIdle(nowMs: number): boolean {
    return this.activeRuns === 0 && this.samples.mean(nowMs) === undefined && this.calls.mean(nowMs) === undefined;
  }
}

/** The windows of all targets that are of interest, told at each collection. */
export class Rates {
  readonly #byTarget = new Map<string, TargetRates>();
  readonly #clock: PackContext<BenchmarkDefinitions>['clock'];
  readonly #windowMs: number;

  constructor({ instruments, clock }: PackContext<BenchmarkDefinitions>, windowMs: number, hasSlo: boolean) {
    this.#clock = clock;
    this.#windowMs = windowMs;
    this.#observe(instruments.throughput, (rates, nowMs) =>
      rates.hasThroughput(nowMs) ? rates.completed.perSecond(nowMs) : undefined,
    );
    this.#observe(instruments.apiErrorRatio, ({ calls }, nowMs) => calls.mean(nowMs));
    if (!hasSlo) return;
    this.#observe(instruments.goodputRatio, ({ samples }, nowMs) => samples.mean(nowMs));
    this.#observe(instruments.goodput, (rates, nowMs) =>
      rates.hasThroughput(nowMs) ? (rates.samples.mean(nowMs) ?? 0) * rates.samples.perSecond(nowMs) : undefined,
    );
  }

  /** Those of a target, for a run that begins. */
  begin(labels: TargetLabels): TargetRates {
    const key = JSON.stringify([labels.model_name, labels.container_id, labels.gpu_id]);
    let rates = this.#byTarget.get(key);
    if (rates === undefined) {
      rates = new TargetRates(labels, this.#windowMs, this.#clock.monotonicMs());
      this.#byTarget.set(key, rates);
    }
    rates.activeRuns++;
    return rates;
  }

  #observe(
    gauge: Observable<BenchmarkDefinitions['throughput']['attributes']>,
    read: (rates: TargetRates, nowMs: number) => number | undefined,
  ): void {
    gauge.addCallback((observation) => {
      const nowMs = this.#clock.monotonicMs();
      for (const [key, rates] of this.#byTarget) {
        const value = read(rates, nowMs);
        if (value !== undefined) observation.observe(value, rates.labels);
        else if (rates.isIdle(nowMs)) this.#byTarget.delete(key);
      }
    });
  }
}
