/** Scores of generated videos and images, computed from the outputs of a neural network. */

/** Maximum deviation of a sum of probabilities from 1. */
const tolerance = 1e-3;

/**
 * Returns the inception score: `exp` of the mean Kullback-Leibler divergence of each sample's class probabilities from
 * the mean probabilities of all samples. Ranges from 1, if all samples are alike, to the number of classes.
 *
 * Defined by Salimans et al., "Improved Techniques for Training GANs", 2016, arXiv:1606.03498. Covers all samples at once:
 * to compare with published means over splits, call it for each split and take the mean.
 *
 * @param probabilities class probabilities of each sample, as a softmax returns them.
 * @returns NaN without samples, or if samples differ in their number of classes or have invalid probabilities.
 *
 * @example
 * import { inceptionScore } from 'otelier/packs/benchmark';
 * inceptionScore([[1, 0], [0, 1]]); // 2: each sample is certain, and both classes occur
 * inceptionScore([[0.5, 0.5], [0.5, 0.5]]); // 1
 */
export function inceptionScore(probabilities: ArrayLike<ArrayLike<number>>): number {
  const samples = Array.from(probabilities ?? []);
  const classes = samples[0]?.length ?? 0;
  if (classes === 0 || !samples.every((sample) => isDistribution(sample, classes))) return Number.NaN;

  const marginal = new Float64Array(classes);
  for (const sample of samples) {
    for (let index = 0; index < classes; index++)
      marginal[index] = (marginal[index] as number) + (sample[index] as number) / samples.length;
  }
  let divergence = 0;
  for (const sample of samples) {
    for (let index = 0; index < classes; index++) {
      const probability = sample[index] as number;
      // The limit of p log p at 0 is 0.
      if (probability > 0) divergence += probability * Math.log(probability / (marginal[index] as number));
    }
  }
  // Rounding may give a small negative divergence, which is mathematically impossible.
  return Math.exp(Math.max(0, divergence / samples.length));
}

/**
 * Returns the temporal consistency of one video: the mean cosine similarity of the embeddings of consecutive frames,
 * from 0 to 1. A negative similarity counts as 0, as in the consistency scores of VBench.
 *
 * VBench (Huang et al., "VBench: Comprehensive Benchmark Suite for Video Generative Models", CVPR 2024, arXiv:2311.17982)
 * also compares each frame with the first frame; this function does not.
 *
 * @param embeddings of the frames in order, as a network such as CLIP or DINO returns them, all of equal length.
 * @returns NaN for fewer than two frames, or if embeddings differ in length, are zero vectors, or are not finite.
 *
 * @example
 * import { temporalConsistency } from 'otelier/packs/benchmark';
 * temporalConsistency([[1, 0], [1, 0], [0, 1]]); // 0.5
 */
export function temporalConsistency(embeddings: ArrayLike<ArrayLike<number>>): number {
  const pairs = (embeddings?.length ?? 0) - 1;
  if (!(pairs >= 1)) return Number.NaN;
  let sum = 0;
  for (let frame = 0; frame < pairs; frame++) {
    sum += similarity(embeddings[frame] as ArrayLike<number>, embeddings[frame + 1] as ArrayLike<number>);
  }
  return sum / pairs;
}

/** Returns the cosine of the angle between two vectors, 0 to 1; NaN for zero vectors or different lengths. */
function similarity(first: ArrayLike<number>, second: ArrayLike<number>): number {
  if (first.length !== second.length) return Number.NaN;
  let product = 0;
  let firstSquared = 0;
  let secondSquared = 0;
  for (let index = 0; index < first.length; index++) {
    const [a, b] = [first[index] as number, second[index] as number];
    product += a * b;
    firstSquared += a * a;
    secondSquared += b * b;
  }
  return Math.min(1, Math.max(0, product / Math.sqrt(firstSquared) / Math.sqrt(secondSquared)));
}

/** Reports whether a sample has a probability for each class and they add up to 1. */
function isDistribution(sample: ArrayLike<number>, classes: number): boolean {
  if (sample.length !== classes) return false;
  let sum = 0;
  for (let index = 0; index < classes; index++) {
    const probability = sample[index] as number;
    if (!(probability >= 0)) return false;
    sum += probability;
  }
  return Math.abs(sum - 1) <= tolerance;
}
