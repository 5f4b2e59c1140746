/** Plays the PNG and JPEG files of a folder in a loop, as a camera delivers frames. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as wait, setImmediate as yieldToEventLoop } from 'node:timers/promises';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** An encoded image, as a camera sends it. */
export interface EncodedFrame {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A decoded image: red, green, blue and alpha of each pixel, row by row. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A frame to process, and the number of frames before it that were skipped because they were late. */
export interface DueFrame {
  readonly encoded: EncodedFrame;
  readonly late: number;
}

/** Duration and frame rate. Without `fps`, each frame follows when the previous one is processed. */
export interface PlayOptions {
  readonly frames?: number | undefined;
  readonly seconds?: number | undefined;
  readonly fps?: number | undefined;
}

/** Reads the images of a folder, ordered by name. */
export function loadFrames(folder: string): EncodedFrame[] {
  const names = readdirSync(folder).filter((name) => /\.(?:png|jpe?g)$/i.test(name));
  if (names.length === 0) throw new Error(`${folder} has no .png or .jpg files.`);
  return names.sort().map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** Decodes an image. @throws if the bytes are not a valid image. */
export function decode({ name, bytes }: EncodedFrame): Image {
  if (extname(name).toLowerCase() === '.png') return PNG.sync.read(bytes);
  return jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true });
}

/** Plays frames in a loop. Yields to the event loop between frames, so that scrapes are answered. */
export async function* play(
  files: readonly EncodedFrame[],
  { frames = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, fps }: PlayOptions,
): AsyncGenerator<DueFrame> {
  const startMs = performance.now();
  const elapsedMs = () => performance.now() - startMs;
  for (let next = 0, played = 0; played < frames; next++, played++) {
    let late = 0;
    if (fps === undefined) await yieldToEventLoop();
    else {
      late = Math.max(0, Math.floor((elapsedMs() * fps) / 1_000) - next);
      next += late;
      await wait((next * 1_000) / fps - elapsedMs());
    }
    if (elapsedMs() >= seconds * 1_000) return;
    yield { encoded: files[next % files.length] as EncodedFrame, late };
  }
}
