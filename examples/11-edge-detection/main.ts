/**
 * Detects edges in a recording and records metrics.
 *
 *   npm run example -- 11 [--metrics none|prometheus|otlp|console|...] [--port 9090] [--frames N | --seconds 10]
 *                         [--fps N] [--input FOLDER]
 *
 * `--metrics` takes a comma-separated list of backends, `none` by default; `--input` takes a folder of PNG and JPEG files.
 */
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { vision } from 'otelier/packs/vision';
import { loadFrames, play } from './frames.ts';
import { Pipeline } from './pipeline.ts';

const { values } = parseArgs({
  options: {
    metrics: { type: 'string', default: 'none' },
    port: { type: 'string', default: '9090' },
    frames: { type: 'string' },
    seconds: { type: 'string' },
    fps: { type: 'string' },
    // Relative to the compiled file in build/examples.
    input: {
      type: 'string',
      default: fileURLToPath(new URL('../../../examples/11-edge-detection/frames', import.meta.url)),
    },
  },
});
const isPositive = (value: number) => Number.isFinite(value) && value > 0;
const frames = numberOf('frames', 'a whole number above 0', (value) => Number.isSafeInteger(value) && value > 0);
const seconds = numberOf('seconds', 'seconds above 0', isPositive) ?? (frames === undefined ? 10 : undefined);
const fps = numberOf('fps', 'frames per second above 0', isPositive);
const isPort = (value: number) => Number.isInteger(value) && value >= 0 && value <= 65_535;
const port = numberOf('port', 'a whole number from 0 to 65535', isPort) as number;
const exporters = values.metrics.split(',');

// `await using` shuts metrics down at the end of the block: closes the port and exports the remaining data.
await using metrics = startMetrics({
  serviceName: 'edge-detection',
  packs: { vision: vision() },
  exporters,
  backends: exporters.includes('prometheus') ? [prometheus({ port })] : [],
});
await metrics.ready;
const urls = metrics.status().backends.flatMap(({ url }) => url ?? []);

const recording = loadFrames(values.input);
console.log(`${recording.length} frames in ${values.input}, metrics: ${values.metrics}`);
for (const url of urls) console.log(url);

const camera = metrics.vision.camera('yard', 'sobel');
const pipeline = new Pipeline();
const totals = {
  frames: 0,
  dropped: 0,
  failed: 0,
  durationMs: 0,
  edgePixels: 0,
  horizontal: 0,
  vertical: 0,
  outline: 0,
};
const startMs = performance.now();
for await (const { encoded, late } of play(recording, { frames, seconds, fps })) {
  if (late > 0) camera.drop('late', late);
  totals.dropped += late;
  const result = pipeline.process(encoded, camera.begin());
  if (result === undefined) {
    totals.failed++;
    continue;
  }
  totals.frames++;
  totals.durationMs += result.durationMs;
  totals.edgePixels += result.edgePixels;
  for (const shape of ['horizontal', 'vertical', 'outline'] as const) totals[shape] += result.shapes[shape];
}
const elapsedSeconds = (performance.now() - startMs) / 1_000;

const { horizontal, vertical, outline } = totals;
const perFrame = (total: number) => (totals.frames === 0 ? 0 : total / totals.frames);
console.log(
  `${totals.frames} frames in ${elapsedSeconds.toFixed(1)} s, ${(totals.frames / elapsedSeconds).toFixed(1)} per second, ` +
    `${totals.dropped} dropped, ${totals.failed} failed`,
);
console.log(
  `mean latency ${perFrame(totals.durationMs).toFixed(2)} ms, ${perFrame(totals.edgePixels).toFixed(0)} edge pixels per frame`,
);
console.log(
  `${horizontal + vertical + outline} detections: ${outline} outlines, ${horizontal} horizontal lines, ${vertical} vertical lines; ` +
    `${pipeline.trackCount} tracks`,
);

/** Returns the number of a flag; `undefined` without the flag. Prints an error and exits for an invalid value. */
function numberOf(flag: 'frames' | 'seconds' | 'fps' | 'port', expected: string, isValid: (value: number) => boolean) {
  const text = values[flag];
  if (text === undefined) return undefined;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (isValid(value)) return value;
  console.error(`--${flag}: got ${JSON.stringify(text)}, expected ${expected}`);
  process.exit(1);
}
