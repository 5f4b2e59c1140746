/** Two toy models that generate short videos of one subject: the sharp model without noise, the noisy model with it. */

/** Subjects that the models can draw. */
export const subjects = ['disc', 'rows', 'columns'] as const;
export type Subject = (typeof subjects)[number];

/** Describes the video to generate. */
export interface Prompt {
  /** Subject of the video; the models draw only `subjects`. */
  readonly subject: string;
  /** Pixels that the subject moves per frame; 0 for a still subject. */
  readonly speed: number;
}

/** Brightness of each pixel, 0 to 1, row by row. */
export type Frame = Float32Array;

/** Width and height of a frame in pixels. */
export const size = 48;
const frames = 24;

/** A model under benchmark. */
export interface Model {
  readonly name: 'sharp' | 'noisy';
  /**
   * Generates a video frame by frame.
   *
   * @throws if the subject is unknown.
   */
  generate(prompt: Prompt): Generator<Frame, void, undefined>;
}

/** Creates a model that adds noise of this amplitude to its drawings. */
export function model(name: Model['name'], noise: number): Model {
  return {
    name,
    *generate({ subject, speed }) {
      const bright = drawings[subject as Subject];
      if (bright === undefined) throw new Error(`unknown subject "${subject}"`);
      // The same prompt has the same noise, so that runs are reproducible.
      const random = randomNumbers(subject.length * 1_000 + speed * 100);
      for (let frame = 0; frame < frames; frame++) {
        yield Float32Array.from({ length: size * size }, (_, pixel) => {
          const drawn = bright(pixel % size, Math.floor(pixel / size), frame * speed) ? 0.9 : 0.1;
          return Math.min(1, Math.max(0, drawn + (random() - 0.5) * noise));
        });
      }
    },
  };
}

/** Reports, for each subject, whether a pixel is bright after the subject has moved by `shift` pixels. */
const drawings: Readonly<Record<Subject, (x: number, y: number, shift: number) => boolean>> = {
  disc: (x, y, shift) => Math.hypot(x - ((size / 3 + shift) % size), y - size / 2) < size / 4,
  rows: (_, y, shift) => (y + shift) % 8 < 4,
  columns: (x, _, shift) => (x + shift) % 8 < 4,
};

/** Returns a generator of pseudo-random numbers from 0 to 1 (Park and Miller). */
function randomNumbers(seed: number): () => number {
  let state = (Math.floor(seed) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
