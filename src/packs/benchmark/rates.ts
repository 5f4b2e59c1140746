/** Throughput, goodput and error ratio of each target over a sliding window. */
import type { InstrumentOf } from '../../catalogue/instruments.js';
import type { PackContext } from '../../catalogue/pack.js';
import { SlidingWindow } from '../kit/sliding-window.js';
import type { BenchmarkDefinitions } from './metrics.js';

/** Attributes of a target as recorded. An attribute is absent if it was not given. */
export interface TargetAttributes {
  readonly model_name: string;
  readonly container_id?: string;
  readonly gpu_id?: string;
}

/** Sliding windows of one target. */
export class TargetRates {
  readonly attributes: TargetAttributes;
  /** Number of runs of the target that have not ended. */
  activeRuns = 0;
  /** Counts samples that succeeded. */
  readonly completed: SlidingWindow;
  /** Counts samples; a sample within the SLO adds 1 to the sum. */
  readonly samples: SlidingWindow;
  /** Counts API calls; a failed call adds 1 to the sum. */
  readonly calls: SlidingWindow;
  /** True after the first sample. Before it, throughput is not reported. */
  #hasSamples = false;

  constructor(attributes: TargetAttributes, windowMs: number, nowMs: number) {
    this.attributes = attributes;
    this.completed = new SlidingWindow(windowMs, nowMs);
    this.samples = new SlidingWindow(windowMs, nowMs);
    this.calls = new SlidingWindow(windowMs, nowMs);
  }

  /** Adds a sample to the windows. */
  sample(nowMs: number, ok: boolean, withinSlo: boolean): void {
    this.#hasSamples = true;
    this.samples.add(nowMs, 1, withinSlo ? 1 : 0);
    if (ok) this.completed.add(nowMs, 1);
  }

  /** Reports whether throughput is reported: if the window has samples, or an active run had samples before it. */
  hasThroughput(nowMs: number): boolean {
    return this.samples.mean(nowMs) !== undefined || (this.#hasSamples && this.activeRuns > 0);
  }

  /** Reports whether the target has no active run and its windows are empty. */
  isIdle(nowMs: number): boolean {
    return this.activeRuns === 0 && this.samples.mean(nowMs) === undefined && this.calls.mean(nowMs) === undefined;
  }
}

/** Sliding windows of all targets, observed at each collection. Idle targets are removed. */
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

  /** Adds an active run to a target, and returns the windows of the target. */
  begin(attributes: TargetAttributes): TargetRates {
    const key = JSON.stringify([attributes.model_name, attributes.container_id, attributes.gpu_id]);
    let rates = this.#byTarget.get(key);
    if (rates === undefined) {
      rates = new TargetRates(attributes, this.#windowMs, this.#clock.monotonicMs());
      this.#byTarget.set(key, rates);
    }
    rates.activeRuns++;
    return rates;
  }

  #observe(
    gauge: InstrumentOf<BenchmarkDefinitions['throughput']>,
    read: (rates: TargetRates, nowMs: number) => number | undefined,
  ): void {
    gauge.addCallback((observation) => {
      const nowMs = this.#clock.monotonicMs();
      for (const [key, rates] of this.#byTarget) {
        const value = read(rates, nowMs);
        if (value !== undefined) observation.observe(value, rates.attributes);
        else if (rates.isIdle(nowMs)) this.#byTarget.delete(key);
      }
    });
  }
}
