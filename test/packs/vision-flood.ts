/** A flood of camera, model, class and stage names. */
import { expect } from 'vitest';
import { heapUsed } from '../engine/heap.js';
import { start } from './vision-scene.js';

/** Records `frames` frames, each with invented names, and expects bounded series, constant memory and exact sums. */
export async function expectBoundedNames(frames: number): Promise<void> {
  const { recorder, families, rejected } = await start({ stages: ['segment'] });
  let before = 0;
  for (let index = 0; index < frames; index++) {
    const name = `invented-${index}`;
    const camera = recorder.camera(name, name);
    camera.record({ stages: { [name]: 1, inference: 1 }, detections: { [name]: 1 } });
    camera.error(name, name);
    if (index % 1_000 === 0) recorder.gpu({ gpu: name, utilizationPercent: 5 });
    if (index === frames / 10) before = heapUsed();
  }
  // Allows for noise; retained names would exceed it in the flood of a million.
  expect(heapUsed() - before).toBeLessThan(8 * 2 ** 20);
  const scraped = await families();
  const series = (name: string) => scraped.get(name)?.samples.length ?? 0;
  const sum = (name: string) => scraped.get(name)?.samples.reduce((all, { value }) => all + value, 0);
  expect([...scraped.values()].reduce((all, { samples }) => all + samples.length, 0)).toBeLessThan(2_500);
  expect(series('vision_frames_total')).toBe(21);
  expect(series('vision_fps')).toBe(21);
  expect(series('vision_gpu_utilization_ratio')).toBe(17);
  expect(sum('vision_frames_total')).toBe(frames);
  expect(sum('vision_detections_total')).toBe(frames);
  expect(sum('vision_errors_total')).toBe(frames);
  expect(scraped.get('vision_fps')?.samples.map(({ labels }) => labels.get('camera'))).toContain('_OTHER');
  expect(recorder.camera('one more')).toBe(recorder.camera('_OTHER'));
  // Another collection rejects nothing: observed series use the recorded names.
  const rejectedBefore = rejected();
  expect(rejectedBefore).toEqual({ attribute_other: expect.any(Number) });
  await families();
  expect(rejected()).toEqual(rejectedBefore);
}
