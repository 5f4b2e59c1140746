/** The vision pack on a fake clock, scraped as Prometheus does. */
import { startMetrics } from 'otelier';
import { type VisionOptions, type VisionRecorder, vision } from 'otelier/packs/vision';
import type { FakeClock } from '../support/clock.js';
import { shown, startScraped } from './scraped.js';

/** Starts the pack, and stops it after the test. The memory reading is 256 MB unless an option sets it. */
export async function start(options: VisionOptions = {}) {
  const { metrics, valuesBy, ...scraped } = startScraped((settings) =>
    startMetrics({ ...settings, packs: { vision: vision({ memoryBytes: () => 256e6, ...options }) } }),
  );
  await metrics.ready;
  /** Samples by name and labels, such as `frames_total{camera=front}`, without memory. */
  const values = () =>
    valuesBy((name, labels) =>
      name === 'vision_memory_usage_bytes' ? undefined : `${name.replace('vision_', '')}${shown(labels)}`,
    );
  return { ...scraped, recorder: metrics.vision, values };
}

/** Records every kind of event. */
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
