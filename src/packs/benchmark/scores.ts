/** Scores of generated videos and images that follow from what a network said of them. */

/** Probabilities that do not add up to 1 within this are none. */
const tolerance = 1e-3;

/**
 * The inception score: `exp` of the mean Kullback-Leibler divergence of each sample's class probabilities from those of
 * all samples together. From 1, where no sample differs from the others, to the number of classes.
 *
 * Salimans et al., "Improved Techniques for Training GANs", 2016, arXiv:1606.03498. Over all samples at once: where
 * published scores are means over splits, take the mean of one call for each split.
 *
 * @param probabilities of each sample, those of each class: what a softmax returns.
 * @returns NaN where there is no sample, or one has other classes or probabilities that are none.
 *
 * @example
 * import { inceptionScore } from 'otelier/packs/benchmark';
 * inceptionScore([[1, 0], [0, 1]]); // 2: each sample is clearly of a class, and both classes occur
 * inceptionScore([[0.5, 0.5], [0.5, 0.5]]); // 1
 */
export function inceptionScore(probabilities: ArrayLike<ArrayLike<number>>): number {
  const samples = Array.from(probabilities);
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
  // Rounding may bring it just below 0, which it cannot be.
  return Math.exp(Math.max(0, divergence / samples.length));
}

/**
 * The temporal consistency of one video: the mean cosine similarity of the embeddings of frames that follow one
 * another, from 0 to 1. A negative similarity counts as 0, as in the consistency scores of VBench.
 *
 * Huang et al., "VBench: Comprehensive Benchmark Suite for Video Generative Models", CVPR 2024, arXiv:2311.17982, whose
 * scores compare each frame with the first one, too; this one does not.
 *
 * @param embeddings of each frame in its order: what a network such as CLIP or DINO returns, all of one length.
 * @returns NaN where there are fewer than two frames, or one whose embedding has another length, no direction, or
 * numbers that are not finite.
 *
 * @example
 * import { temporalConsistency } from 'otelier/packs/benchmark';
 * temporalConsistency([[1, 0], [1, 0], [0, 1]]); // 0.5
 */
export function temporalConsistency(embeddings: ArrayLike<ArrayLike<number>>): number {
  const pairs = embeddings.length - 1;
  if (!(pairs >= 1)) return Number.NaN;
  let sum = 0;
  for (let frame = 0; frame < pairs; frame++) {
    sum += similarity(embeddings[frame] as ArrayLike<number>, embeddings[frame + 1] as ArrayLike<number>);
  }
  return sum / pairs;
}

/** Cosine of the angle between two vectors, 0 to 1; NaN when they have none. */
function similarity(one: ArrayLike<number>, other: ArrayLike<number>): number {
  if (one.length !== other.length) return Number.NaN;
  let product = 0;
  let oneSquared = 0;
  let otherSquared = 0;
  for (let index = 0; index < one.length; index++) {
    const [a, b] = [one[index] as number, other[index] as number];
    product += a * b;
    oneSquared += a * a;
    otherSquared += b * b;
  }
  return Math.min(1, Math.max(0, product / Math.sqrt(oneSquared) / Math.sqrt(otherSquared)));
}

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
