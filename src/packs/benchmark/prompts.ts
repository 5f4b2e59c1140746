/** Records samples and scores of one prompt category of a run through instruments that are bound once. */
import type { BoundCounter, BoundGauge, BoundHistogram, InstrumentsOf } from '../../catalogue/instruments.js';
import { amountOf, isAmount, isCount, wholeOf } from '../kit/refusal.js';
import type { EvaluatedFScore, PredictionCounts } from './f-score.js';
import { perOutput } from './goodput.js';
import type { BenchmarkDefinitions } from './metrics.js';
import type { TargetAttributes } from './rates.js';

/** Attributes of a target and, if given, of a prompt category. */
interface PromptAttributes extends TargetAttributes {
  readonly prompt_category?: string;
}

const predictionResults = {
  truePositives: 'true_positive',
  falsePositives: 'false_positive',
  falseNegatives: 'false_negative',
  trueNegatives: 'true_negative',
} as const satisfies Record<keyof PredictionCounts, string>;

/** Metrics of one prompt category of a run, or of the samples without a category. */
export class PromptMetrics {
  readonly #instruments: InstrumentsOf<BenchmarkDefinitions>;
  readonly #attributes: PromptAttributes;
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

  constructor(instruments: InstrumentsOf<BenchmarkDefinitions>, attributes: PromptAttributes, hasSlo: boolean) {
    this.#instruments = instruments;
    this.#attributes = attributes;
    this.#hasSlo = hasSlo;
    this.#withinSlo = instruments.samplesWithinSlo.bind(attributes);
    this.#outputs = instruments.outputs.bind(attributes);
    this.#timeToFirstOutput = instruments.timeToFirstOutput.bind(attributes);
    this.#timePerOutput = instruments.timePerOutput.bind(attributes);
    this.#normalizedTimePerOutput = instruments.normalizedTimePerOutput.bind(attributes);
    this.#consistency = instruments.temporalConsistency.bind(attributes);
    this.#consistencies = instruments.temporalConsistencyDistribution.bind(attributes);
  }

  /** Records a sample. The engine rejects and counts invalid values; the rest of the sample is recorded. */
  sample(latency: number, ok: boolean, firstOutput: number | undefined, outputs: number | undefined): void {
    this.#recordOutcome(latency, ok);
    // No output is later than the end.
    if (firstOutput !== undefined) {
      this.#timeToFirstOutput.record(amountOf(firstOutput, isAmount(latency) ? latency : undefined));
    }
    if (outputs === undefined) return;
    this.#outputs.add(wholeOf(outputs));
    // A failed sample stopped early, so its time per output is not comparable.
    if (ok !== true || !isAmount(latency) || !isCount(outputs) || outputs === 0) return;
    this.#normalizedTimePerOutput.record(latency / outputs);
    const each = perOutput(latency, firstOutput, outputs);
    if (each !== undefined && outputs > 1) this.#timePerOutput.record(each);
  }

  /** Counts a sample that is within the SLO. */
  withinSlo(): void {
    this.#withinSlo.add(1);
  }

  /** Records the consistency of one video and the mean of all videos so far. */
  consistency(given: number): void {
    const value = consistencyOf(given);
    this.#consistencies.record(amountOf(value));
    if (!isAmount(value)) return;
    this.#consistencySum += value;
    this.#consistencyCount++;
    this.#consistency.set(this.#consistencySum / this.#consistencyCount);
  }

  /** Records scores of an evaluation. The engine rejects and counts invalid scores. */
  score(fvd: number | undefined, inceptionScore: number | undefined, consistency: number | undefined): void {
    const instruments = this.#instruments;
    const attributes = this.#attributes;
    // Histograms reject negative scores, gauges do not.
    if (fvd !== undefined) {
      if (isAmount(fvd)) instruments.fvd.set(fvd, attributes);
      instruments.fvdDistribution.record(amountOf(fvd), attributes);
    }
    if (inceptionScore !== undefined) {
      const score = inceptionScoreOf(inceptionScore);
      if (isAmount(score)) instruments.inceptionScore.set(score, attributes);
      instruments.inceptionScoreDistribution.record(amountOf(score), attributes);
    }
    if (consistency !== undefined) {
      const score = consistencyOf(consistency);
      if (isAmount(score)) this.#consistency.set(score);
      // The distribution holds single videos only, and counts an invalid score.
      else this.#consistencies.record(amountOf(score));
    }
  }

  /** Records evaluated predictions and their scores. */
  predictions(counts: Required<PredictionCounts>, { precision, recall, f1, timeUnixMs }: EvaluatedFScore): void {
    const { predictions, precision: precisions, recall: recalls, f1: f1s, fScoreTime } = this.#instruments;
    for (const [key, result] of Object.entries(predictionResults)) {
      predictions.add(counts[key as keyof PredictionCounts], { ...this.#attributes, result });
    }
    precisions.set(precision, this.#attributes);
    recalls.set(recall, this.#attributes);
    f1s.set(f1, this.#attributes);
    fScoreTime.set(timeUnixMs / 1_000, this.#attributes);
  }

  #recordOutcome(seconds: number, ok: boolean): void {
    // All series start at the first sample, so that queries for a share return 0 instead of no result.
    if (this.#ok === undefined && this.#hasSlo) this.#withinSlo.add(0);
    this.#ok ??= outcomeMetrics(this.#instruments, this.#attributes, 'ok');
    this.#failed ??= outcomeMetrics(this.#instruments, this.#attributes, 'failed');
    if (typeof ok === 'boolean') {
      const { samples, latency } = ok ? this.#ok : this.#failed;
      samples.add(1);
      latency.record(amountOf(seconds));
      return;
    }
    // The engine replaces and counts an outcome that is not boolean.
    const attributes = { ...this.#attributes, outcome: ok as 'ok' };
    this.#instruments.samples.add(1, attributes);
    this.#instruments.latency.record(amountOf(seconds), attributes);
  }
}

/** Tolerance of the range of scores: neural networks compute with 24-bit precision. */
const tolerance = 1e-5;

/** Returns NaN for a consistency above 1, which the engine would accept. The engine rejects all other invalid values. */
function consistencyOf(given: number): number {
  if (!isAmount(given) || given <= 1) return given;
  return given <= 1 + tolerance ? 1 : Number.NaN;
}

/** Returns NaN for an inception score from 0 to below 1, which the engine would accept. */
function inceptionScoreOf(given: number): number {
  if (!isAmount(given) || given >= 1) return given;
  return given >= 1 - tolerance ? 1 : Number.NaN;
}

/** Instruments of one outcome of samples. */
interface OutcomeMetrics {
  readonly samples: BoundCounter;
  readonly latency: BoundHistogram;
}

function outcomeMetrics(
  { samples, latency }: InstrumentsOf<BenchmarkDefinitions>,
  attributes: PromptAttributes,
  outcome: 'ok' | 'failed',
): OutcomeMetrics {
  const withOutcome = { ...attributes, outcome };
  samples.add(0, withOutcome);
  return { samples: samples.bind(withOutcome), latency: latency.bind(withOutcome) };
}
