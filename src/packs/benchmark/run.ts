/** One run of a benchmark. All its measurements carry the attributes of its target. */
import type { VerbGuard } from '../../catalogue/pack.js';
import { eventOf, refuse } from '../kit/refusal.js';
import type { ApiCall, QueuedRequest, RunOutcome, Sample, Scores } from './events.js';
import {
  countPredictions,
  type EvaluatedFScore,
  invalidCounts,
  type PredictionCounts,
  scoreOf,
  type TestResult,
} from './f-score.js';
import { isWithin } from './goodput.js';
import { isInvalidName, type ModelNames } from './names.js';
import { PromptMetrics } from './prompts.js';
import type { RunState, RunStateContext } from './run-state.js';
import { ApiMetrics } from './serving.js';

type Predictions = PredictionCounts | Iterable<TestResult>;

/** State that all runs share. */
export interface RunContext extends RunStateContext {
  readonly guard: VerbGuard;
  readonly names: ModelNames;
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
  readonly #state: RunState;
  /** Keyed by the recorded name of the category. */
  readonly #prompts = new Map<string | undefined, PromptMetrics>();
  /** `fScore` with a fallback, because it returns a value that callers destructure. */
  readonly #guardedScore: (predictions: Predictions, options: Pick<Scores, 'promptCategory'>) => EvaluatedFScore;
  #api: ApiMetrics | undefined;

  constructor(context: RunContext, state: RunState) {
    this.#context = context;
    this.#state = state;
    this.#guardedScore = context.guard.verb(
      'BenchmarkRun.fScore',
      (predictions: Predictions, options: Pick<Scores, 'promptCategory'>) => this.#recordScore(predictions, options),
      () => this.#evaluated(invalidCounts),
    );
  }

  /** Records one sample: count, latency, outputs, scores, and whether it is within the SLO. */
  sample(sample: Sample): void {
    const { latencySeconds, ok, promptCategory, firstOutputSeconds, outputs, temporalConsistency } = eventOf(sample);
    const { slo } = this.#context;
    const nowMs = this.#state.touch();
    const prompts = this.#prompts.get(promptCategory) ?? this.#promptsOf(promptCategory);
    prompts.sample(latencySeconds, ok, firstOutputSeconds, outputs);
    if (temporalConsistency !== undefined) prompts.consistency(temporalConsistency);
    if (typeof ok !== 'boolean') return;
    const within = slo !== undefined && ok && isWithin(slo, latencySeconds, firstOutputSeconds, outputs);
    if (within) prompts.withinSlo();
    this.#state.sample(nowMs, ok, within);
  }

  /** Records scores of an evaluation of many samples. */
  score(scores: Scores): void {
    const { promptCategory, fvd, inceptionScore, temporalConsistency } = eventOf(scores);
    this.#state.touch();
    this.#promptsOf(promptCategory).score(fvd, inceptionScore, temporalConsistency);
  }

  /**
   * Records evaluated predictions, such as those of a classifier or a detector, and returns their scores and the time. A score with a
   * denominator of 0 is 0. All scores are NaN, and nothing is recorded, if the predictions are invalid or unreadable.
   */
  fScore(
    predictions: PredictionCounts | Iterable<TestResult>,
    options: Pick<Scores, 'promptCategory'> = {},
  ): EvaluatedFScore {
    return this.#guardedScore(predictions, options);
  }

  /** Records one call of the API under test. */
  apiCall(call: ApiCall): void {
    const { responseSeconds, ok } = eventOf(call);
    const { rates } = this.#state;
    const nowMs = this.#state.touch();
    this.#api ??= new ApiMetrics(this.#context.instruments, rates.attributes);
    this.#api.record(responseSeconds, ok);
    if (typeof ok === 'boolean') rates.calls.add(nowMs, 1, ok ? 0 : 1);
  }

  /**
   * Records that a request begins to wait, and returns its handle. After the run has ended, the handle is inert. A request
   * whose handle is garbage-collected, or not used for `abandonedAfterMs`, is counted as abandoned and leaves the queue.
   */
  queued(): QueuedRequest {
    const isOpen = this.#context.open.has(this.#state);
    this.#state.touch();
    return isOpen ? this.#state.queued() : inertRequest;
  }

  /**
   * Ends the run: records its duration, throughput and goodput, and removes its open requests from the queue metrics. The
   * wait of a request that was never dequeued is unknown and not recorded. A run with an unreadable outcome ends, too, but
   * is not counted by outcome. Later calls do nothing.
   */
  end(outcome: RunOutcome): void {
    this.#state.end(outcome);
  }

  #recordScore(predictions: Predictions, options: Pick<Scores, 'promptCategory'>): EvaluatedFScore {
    const { promptCategory } = eventOf(options);
    const counts = countPredictions(eventOf(predictions));
    const score = this.#evaluated(counts);
    this.#state.touch();
    if (counts !== invalidCounts) this.#promptsOf(promptCategory).predictions(counts, score);
    // Predictions are recorded as a whole or not at all; the engine counts the rejection.
    else refuse(this.#context.instruments.predictions);
    return score;
  }

  #evaluated(counts: Required<PredictionCounts>): EvaluatedFScore {
    return { ...scoreOf(counts), timeUnixMs: this.#context.clock.nowUnixMs() };
  }

  #promptsOf(given: unknown): PromptMetrics {
    const { instruments, names, slo } = this.#context;
    const { attributes } = this.#state.rates;
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
