/** The numeric fields of the verbs of pack `vision`. */
import { amount, count, percent, upTo } from '../value-ranges.js';
import type { Field } from './field.js';

export const vision: Field[] = [
  ['record.durationMs', amount, (to, v) => to.vision.record({ durationMs: v }), 'vision_frame_duration_seconds'],
  ['record.stages', amount, (to, v) => to.vision.record({ stages: { decode: v } }), 'vision_stage_duration_seconds'],
  [
    'record.detections of a class',
    count,
    (to, v) => to.vision.record({ detections: { car: v } }),
    'vision_detections_total',
  ],
  ['frame.stage', amount, (to, v) => to.vision.begin().stage('decode', v), 'vision_stage_duration_seconds'],
  ['camera.stage', amount, (to, v) => to.vision.camera('a').stage('decode', v), 'vision_stage_duration_seconds'],
  ['camera.drop.frames', count, (to, v) => to.vision.camera('a').drop('late', v), 'vision_dropped_frames_total'],
  [
    'gpu.utilizationPercent',
    percent,
    (to, v) => to.vision.gpu({ utilizationPercent: v }),
    'vision_gpu_utilization_ratio',
    (value) => value / 100,
  ],
  ['gpu.memoryUsedBytes', amount, (to, v) => to.vision.gpu({ memoryUsedBytes: v }), 'vision_gpu_memory_usage_bytes'],
  [
    'gpu.memoryUsedBytes with memoryTotalBytes',
    upTo(8e9),
    (to, v) => to.vision.gpu({ memoryUsedBytes: v, memoryTotalBytes: 8e9 }),
    'vision_gpu_memory_usage_bytes',
  ],
  ['gpu.memoryTotalBytes', amount, (to, v) => to.vision.gpu({ memoryTotalBytes: v }), 'vision_gpu_memory_limit_bytes'],
];
