/**
 * Runs the program of example 11 in a separate process for `vision-overhead.mjs`, with the exporter in its argument,
 * and answers each message with a measurement.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startMetrics } from 'otelier';
import { vision } from 'otelier/packs/vision';
import { median } from './median.mjs';

const example = new URL('../../build/examples/11-edge-detection/', import.meta.url);
const { loadFrames } = await import(new URL('frames.js', example));
const { Pipeline } = await import(new URL('pipeline.js', example));

const exporter = process.argv[2];
const recording = loadFrames(fileURLToPath(new URL('../../examples/11-edge-detection/frames', import.meta.url)));
const metrics = startMetrics({
  serviceName: 'edge-detection',
  packs: { vision: vision() },
  environment: { OTEL_METRICS_EXPORTER: exporter, OTEL_EXPORTER_PROMETHEUS_PORT: '0' },
});
await metrics.ready;
const camera = metrics.vision.camera('yard', 'sobel');
/** Replaces the recorder of a frame in mode `off`. */
const noRecorder = { stage() {}, end: () => 0, error() {} };
/** One pipeline per mode, because a tracker depends on the previous frame. */
const pipelines = { off: new Pipeline(), on: new Pipeline() };

const answers = {
  start: () => ({ url: metrics.status().backends[0]?.url, recording: recording.length }),

  /** Processes frames in a mode. Returns microseconds of CPU and milliseconds per frame. */
  async frames({ mode, frames }) {
    const startedAt = performance.now();
    const before = process.cpuUsage();
    for (let frame = 0; frame < frames; frame++) {
      pipelines[mode].process(recording[frame % recording.length], mode === 'on' ? camera.begin() : noRecorder);
      // Yields in both modes, so that scrapes can run.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(before);
    return { cpuMicroseconds: (user + system) / frames, milliseconds: (performance.now() - startedAt) / frames };
  },

  /** Returns the nanoseconds of all recordings of a frame, as the median of the repetitions. */
  verbs({ calls, repetitions }) {
    const shapes = { horizontal: 3, vertical: 1, outline: 11 };
    const times = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const startedAt = performance.now();
      for (let call = 0; call < calls; call++) {
        const frame = camera.begin();
        frame.stage('decode');
        frame.stage('preprocess');
        frame.stage('inference');
        frame.stage('postprocess');
        frame.stage('track');
        frame.end({ detections: shapes });
      }
      times.push(((performance.now() - startedAt) * 1e6) / calls);
    }
    return median(times);
  },

  /** Returns the CPU time of the process in microseconds. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },

  /** Returns the bytes in use: the minimum of several readings, because pages are released with a delay. */
  async memory() {
    const readings = [];
    for (let reading = 0; reading < 5; reading++) {
      globalThis.gc();
      await wait(100);
      readings.push(process.memoryUsage());
    }
    const fewest = (bytesOf) => Math.min(...readings.map(bytesOf));
    return {
      rss: fewest(({ rss }) => rss),
      heap: fewest(({ heapUsed, external }) => heapUsed + external),
    };
  },
};

process.on('message', async ({ question, ...given }) => {
  try {
    process.send({ value: await answers[question](given) });
  } catch (error) {
    process.send({ error: String(error.stack) });
  }
});
// Closes everything that keeps the process alive.
process.once('disconnect', () => metrics.shutdown());
process.send({ value: 'ready' });
