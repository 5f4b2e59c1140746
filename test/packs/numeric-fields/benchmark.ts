/** The numeric fields of the verbs of pack `benchmark`. */
import type { EveryPack } from '../every-pack.js';
import { amount, count, fromOne, share, upTo } from '../value-ranges.js';
import type { Field } from './field.js';

const sample = { latencySeconds: 1, ok: true };
/** One run of each set of packs, which stays open. */
const runs = new WeakMap<EveryPack, ReturnType<EveryPack['benchmark']['begin']>>();
function run(to: EveryPack) {
  const open = runs.get(to) ?? to.benchmark.begin({ model: 'a' });
  runs.set(to, open);
  return open;
}
const counts = { truePositives: 0, falsePositives: 0, falseNegatives: 0 };
export const benchmark: Field[] = [
  [
    'sample.latencySeconds',
    amount,
    (to, v) => run(to).sample({ latencySeconds: v, ok: true }),
    'benchmark_latency_seconds',
  ],
  [
    'sample.firstOutputSeconds',
    upTo(1),
    (to, v) => run(to).sample({ ...sample, firstOutputSeconds: v }),
    'benchmark_time_to_first_output_seconds',
  ],
  ['sample.outputs', count, (to, v) => run(to).sample({ ...sample, outputs: v }), 'benchmark_outputs_total'],
  [
    'sample.temporalConsistency',
    share,
    (to, v) => run(to).sample({ ...sample, temporalConsistency: v }),
    'benchmark_temporal_consistency_distribution',
  ],
  ['score.fvd', amount, (to, v) => run(to).score({ fvd: v }), 'benchmark_fvd'],
  ['score.inceptionScore', fromOne, (to, v) => run(to).score({ inceptionScore: v }), 'benchmark_inception_score'],
  [
    'score.temporalConsistency',
    share,
    (to, v) => run(to).score({ temporalConsistency: v }),
    'benchmark_temporal_consistency',
  ],
  ...(['truePositives', 'falsePositives', 'falseNegatives', 'trueNegatives'] as const).map(
    (field): Field => [
      `fScore.${field}`,
      count,
      (to, v) => void run(to).fScore({ ...counts, [field]: v }),
      'benchmark_predictions_total',
    ],
  ),
  [
    'apiCall.responseSeconds',
    amount,
    (to, v) => run(to).apiCall({ responseSeconds: v, ok: true }),
    'api_response_time_seconds',
  ],
];
