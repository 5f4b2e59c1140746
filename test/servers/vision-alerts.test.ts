/** Each alert of the pack `vision` fires when it should, and only then. */
import { visionRules } from '../../src/packs/vision/alerts.js';
import { type AlertCase, caseOf, type Series, silenceCases } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

const rules = visionRules();

const memoryOf = (values: string, job = 'v', instance = 'i'): Series => ({
  [`vision_memory_usage_bytes{job="${job}", instance="${instance}"}`]: values,
});
const memory = memoryOf('1000x700');
const fps = (values: string, camera = 'yard'): Series => ({ [`vision_fps{job="v", camera="${camera}"}`]: values });
/** Frames per minute within 50 and 250 milliseconds, and all of them. */
const latency = (fast: string, slow: string): Series => ({
  'vision_inference_duration_seconds_bucket{job="v", camera="yard", le="0.05"}': fast,
  'vision_inference_duration_seconds_bucket{job="v", camera="yard", le="0.25"}': slow,
  'vision_inference_duration_seconds_bucket{job="v", camera="yard", le="+Inf"}': slow,
});
const frames = (values: string): Series => ({ 'vision_frames_total{job="v", camera="yard"}': values });
const errors = (values: string): Series => ({ 'vision_errors_total{job="v", camera="yard", error_type="e"}': values });
const gpu = (used: string): Series => ({
  'vision_gpu_memory_usage_bytes{job="v", instance="i", gpu="0"}': used,
  'vision_gpu_memory_limit_bytes{job="v", instance="i", gpu="0"}': '1000x700',
});

const cases: readonly AlertCase[] = [
  caseOf('VisionLatencyHigh', true, 'a tenth takes 250 ms', 30, latency('0+90x100', '0+100x100')),
  caseOf('VisionLatencyHigh', false, 'all take 50 ms', 30, latency('0+100x100', '0+100x100')),
  caseOf('VisionLatencyHigh', false, 'no frames', 30, latency('100x100', '100x100')),
  caseOf('VisionFramesSlow', true, 'one of two cameras', 30, fps('5x100'), fps('30x100', 'gate')),
  caseOf('VisionFramesSlow', false, 'enough frames', 30, fps('30x100')),
  caseOf('VisionFramesSlow', false, 'no frames at all', 30, fps('0x100')),
  caseOf('VisionNoFrames', true, 'the camera fails', 45, fps('30x30 0x100')),
  caseOf('VisionNoFrames', true, 'the camera never had frames', 30, fps('0x100')),
  caseOf('VisionNoFrames', false, 'few frames', 30, fps('1x100')),
  caseOf('VisionNoFrames', false, 'a camera that was removed long ago', 160, fps('30x30 0x200')),
  caseOf('VisionNoFrames', false, 'a moment', 33, fps('30x30 0x100')),
  caseOf('VisionErrorsHigh', true, 'a tenth of the frames', 30, memory, frames('0+90x100'), errors('0+10x100')),
  caseOf('VisionErrorsHigh', true, 'every frame', 30, memory, errors('0+10x100')),
  caseOf('VisionErrorsHigh', false, 'few errors', 30, memory, frames('0+90x100'), errors('0+1x100')),
  caseOf('VisionErrorsHigh', false, 'all of a few frames', 30, memory, frames('0+1x100'), errors('0+1x100')),
  caseOf('VisionErrorsHigh', false, 'no errors', 30, memory, frames('0+90x100')),
  caseOf('VisionErrorsHigh', false, 'neither frames nor errors', 30, memory),
  caseOf('VisionGpuMemoryHigh', true, '95 %', 30, gpu('950x100')),
  caseOf('VisionGpuMemoryHigh', false, '80 %', 30, gpu('800x100')),
  ...silenceCases('VisionSilent', memoryOf, 'v'),
];

testAlerts('vision', { rules, cases });
