/** Two models that generate short videos of one subject: the sharp one draws it as asked, the noisy one in a blizzard. */

/** What a video may show. */
export const subjects = ['disc', 'rows', 'columns'] as const;
export type Subject = (typeof subjects)[number];

/** What to generate. */
export interface Prompt {
  /** Models know a few; whoever asks need not. */
  readonly subject: string;
  /** Pixels that the subject moves by from frame to frame; 0 keeps it still. */
  readonly speed: number;
}

/** Brightness of each pixel, 0 to 1, row by row. */
export type Frame = Float32Array;

/** Width and height of a frame. */
export const size = 48;
const frames = 24;

/** A model under benchmark. */
export interface Model {
  readonly name: 'sharp' | 'noisy';
  /** Generates a video frame by frame. Throws where it does not know the subject. */
  generate(prompt: Prompt): Generator<Frame, void, undefined>;
}

/** A model that adds noise of this amplitude to what it draws. */
export function model(name: Model['name'], noise: number): Model {
  return {
    name,
    *generate({ subject, speed }) {
      const bright = drawings[subject as Subject];
      if (bright === undefined) throw new Error(`no idea of ${subject}`);
      // The same noise for the same prompt, so that a run can be repeated.
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

/** Whether a pixel is bright when the subject has moved by `shift`. */
const drawings: Readonly<Record<Subject, (x: number, y: number, shift: number) => boolean>> = {
  disc: (x, y, shift) => Math.hypot(x - ((size / 3 + shift) % size), y - size / 2) < size / 4,
  rows: (_, y, shift) => (y + shift) % 8 < 4,
  columns: (x, _, shift) => (x + shift) % 8 < 4,
};

/** Numbers from 0 to 1 that look random (Park and Miller's generator). */
function randomNumbers(seed: number): () => number {
  let state = (Math.floor(seed) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}
