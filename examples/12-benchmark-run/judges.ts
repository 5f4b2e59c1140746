/** Evaluates generated videos: a classifier of subjects and a detector of motion. */
import { type Frame, model, size, subjects } from './generator.ts';

/**
 * Returns the probability of each subject.
 *
 * The feature is the share of a frame's gradients along its rows, compared with the share of a noiseless drawing. Noise
 * has about the same share as a disc.
 */
export function classify(frame: Frame): number[] {
  const along = shareAlongRows(frame);
  const likelihoods = prototypes.map((prototype) => Math.exp(-(((along - prototype) / 0.15) ** 2)));
  const sum = likelihoods.reduce((total, likelihood) => total + likelihood, 0);
  return likelihoods.map((likelihood) => likelihood / sum);
}

/** Reports whether a video shows motion, by the mean change of its pixels between frames. */
export function moves(frames: readonly Frame[]): boolean {
  let change = 0;
  for (const [index, frame] of frames.slice(1).entries()) {
    const before = frames[index] as Frame;
    for (let pixel = 0; pixel < frame.length; pixel++) {
      change += Math.abs((frame[pixel] as number) - (before[pixel] as number));
    }
  }
  return change / (frames.length - 1) / size ** 2 > 0.015;
}

function shareAlongRows(frame: Frame): number {
  let along = 0;
  let across = 0;
  for (let y = 0; y < size - 1; y++) {
    for (let x = 0; x < size - 1; x++) {
      const here = frame[y * size + x] as number;
      along += ((frame[y * size + x + 1] as number) - here) ** 2;
      across += ((frame[(y + 1) * size + x] as number) - here) ** 2;
    }
  }
  return along / (along + across);
}

/** Reference drawings of the classifier, without noise. */
const reference = model('sharp', 0);
const prototypes = subjects.map((subject) => {
  const [frame] = reference.generate({ subject, speed: 0 });
  return shareAlongRows(frame as Frame);
});
