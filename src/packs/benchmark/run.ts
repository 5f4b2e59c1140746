/** One run of a benchmark: what is recorded of it carries the model, the container and the GPU that it is of. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { Clock } from '../../model/clock.js';
import { isAmount, orRefused, refuse } from '../kit/refusal.js';
import type { ApiCall, QueuedRequest, RunOutcome, Sample, Scores } from './events.js';
import { countPredictions, type FScore, fScore, type PredictionCounts, type TestResult } from './f-score.js';
import { isWithin, type Slo } from './goodput.js';
import type { BenchmarkDefinitions } from './metrics.js';
import { isNoName, type Names } from './names.js';
import { PromptMetrics } from './prompts.js';
import type { TargetRates } from './rates.js';
import { ApiMetrics, QueueMetrics } from './serving.js';

/** What runs have in common. */
export interface RunContext {
  readonly instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly clock: Clock;
  readonly names: Names;
  readonly slo: Slo | undefined;
  /** Runs that were begun and not ended. */
  readonly open: Set<BenchmarkRun>;
}

/**
 * A run that goes on.
 *
 * No verb throws, whatever it is given. A value that is none is refused by the engine and counted by its reason in
 * `metrics.status().rejected`; the rest of the event counts. An event that cannot be read at all, because it is no object
 * or reading it throws, is not recorded in part: it counts as one `value_not_finite` of its metric.
 */
export class BenchmarkRun {
  readonly #context: RunContext;
  readonly #rates: TargetRates;
  readonly #beganMs: number;
  /** By the name of the category as it is recorded. */
  readonly #prompts = new Map<string | undefined, PromptMetrics>();
  #api: ApiMetrics | undefined;
  #queue: QueueMetrics | undefined;
  #completed = 0;
  #withinSlo = 0;
  #ended = false;

  constructor(context: RunContext, rates: TargetRates) {
    this.#context = context;
    this.#rates = rates;
    this.#beganMs = context.clock.monotonicMs();
    context.instruments.activeRuns.add(1, rates.labels);
    context.open.add(this);
  }

  /** Records a sample: count, time, what it generated, and whether that is within the SLO. */
  sample(sample: Sample): void {
    try {
      const { latencySeconds, ok, promptCategory, firstOutputSeconds, outputs, temporalConsistency } = sample;
      const { slo, clock } = this.#context;
      const prompts = this.#prompts.get(promptCategory) ?? this.#promptsOf(promptCategory);
      prompts.sample(latencySeconds, ok, firstOutputSeconds, outputs);
      if (temporalConsistency !== undefined) prompts.consistency(temporalConsistency);
      if (typeof ok !== 'boolean') return;
      const within = slo !== undefined && ok && isWithin(slo, latencySeconds, firstOutputSeconds, outputs);
      if (within) prompts.withinSlo();
      this.#rates.sample(clock.monotonicMs(), ok, within);
      if (ok) this.#completed++;
      if (within) this.#withinSlo++;
    } catch {
      refuse(this.#context.instruments.latency);
    }
  }

  /** Records scores of what was generated. */
  score(scores: Scores): void {
    orRefused(this.#context.instruments.fvdDistribution, () => {
      const { promptCategory, fvd, inceptionScore, temporalConsistency } = scores;
      this.#promptsOf(promptCategory).score(fvd, inceptionScore, temporalConsistency);
    });
  }

  /**
   * Records predictions that were evaluated, such as those of a classifier or a detector, and returns how well they do:
   * 0 where that is undefined, NaN where the predictions are none.
   */
  fScore(predictions: PredictionCounts | Iterable<TestResult>, options: Pick<Scores, 'promptCategory'> = {}): FScore {
    let score = noScore;
    orRefused(this.#context.instruments.predictions, () => {
      const { promptCategory } = options;
      const counts = countPredictions(predictions);
      score = fScore(counts);
      if (isAmount(counts.truePositives)) this.#promptsOf(promptCategory).predictions(counts, score);
      else refuse(this.#context.instruments.predictions);
    });
    return score;
  }

  /** Records a call of the API under test. */
  apiCall(call: ApiCall): void {
    try {
      const { responseSeconds, ok } = call;
      const { instruments, clock } = this.#context;
      this.#api ??= new ApiMetrics(instruments, this.#rates.labels);
      this.#api.called(responseSeconds, ok);
      if (typeof ok === 'boolean') this.#rates.calls.add(clock.monotonicMs(), 1, ok ? 0 : 1);
    } catch {
      refuse(this.#context.instruments.apiResponseTime);
    }
  }

  /** A request begins to wait, until it is dequeued. One of a run that has ended is not recorded. */
  queued(): QueuedRequest {
    if (this.#ended) return unrecorded;
    this.#queue ??= new QueueMetrics(this.#context.instruments, this.#rates.labels, this.#context.clock);
    return this.#queue.queued();
  }

  /**
   * Ends the run: it is no longer active, and recorded with its time and what it did in it. Its requests that are not
   * done no longer wait, nor are in flight; how long one waits that was not taken is not known, and not recorded. Later
   * calls do nothing.
   */
  end(outcome: RunOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    const { instruments, clock, slo, open } = this.#context;
    const { labels } = this.#rates;
    open.delete(this);
    this.#queue?.close();
    const seconds = (clock.monotonicMs() - this.#beganMs) / 1_000;
    this.#rates.activeRuns--;
    instruments.activeRuns.add(-1, labels);
    const perSecond = (samples: number) => (seconds > 0 ? samples / seconds : 0);
    instruments.runThroughput.set(perSecond(this.#completed), labels);
    if (slo !== undefined) instruments.runGoodput.set(perSecond(this.#withinSlo), labels);
    orRefused(instruments.runDuration, () => {
      const { ok } = outcome;
      const of = { ...labels, outcome: typeof ok === 'boolean' ? (ok ? 'ok' : 'failed') : (ok as never) } as const;
      instruments.runs.add(1, of);
      instruments.runDuration.record(seconds, of);
    });
  }

  #promptsOf(given: unknown): PromptMetrics {
    const { instruments, names, slo } = this.#context;
    const { labels } = this.#rates;
    const name = names.promptCategory(given);
    let prompts = this.#prompts.get(name);
    if (prompts === undefined) {
      const of = name === undefined ? labels : { ...labels, prompt_category: name };
      prompts = new PromptMetrics(instruments, of, slo !== undefined);
      this.#prompts.set(name, prompts);
    }
    // Adds nothing, and lets the engine count what is no name.
    if (isNoName(given)) instruments.samples.add(0, { ...labels, prompt_category: given as string, outcome: 'ok' });
    return prompts;
  }
}

/** A request of a run that has ended: nothing would count it out again. */
const unrecorded: QueuedRequest = { dequeued: () => {}, done: () => {} };

const noScore: FScore = { precision: Number.NaN, recall: Number.NaN, f1: Number.NaN };
