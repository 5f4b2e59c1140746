/** What looks at generated videos: a classifier of what they show, and a detector of motion. */
import { type Frame, model, size, subjects } from './generator.ts';

/**
 * The probability of each subject: how near the gradients of a frame lie to those of a subject that is drawn well.
 *
 * A frame is told by the share of its gradients that runs along its rows; noise has as much of it as a disc.
 */
export function classify(frame: Frame): number[] {
  const along = shareAlongRows(frame);
  const likelihoods = prototypes.map((prototype) => Math.exp(-(((along - prototype) / 0.15) ** 2)));
  const sum = likelihoods.reduce((total, likelihood) => total + likelihood, 0);
  return likelihoods.map((likelihood) => likelihood / sum);
}

/** Whether a video moves: how much its pixels change from frame to frame. */
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

/** What the classifier has learned, of frames without noise. */
const teacher = model('sharp', 0);
const prototypes = subjects.map((subject) => {
  const [frame] = teacher.generate({ subject, speed: 0 });
  return shareAlongRows(frame as Frame);
});
