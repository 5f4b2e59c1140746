/** Precision, recall and F1 of binary predictions. */
import { isCount } from '../kit/refusal.js';

/** One prediction with its ground truth. */
export interface TestResult {
  /** Ground truth. */
  readonly expected: boolean;
  /** Prediction. */
  readonly actual: boolean;
}

/** Confusion matrix of binary predictions. */
export interface PredictionCounts {
  /** Number of positive predictions that are correct. */
  readonly truePositives: number;
  /** Number of positive predictions that are wrong. */
  readonly falsePositives: number;
  /** Number of negative predictions that are wrong. */
  readonly falseNegatives: number;
  /** Number of negative predictions that are correct; 0 by default. Does not affect the scores. */
  readonly trueNegatives?: number;
}

/** Scores of binary predictions, each from 0 to 1. */
export interface FScore {
  /** Share of positive predictions that are correct. */
  readonly precision: number;
  /** Share of actual positives that were predicted. */
  readonly recall: number;
  /** Harmonic mean of precision and recall. */
  readonly f1: number;
}

/** Scores of one evaluation and its time. */
export interface EvaluatedFScore extends FScore {
  /** Time of the evaluation, milliseconds since 1970-01-01 UTC. */
  readonly timeUnixMs: number;
}

/**
 * Returns precision, recall and F1 of counts or of single results. A score with a denominator of 0 is 0. All scores are
 * NaN if a count is not a whole number of 0 or more, a result is not boolean, or the predictions cannot be read.
 *
 * @example
 * import { fScore } from 'otelier/packs/benchmark';
 * fScore({ truePositives: 6, falsePositives: 2, falseNegatives: 4 }); // { precision: 0.75, recall: 0.6, f1: 2 / 3 }
 * fScore([{ expected: true, actual: false }]); // { precision: 0, recall: 0, f1: 0 }
 */
export function fScore(predictions: PredictionCounts | Iterable<TestResult>): FScore {
  try {
    return scoreOf(countPredictions(predictions));
  } catch {
    return scoreOf(invalidCounts);
  }
}

/** Returns the scores of valid counts; NaN for `invalidCounts`. */
export function scoreOf({ truePositives, falsePositives, falseNegatives }: Required<PredictionCounts>): FScore {
  return {
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

/**
 * Returns the counts of predictions, or `invalidCounts` if a count is not a whole number of 0 or more or a result is not
 * boolean.
 *
 * @throws if the predictions cannot be read.
 */
export function countPredictions(predictions: PredictionCounts | Iterable<TestResult>): Required<PredictionCounts> {
  const counts = Symbol.iterator in predictions ? countResults(predictions) : predictions;
  const { truePositives, falsePositives, falseNegatives, trueNegatives = 0 } = counts;
  const all = { truePositives, falsePositives, falseNegatives, trueNegatives };
  return Object.values(all).every(isCount) ? all : invalidCounts;
}

/** Replaces counts that are invalid. */
export const invalidCounts: Required<PredictionCounts> = {
  truePositives: Number.NaN,
  falsePositives: Number.NaN,
  falseNegatives: Number.NaN,
  trueNegatives: Number.NaN,
};

function countResults(results: Iterable<TestResult>): PredictionCounts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (const { expected, actual } of results) {
    if (typeof expected !== 'boolean' || typeof actual !== 'boolean') return invalidCounts;
    if (actual) counts[expected ? 'truePositives' : 'falsePositives']++;
    else counts[expected ? 'falseNegatives' : 'trueNegatives']++;
  }
  return counts;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
