/** One run of a benchmark. All its measurements carry the attributes of its target. */
import type { InstrumentsOf } from '../../catalogue/instruments.js';
import type { VerbGuard } from '../../catalogue/pack.js';
import type { Clock } from '../../model/clock.js';
import { refuse } from '../kit/refusal.js';
import type { ApiCall, QueuedRequest, RunOutcome, Sample, Scores } from './events.js';
import {
  countPredictions,
  type FScore,
  invalidCounts,
  type PredictionCounts,
  scoreOf,
  type TestResult,
} from './f-score.js';
import { isWithin, type Slo } from './goodput.js';
import type { BenchmarkDefinitions } from './metrics.js';
import { isInvalidName, type ModelNames } from './names.js';
import { PromptMetrics } from './prompts.js';
import type { TargetRates } from './rates.js';
import { ApiMetrics, QueueMetrics } from './serving.js';

type Predictions = PredictionCounts | Iterable<TestResult>;

/** State that all runs share. */
export interface RunContext {
  readonly instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly clock: Clock;
  readonly guard: VerbGuard;
  readonly names: ModelNames;
  readonly slo: Slo | undefined;
  /** Runs that have not ended. */
  readonly open: Set<BenchmarkRun>;
}

/**
 * A run in progress.
 *
 * No verb throws. The engine rejects an invalid value and counts it by reason in `metrics.status().rejected`; the rest of
 * the event is recorded. An event that cannot be read, because it is not an object or a property throws, is dropped as a
 * whole and counted as `event_unreadable`.
 */
export class BenchmarkRun {
  readonly #context: RunContext;
  readonly #rates: TargetRates;
  readonly #startMs: number;
  /** Keyed by the recorded name of the category. */
  readonly #prompts = new Map<string | undefined, PromptMetrics>();
  /** `fScore` with a fallback, because it returns a value that callers destructure. */
  readonly #guardedScore: (predictions: Predictions, options: Pick<Scores, 'promptCategory'>) => FScore;
  #api: ApiMetrics | undefined;
  #queue: QueueMetrics | undefined;
  #completed = 0;
  #withinSlo = 0;
  #ended = false;

  constructor(context: RunContext, rates: TargetRates) {
    this.#context = context;
    this.#rates = rates;
    this.#startMs = context.clock.monotonicMs();
    this.#guardedScore = context.guard.verb(
      'BenchmarkRun.fScore',
      (predictions: Predictions, options: Pick<Scores, 'promptCategory'>) => this.#recordScore(predictions, options),
      () => scoreOf(invalidCounts),
    );
    context.instruments.activeRuns.add(1, rates.attributes);
    context.open.add(this);
  }

  /** Records one sample: count, latency, outputs, scores, and whether it is within the SLO. */
  sample(sample: Sample): void {
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
  }

  /** Records scores of an evaluation of many samples. */
  score(scores: Scores): void {
    const { promptCategory, fvd, inceptionScore, temporalConsistency } = scores;
    this.#promptsOf(promptCategory).score(fvd, inceptionScore, temporalConsistency);
  }

  /**
   * Records evaluated predictions, such as those of a classifier or a detector, and returns their scores. A score with a
   * denominator of 0 is 0. All scores are NaN, and nothing is recorded, if the predictions are invalid or unreadable.
   */
  fScore(predictions: PredictionCounts | Iterable<TestResult>, options: Pick<Scores, 'promptCategory'> = {}): FScore {
    return this.#guardedScore(predictions, options);
  }

  /** Records one call of the API under test. */
  apiCall(call: ApiCall): void {
    const { responseSeconds, ok } = call;
    const { instruments, clock } = this.#context;
    this.#api ??= new ApiMetrics(instruments, this.#rates.attributes);
    this.#api.record(responseSeconds, ok);
    if (typeof ok === 'boolean') this.#rates.calls.add(clock.monotonicMs(), 1, ok ? 0 : 1);
  }

  /** Records that a request begins to wait, and returns its handle. After the run has ended, the handle is inert. */
  queued(): QueuedRequest {
    if (this.#ended) return inertRequest;
    this.#queue ??= new QueueMetrics(this.#context.instruments, this.#rates.attributes, this.#context.clock);
    return this.#queue.queued();
  }

  /**
   * Ends the run: records its duration, throughput and goodput, and removes its open requests from the queue metrics. The
   * wait of a request that was never dequeued is unknown and not recorded. A run with an unreadable outcome ends, too, but
   * is not counted by outcome. Later calls do nothing.
   */
  end(outcome: RunOutcome): void {
    if (this.#ended) return;
    this.#ended = true;
    const { instruments, clock, slo, open } = this.#context;
    const { attributes } = this.#rates;
    open.delete(this);
    this.#queue?.close();
    const seconds = (clock.monotonicMs() - this.#startMs) / 1_000;
    this.#rates.activeRuns--;
    instruments.activeRuns.add(-1, attributes);
    const perSecond = (samples: number) => (seconds > 0 ? samples / seconds : 0);
    instruments.runThroughput.set(perSecond(this.#completed), attributes);
    if (slo !== undefined) instruments.runGoodput.set(perSecond(this.#withinSlo), attributes);
    // Read last, because reading may throw.
    const { ok } = outcome;
    const withOutcome = { ...attributes, outcome: typeof ok === 'boolean' ? (ok ? 'ok' : 'failed') : ok } as const;
    instruments.runs.add(1, withOutcome);
    instruments.runDuration.record(seconds, withOutcome);
  }

  #recordScore(predictions: Predictions, { promptCategory }: Pick<Scores, 'promptCategory'>): FScore {
    const counts = countPredictions(predictions);
    const score = scoreOf(counts);
    if (counts !== invalidCounts) this.#promptsOf(promptCategory).predictions(counts, score);
    // Predictions are recorded as a whole or not at all; the engine counts the rejection.
    else refuse(this.#context.instruments.predictions);
    return score;
  }

  #promptsOf(given: unknown): PromptMetrics {
    const { instruments, names, slo } = this.#context;
    const { attributes } = this.#rates;
    const name = names.promptCategory(given);
    let prompts = this.#prompts.get(name);
    if (prompts === undefined) {
      const withCategory = name === undefined ? attributes : { ...attributes, prompt_category: name };
      prompts = new PromptMetrics(instruments, withCategory, slo !== undefined);
      this.#prompts.set(name, prompts);
    }
    // Adds 0 to the sum; its purpose is that the engine counts the invalid name.
    if (isInvalidName(given))
      instruments.samples.add(0, { ...attributes, prompt_category: given as string, outcome: 'ok' });
    return prompts;
  }
}

/** Handle of a request that is not recorded. */
const inertRequest: QueuedRequest = { dequeued: () => {}, done: () => {} };
