/** Each alert of the pack `inference` fires when it should, and only then. */
import { inferenceRules } from '../../src/packs/inference/alerts.js';
import { type AlertCase, caseOf, type Series, silenceCases } from './alert-cases.js';
import { testAlerts } from './alert-suite.js';

const rules = inferenceRules({ gpuMemoryTotalMb: 80_000 });

const target = 'job="s", instance="i"';
const inFlight = (values: string, job = 's', instance = 'i'): Series => ({
  [`requests_in_flight{job="${job}", instance="${instance}"}`]: values,
});
const requests = (count: string, errors = '0x700'): Series => ({
  [`request_count_total{${target}}`]: count,
  [`request_errors_total{${target}, error_type="timeout"}`]: errors,
});
const queue = (values: string): Series => ({ ...inFlight('5x1800'), [`model_queue_size{${target}}`]: values });
const gpu = (values: string): Series => ({ [`gpu_utilization_pct{${target}}`]: values });
const gpuMemory = (values: string): Series => ({ [`gpu_memory_mb{${target}}`]: values });
/** Requests per minute within half a second, and all of them. */
const latency = (fast: string, all: string): Series => ({
  [`request_latency_seconds_bucket{${target}, le="0.5"}`]: fast,
  [`request_latency_seconds_bucket{${target}, le="+Inf"}`]: all,
  [`request_latency_seconds_count{${target}}`]: all,
});

const all = '0+100x700';
const cases: readonly AlertCase[] = [
  caseOf('InferenceQueueGrowing', true, 'ten more requests each minute', 45, queue('0x20 0+10x100')),
  caseOf('InferenceQueueGrowing', true, 'all three queues together', 45, inFlight('5x700'), {
    [`model_queue_size{${target}}`]: '0x20 0+3x100',
    [`batch_queue_size{${target}}`]: '0x20 0+3x100',
    [`tokenizer_queue_size{${target}}`]: '0x20 0+3x100',
  }),
  caseOf('InferenceQueueGrowing', false, 'a long queue that does not grow', 60, queue('500x100')),
  caseOf('InferenceQueueGrowing', false, 'a short queue that grows', 45, queue('0x20 0+0.2x100')),
  caseOf('InferenceQueueGrowing', false, 'no queue is watched', 45, inFlight('5x100')),
  caseOf('InferenceStalled', true, 'requests in flight, none ends', 60, inFlight('3x700'), requests('100x700')),
  caseOf('InferenceStalled', false, 'requests in flight end', 60, inFlight('3x700'), requests(all)),
  caseOf('InferenceStalled', false, 'no requests', 60, inFlight('0x700'), requests('100x700')),
  caseOf('InferenceRequestsAbandoned', true, 'one is lost', 60, {
    [`requests_abandoned_total{${target}}`]: '0x40 1x100',
  }),
  caseOf('InferenceRequestsAbandoned', false, 'none is lost', 60, {
    [`requests_abandoned_total{${target}}`]: '7x140',
  }),
  ...silenceCases('InferenceSilent', inFlight, 's'),
  caseOf('InferenceGpuBusy', true, '99 %', 60, gpu('99x100')),
  caseOf('InferenceGpuBusy', false, '95 %', 60, gpu('95x100')),
  caseOf('InferenceGpuBusy', false, '99 % for a moment', 60, gpu('50x55 99x5')),
  caseOf('InferenceGpuMemoryGrowing', true, 'twice that of the day before', 1700, gpuMemory('20000x1440 40000x360')),
  caseOf('InferenceGpuMemoryGrowing', false, 'as the day before', 1700, gpuMemory('20000x1800')),
  caseOf('InferenceGpuMemoryGrowing', false, 'the first day', 300, gpuMemory('0+100x700')),
  caseOf('InferenceGpuMemoryGrowing', false, 'a peak', 1700, gpuMemory('20000x1690 40000x10')),
  caseOf('InferenceGpuMemoryHigh', true, 'above 90 %', 60, gpuMemory('73000x100')),
  caseOf('InferenceGpuMemoryHigh', false, 'below 90 %', 60, gpuMemory('71000x100')),
  ...(
    [
      ['Burn144', 20, 10],
      ['Burn6', 10, 5],
      ['Burn3', 5, 2],
      ['Burn1', 2, 0.5],
    ] as const
  ).flatMap(([burn, bad, good]) => [
    caseOf(`InferenceSuccess${burn}`, true, `${bad} % fail`, 300, requests(all, `0+${bad}x700`)),
    caseOf(`InferenceSuccess${burn}`, false, `${good} % fail`, 300, requests(all, `0+${good}x700`)),
    caseOf(`InferenceLatency${burn}`, true, `${bad} % are slow`, 300, latency(`0+${100 - bad}x700`, all)),
    caseOf(`InferenceLatency${burn}`, false, `${good} % are slow`, 300, latency(`0+${100 - good}x700`, all)),
  ]),
];

testAlerts('inference', { rules, cases });
