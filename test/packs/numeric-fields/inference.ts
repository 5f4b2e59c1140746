/** The numeric fields of the verbs of pack `inference`. */
import { amount, count, percent, share, upTo } from '../value-ranges.js';
import type { Field } from './field.js';

const ended = { totalSeconds: 1 };
const batch = { sequences: 1, tokens: 1, paddingTokens: 0, longestSequence: 1 };
export const inference: Field[] = [
  ['request.totalSeconds', amount, (to, v) => to.inference.request({ totalSeconds: v }), 'request_latency_seconds'],
  [
    'request.firstResultSeconds',
    upTo(1),
    (to, v) => to.inference.request({ ...ended, firstResultSeconds: v }),
    'time_to_first_result_seconds',
  ],
  ['request.documents', count, (to, v) => to.inference.request({ ...ended, documents: v }), 'documents_scored_total'],
  [
    'request.stages',
    amount,
    (to, v) => to.inference.request({ ...ended, stages: { inference: v } }),
    'inference_latency_seconds',
  ],
  ['end.documents', count, (to, v) => to.inference.begin().end({ documents: v }), 'documents_scored_total'],
  ['stage.seconds', amount, (to, v) => to.inference.stage('send', v), 'mp_queue_send_latency_seconds'],
  ['batch.sequences', count, (to, v) => to.inference.batch({ ...batch, sequences: v }), 'batch_size'],
  ['batch.tokens', count, (to, v) => to.inference.batch({ ...batch, tokens: v }), 'total_tokens_total'],
  ['batch.paddingTokens', count, (to, v) => to.inference.batch({ ...batch, paddingTokens: v }), 'padded_tokens_total'],
  ['batch.longestSequence', count, (to, v) => to.inference.batch({ ...batch, longestSequence: v }), 'max_seq_length'],
  [
    'completed.requests',
    count,
    (to, v) => to.inference.worker('m', 'model').completed(1, v),
    'worker_request_count_total',
  ],
  ['modelLoaded.seconds', amount, (to, v) => to.inference.modelLoaded(v), 'model_load_time_seconds'],
  ...(
    [
      ['gpuMemory', amount, 'gpu_memory_mb'],
      ['gpuUtilization', percent, 'gpu_utilization_pct'],
      ['cpuPercent', amount, 'cpu_percent'],
      ['paddingRatio', share, 'padding_ratio'],
      ['maxSeqLength', count, 'max_seq_length'],
      ['avgSeqLength', amount, 'avg_seq_length'],
      ['modelLoadTime', amount, 'model_load_time_seconds'],
    ] as const
  ).flatMap(([gauge, range, metric]): Field[] => [
    [`instruments.${gauge}.set`, range, (to, v) => to.inference.instruments[gauge].set(v), metric],
    [`instruments.${gauge}.bind`, range, (to, v) => to.inference.instruments[gauge].bind().set(v), metric],
  ]),
];
