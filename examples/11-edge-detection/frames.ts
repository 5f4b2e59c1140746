/** Frames from a folder of PNG and JPEG files, played in a loop as a camera would deliver them. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { setTimeout as wait, setImmediate as yieldToOthers } from 'node:timers/promises';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';

/** A file as it was read: what a camera sends. */
export interface EncodedFrame {
  readonly name: string;
  readonly bytes: Buffer;
}

/** Red, green, blue and alpha of each pixel, row by row. */
export interface Image {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A frame that is due, and how many before it nobody had time for. */
export interface DueFrame {
  readonly encoded: EncodedFrame;
  readonly late: number;
}

/** How long frames are played, and how many of them per second; as fast as they are taken when that is not said. */
export interface Playing {
  readonly frames?: number | undefined;
  readonly seconds?: number | undefined;
  readonly fps?: number | undefined;
}

/** The pictures of a folder, in the order of their names. */
export function loadFrames(folder: string): EncodedFrame[] {
  const names = readdirSync(folder).filter((name) => /\.(?:png|jpe?g)$/i.test(name));
  if (names.length === 0) throw new Error(`${folder} has no .png or .jpg files.`);
  return names.sort().map((name) => ({ name, bytes: readFileSync(join(folder, name)) }));
}

/** Throws when the bytes are no picture. */
export function decode({ name, bytes }: EncodedFrame): Image {
  if (extname(name).toLowerCase() === '.png') return PNG.sync.read(bytes);
  return jpeg.decode(bytes, { useTArray: true, formatAsRGBA: true });
}

/** Plays frames in a loop. Others have their turn between two of them: a scrape is answered while this goes on. */
export async function* play(
  files: readonly EncodedFrame[],
  { frames = Number.POSITIVE_INFINITY, seconds = Number.POSITIVE_INFINITY, fps }: Playing,
): AsyncGenerator<DueFrame> {
  const beganMs = performance.now();
  const elapsedMs = () => performance.now() - beganMs;
  for (let next = 0, played = 0; played < frames; next++, played++) {
    let late = 0;
    if (fps === undefined) await yieldToOthers();
    else {
      late = Math.max(0, Math.floor((elapsedMs() * fps) / 1_000) - next);
      next += late;
      await wait((next * 1_000) / fps - elapsedMs());
    }
    if (elapsedMs() >= seconds * 1_000) return;
    yield { encoded: files[next % files.length] as EncodedFrame, late };
  }
}
