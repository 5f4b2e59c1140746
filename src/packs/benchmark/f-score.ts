/** Precision, recall and F1 of predictions that are yes or no. */
import { isAmount } from '../kit/refusal.js';

/** What a prediction said, and what is so. */
export interface TestResult {
  readonly expected: boolean;
  readonly actual: boolean;
}

/** Predictions by whether they were right. */
export interface PredictionCounts {
  /** Reported, and so. */
  readonly truePositives: number;
  /** Reported, and not so. */
  readonly falsePositives: number;
  /** Not reported, but so. */
  readonly falseNegatives: number;
  /** Neither reported nor so; changes none of the scores, and is 0 when left out. */
  readonly trueNegatives?: number;
}

/** How well predictions do, each from 0 to 1. */
export interface FScore {
  /** Share of what was reported that is so. */
  readonly precision: number;
  /** Share of what is so that was reported. */
  readonly recall: number;
  /** Their harmonic mean. */
  readonly f1: number;
}

/**
 * Precision, recall and F1 of counts or of single results. Each is 0 where it is undefined, because nothing was
 * reported or nothing was there to report; all are NaN where the counts are none, whatever is given instead.
 *
 * @example
 * import { fScore } from 'otelier/packs/benchmark';
 * fScore({ truePositives: 6, falsePositives: 2, falseNegatives: 4 }); // { precision: 0.75, recall: 0.6, f1: 2 / 3 }
 * fScore([{ expected: true, actual: false }]); // { precision: 0, recall: 0, f1: 0 }
 */
export function fScore(predictions: PredictionCounts | Iterable<TestResult>): FScore {
  const { truePositives, falsePositives, falseNegatives } = countPredictions(predictions);
  return {
    precision: share(truePositives, truePositives + falsePositives),
    recall: share(truePositives, truePositives + falseNegatives),
    f1: share(2 * truePositives, 2 * truePositives + falsePositives + falseNegatives),
  };
}

/** The counts; all of them NaN when one is none, a result is neither true nor false, or they cannot be read. */
export function countPredictions(predictions: PredictionCounts | Iterable<TestResult>): Required<PredictionCounts> {
  try {
    const counts = Symbol.iterator in predictions ? countResults(predictions) : predictions;
    const { truePositives, falsePositives, falseNegatives, trueNegatives = 0 } = counts;
    const all = { truePositives, falsePositives, falseNegatives, trueNegatives };
    return Object.values(all).every(isAmount) ? all : none;
  } catch {
    return none;
  }
}

const none = {
  truePositives: Number.NaN,
  falsePositives: Number.NaN,
  falseNegatives: Number.NaN,
  trueNegatives: Number.NaN,
};

function countResults(results: Iterable<TestResult>): PredictionCounts {
  const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0, trueNegatives: 0 };
  for (const { expected, actual } of results) {
    if (typeof expected !== 'boolean' || typeof actual !== 'boolean') return none;
    if (actual) counts[expected ? 'truePositives' : 'falsePositives']++;
    else counts[expected ? 'falseNegatives' : 'trueNegatives']++;
  }
  return counts;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
