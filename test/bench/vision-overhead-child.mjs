/**
 * The program of example 11 in a process of its own, for `vision-overhead.mjs`: answers each message with what it
 * measured. Given the name of an exporter, it has metrics.
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
/** What is told of a frame where there are no metrics. */
const nobody = { stage() {}, end: () => 0, error() {} };
/** One for each way, because a tracker goes on from the frame before. */
const pipelines = { off: new Pipeline(), on: new Pipeline() };

const answers = {
  start: () => ({ url: metrics.status().backends[0]?.url, recording: recording.length }),

  /** Works on so many frames with metrics or without. Microseconds of CPU and milliseconds for each of them. */
  async frames({ way, frames }) {
    const began = performance.now();
    const before = process.cpuUsage();
    for (let frame = 0; frame < frames; frame++) {
      pipelines[way].process(recording[frame % recording.length], way === 'on' ? camera.begin() : nobody);
      // Scrapes have their turn, and so they have where there are none.
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { user, system } = process.cpuUsage(before);
    return { cpuMicroseconds: (user + system) / frames, milliseconds: (performance.now() - began) / frames };
  },

  /** Nanoseconds that all that is recorded of a frame takes, as the median of many repetitions. */
  verbs({ calls, repetitions }) {
    const shapes = { horizontal: 3, vertical: 1, outline: 11 };
    const times = [];
    for (let repetition = 0; repetition < repetitions; repetition++) {
      const began = performance.now();
      for (let call = 0; call < calls; call++) {
        const frame = camera.begin();
        frame.stage('decode');
        frame.stage('preprocess');
        frame.stage('inference');
        frame.stage('postprocess');
        frame.stage('track');
        frame.end({ detections: shapes });
      }
      times.push(((performance.now() - began) * 1e6) / calls);
    }
    return median(times);
  },

  /** Microseconds of CPU since the last time. */
  cpu() {
    const { user, system } = process.cpuUsage();
    return user + system;
  },

  /** Bytes that are in use: the fewest of a few readings, because pages are given back some time after their content. */
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
// Nothing is left open then, and the process ends by itself.
process.once('disconnect', () => metrics.shutdown());
process.send({ value: 'ready' });
