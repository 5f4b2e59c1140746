/**
 * Detects edges in a recording, and tells how that goes.
 *
 *   npm run example -- 11 [--metrics prometheus|otlp|console|none|...] [--port 9090] [--frames N | --seconds 10]
 *                         [--fps N] [--input FOLDER]
 *
 * `--metrics` takes any backend, several of them separated by commas; `--input` any folder of PNG and JPEG files.
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
    metrics: { type: 'string', default: 'prometheus' },
    port: { type: 'string', default: '9090' },
    frames: { type: 'string' },
    seconds: { type: 'string' },
    fps: { type: 'string' },
    // From the folder that the compiler writes to.
    input: {
      type: 'string',
      default: fileURLToPath(new URL('../../../examples/11-edge-detection/frames', import.meta.url)),
    },
  },
});
const isAbove0 = (value: number) => Number.isFinite(value) && value > 0;
const frames = numberOf('frames', 'a whole number above 0', (value) => Number.isSafeInteger(value) && value > 0);
const seconds = numberOf('seconds', 'seconds above 0', isAbove0) ?? (frames === undefined ? 10 : undefined);
const fps = numberOf('fps', 'frames per second above 0', isAbove0);
const isPort = (value: number) => Number.isInteger(value) && value >= 0 && value <= 65_535;
const port = numberOf('port', 'a whole number from 0 to 65535', isPort) as number;
const exporters = values.metrics.split(',');

// The end of this block shuts everything down: the port is closed, and what was not delivered yet is.
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
const totals = { frames: 0, dropped: 0, failed: 0, tookMs: 0, edgePixels: 0, lying: 0, standing: 0, outline: 0 };
const beganMs = performance.now();
for await (const { encoded, late } of play(recording, { frames, seconds, fps })) {
  if (late > 0) camera.drop('late', late);
  totals.dropped += late;
  const found = pipeline.process(encoded, camera.begin());
  if (found === undefined) {
    totals.failed++;
    continue;
  }
  totals.frames++;
  totals.tookMs += found.tookMs;
  totals.edgePixels += found.edgePixels;
  for (const shape of ['lying', 'standing', 'outline'] as const) totals[shape] += found.shapes[shape];
}
const tookSeconds = (performance.now() - beganMs) / 1_000;

const { lying, standing, outline } = totals;
const each = (total: number) => (totals.frames === 0 ? 0 : total / totals.frames);
console.log(
  `${totals.frames} frames in ${tookSeconds.toFixed(1)} s, ${(totals.frames / tookSeconds).toFixed(1)} per second, ` +
    `${totals.dropped} dropped, ${totals.failed} failed`,
);
console.log(
  `mean latency ${each(totals.tookMs).toFixed(2)} ms, ${each(totals.edgePixels).toFixed(0)} edge pixels a frame`,
);
console.log(
  `${lying + standing + outline} detections: ${outline} outlines, ${lying} lying lines, ${standing} standing lines; ` +
    `${pipeline.tracked} different ones`,
);

/** The number that a flag says, or nothing where it is not there; says what is wrong with another, and ends. */
function numberOf(
  flag: 'frames' | 'seconds' | 'fps' | 'port',
  expected: string,
  isExpected: (value: number) => boolean,
) {
  const given = values[flag];
  if (given === undefined) return undefined;
  const value = given.trim() === '' ? Number.NaN : Number(given);
  if (isExpected(value)) return value;
  console.error(`--${flag}: got ${JSON.stringify(given)}, expected ${expected}`);
  process.exit(1);
}
