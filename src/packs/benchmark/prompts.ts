/** What a run records of one category of prompts, through instruments that are bound once. */
import type { BoundCounter, BoundGauge, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import { isAmount, refuse } from '../kit/refusal.js';
import type { FScore, PredictionCounts } from './f-score.js';
import { perOutput } from './goodput.js';
import type { BenchmarkDefinitions } from './metrics.js';
import type { TargetLabels } from './rates.js';

/** A target, and a category of prompts where there is one. */
interface PromptLabels extends TargetLabels {
  readonly prompt_category?: string;
}

const predictionResults = {
  truePositives: 'true_positive',
  falsePositives: 'false_positive',
  falseNegatives: 'false_negative',
  trueNegatives: 'true_negative',
} as const satisfies Record<keyof PredictionCounts, string>;

/** The metrics of one category of prompts of a run; those of no category are one, too. */
export class PromptMetrics {
  readonly #instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly #labels: PromptLabels;
  #ok: OutcomeMetrics | undefined;
  #failed: OutcomeMetrics | undefined;
  readonly #withinSlo: BoundCounter;
  readonly #hasSlo: boolean;
  readonly #outputs: BoundCounter;
  readonly #timeToFirstOutput: BoundHistogram;
  readonly #timePerOutput: BoundHistogram;
  readonly #normalizedTimePerOutput: BoundHistogram;
  readonly #consistency: BoundGauge;
  readonly #consistencies: BoundHistogram;
  #consistencySum = 0;
  #consistencyCount = 0;

  constructor(instruments: InstrumentsOf<BenchmarkDefinitions>, labels: PromptLabels, hasSlo: boolean) {
    this.#instruments = instruments;
    this.#labels = labels;
    this.#hasSlo = hasSlo;
    this.#withinSlo = instruments.samplesWithinSlo.bind(labels);
    this.#outputs = instruments.outputs.bind(labels);
    this.#timeToFirstOutput = instruments.timeToFirstOutput.bind(labels);
    this.#timePerOutput = instruments.timePerOutput.bind(labels);
    this.#normalizedTimePerOutput = instruments.normalizedTimePerOutput.bind(labels);
    this.#consistency = instruments.temporalConsistency.bind(labels);
    this.#consistencies = instruments.temporalConsistencyDistribution.bind(labels);
  }

  /** Records a sample. A value that is none is refused, and the rest of the sample counts. */
  sample(latency: number, ok: boolean, firstOutput: number | undefined, outputs: number | undefined): void {
    this.#ended(latency, ok);
    if (firstOutput !== undefined) this.#timeToFirstOutput.record(firstOutput);
    if (outputs === undefined) return;
    this.#outputs.add(outputs);
    // What failed has not generated all of it in all of the time.
    if (ok !== true || !isAmount(latency) || !isAmount(outputs) || outputs === 0) return;
    this.#normalizedTimePerOutput.record(latency / outputs);
    const each = perOutput(latency, firstOutput, outputs);
    if (each !== undefined && outputs > 1) this.#timePerOutput.record(each);
  }

  /** Counts a sample that is within the SLO. */
  withinSlo(): void {
    this.#withinSlo.add(1);
  }

  /** Records the consistency of a video, and the mean of those so far. */
  consistency(given: number): void {
    const value = consistencyOf(given);
    this.#consistencies.record(value);
    if (!isAmount(value)) return;
    this.#consistencySum += value;
    this.#consistencyCount++;
    this.#consistency.set(this.#consistencySum / this.#consistencyCount);
  }

  /** Records scores of all that was generated; what is no score is refused. */
  score(fvd: number | undefined, inceptionScore: number | undefined, consistency: number | undefined): void {
    const instruments = this.#instruments;
    const labels = this.#labels;
    if (isAmount(fvd)) {
      instruments.fvd.set(fvd, labels);
      instruments.fvdDistribution.record(fvd, labels);
    } else if (fvd !== undefined) refuse(instruments.fvdDistribution, fvd);
    if (inceptionScore !== undefined) {
      const score = inceptionScoreOf(inceptionScore);
      if (isAmount(score)) instruments.inceptionScore.set(score, labels);
      instruments.inceptionScoreDistribution.record(score, labels);
    }
    if (consistency === undefined) return;
    const similarity = consistencyOf(consistency);
    if (isAmount(similarity)) this.#consistency.set(similarity);
    else refuse(instruments.temporalConsistencyDistribution, similarity);
  }

  /** Records predictions that were evaluated, and the scores that follow from them. */
  predictions(counts: Required<PredictionCounts>, { precision, recall, f1 }: FScore): void {
    const { predictions, precision: precisions, recall: recalls, f1: f1s } = this.#instruments;
    for (const [key, result] of Object.entries(predictionResults)) {
      predictions.add(counts[key as keyof PredictionCounts], { ...this.#labels, result });
    }
    precisions.set(precision, this.#labels);
    recalls.set(recall, this.#labels);
    f1s.set(f1, this.#labels);
  }

  #ended(seconds: number, ok: boolean): void {
    // All at the first sample: a share of nothing that failed, or was in time, is 0, not nothing.
    if (this.#ok === undefined && this.#hasSlo) this.#withinSlo.add(0);
    this.#ok ??= outcomeMetrics(this.#instruments, this.#labels, 'ok');
    this.#failed ??= outcomeMetrics(this.#instruments, this.#labels, 'failed');
    if (typeof ok === 'boolean') {
      const { samples, latency } = ok ? this.#ok : this.#failed;
      samples.add(1);
      latency.record(seconds);
      return;
    }
    // What neither succeeded nor failed is left to the engine, which counts it.
    const of = { ...this.#labels, outcome: ok as 'ok' };
    this.#instruments.samples.add(1, of);
    this.#instruments.latency.record(seconds, of);
  }
}

/** Beyond its range by so little, a score was rounded: those of networks are computed with 24 bits. */
const rounding = 1e-5;

/** A consistency as it is recorded: NaN above 1, which the engine would take; what else is none the engine refuses. */
function consistencyOf(given: number): number {
  if (!isAmount(given) || given <= 1) return given;
  return given <= 1 + rounding ? 1 : Number.NaN;
}

/** An inception score as it is recorded: NaN from 0 to below 1, which the engine would take. */
function inceptionScoreOf(given: number): number {
  if (!isAmount(given) || given >= 1) return given;
  return given >= 1 - rounding ? 1 : Number.NaN;
}

/** What is recorded of a sample by whether it succeeded. */
interface OutcomeMetrics {
  readonly samples: BoundCounter;
  readonly latency: BoundHistogram;
}

function outcomeMetrics(
  { samples, latency }: InstrumentsOf<BenchmarkDefinitions>,
  labels: PromptLabels,
  outcome: 'ok' | 'failed',
): OutcomeMetrics {
  const of = { ...labels, outcome };
  samples.add(0, of);
  return { samples: samples.bind(of), latency: latency.bind(of) };
}
