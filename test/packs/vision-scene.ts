/** Cameras under test: the vision pack on a clock that stands still, scraped by Prometheus. */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { type VisionOptions, type VisionRecorder, vision } from 'otelier/packs/vision';
import { parseExposition } from 'otelier/testing';
import { afterEach } from 'vitest';
import { FakeClock } from '../support/clock.js';

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Starts the pack, which is stopped after the test. Memory is 256 MB, unless an option reads it. */
export async function start(options: VisionOptions = {}) {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    packs: { vision: vision({ memoryBytes: () => 256e6, ...options }) },
    backends: [prometheus({ port: 0, withoutScopeLabels: true, withoutTargetInfo: true })],
    withoutSelfMetrics: true,
  });
  stopping.push(() => metrics.shutdown());
  await metrics.ready;
  const scrape = async () => (await fetch(metrics.status().backends[0]?.url as string)).text();
  /** Families that have samples, by name: all are announced. */
  const families = async () => {
    const announced = parseExposition(await scrape());
    return new Map(announced.filter(({ samples }) => samples.length > 0).map((family) => [family.name, family]));
  };
  /** Samples by name and labels in their order, such as `frames_total{camera=front}`; no buckets, no memory. */
  const values = async () =>
    Object.fromEntries(
      [...(await families()).values()].flatMap(({ samples }) =>
        samples
          .filter(({ name, labels }) => !labels.has('le') && name !== 'vision_memory_usage_bytes')
          .map(({ name, labels, value }) => {
            const of = [...labels].map(([label, text]) => `${label}=${text}`).toSorted();
            return [`${name.replace('vision_', '')}${of.length === 0 ? '' : `{${of}}`}`, Number(value.toFixed(9))];
          }),
      ),
    );
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, recorder: metrics.vision, scrape, families, values, rejected };
}

/** Something of everything. */
export function scenario(recorder: VisionRecorder, clock: FakeClock): void {
  const front = recorder.camera('front', 'yolo');
  const frame = front.begin();
  clock.advance(4);
  frame.stage('decode');
  clock.advance(1);
  frame.stage('preprocess');
  clock.advance(25);
  frame.stage('inference');
  frame.stage('postprocess', 0.5);
  clock.advance(2);
  frame.stage('track');
  frame.end({ detections: { person: 2, car: 1 } });
  front.record({ durationMs: 300, stages: { inference: 280 }, detections: 0 });
  front.begin().error(Object.assign(new Error('no such device'), { code: 'ENODEV' }), 'decode');
  front.drop('queue_full', 3);
  recorder.begin('yard').drop('late');
  recorder.gpu({ gpu: 0, utilizationPercent: 80, memoryUsedBytes: 2e9, memoryTotalBytes: 8e9 });
}
