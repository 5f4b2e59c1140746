/**
 * Benchmarks two toy models that generate videos, as a batch job whose metrics are delivered before it ends. Computes
 * scores from the generated frames. Prints a table and some of the pushed metrics.
 *
 *     OTELIER_PUSHGATEWAY_URL=http://localhost:9091 npm run example -- 12
 *
 * Without that variable, a receiver in this process replaces the Pushgateway.
 */
import { startMetrics } from 'otelier';
import { pushgateway } from 'otelier/backends/pushgateway';
import { benchmark, runBenchmark } from 'otelier/packs/benchmark';
import { model } from './generator.ts';
import { startReceiver } from './receiver.ts';
import { evaluate, promptCategories, slo } from './suite.ts';

const receiver = await startReceiver();
const url = process.env.OTELIER_PUSHGATEWAY_URL ?? receiver.url;
const metrics = startMetrics({
  serviceName: 'video-benchmark',
  packs: { benchmark: benchmark({ models: ['sharp', 'noisy'], promptCategories, slo }) },
  backends: [pushgateway({ url, withoutScopeLabels: true, withoutTargetInfo: true })],
  withoutSelfMetrics: true,
});

console.log('model   ok  failed  consistency  inception score  F1     latency  goodput');
for (const each of [model('sharp', 0.02), model('noisy', 0.9)]) {
  const { value, delivered, backends } = await runBenchmark(metrics, { model: each.name }, (run) =>
    evaluate(run, each),
  );
  const { ok, failed, consistency, inceptionScore, f1, meanLatencyMs, perSecond, goodRatio } = value;
  const cells = [
    each.name.padEnd(8),
    String(ok).padEnd(4),
    String(failed).padEnd(8),
    consistency.toFixed(3).padEnd(13),
    inceptionScore.toFixed(2).padEnd(17),
    f1.toFixed(3).padEnd(7),
    `${meanLatencyMs.toFixed(1)} ms`.padEnd(9),
    `${perSecond.toFixed(1)}/s, ${(goodRatio * 100).toFixed(0)} %`,
  ];
  console.log(cells.join(''));
  if (!delivered) console.error('not delivered:', backends);
}

console.log(`\npushed to ${new URL(url).host}`);
const shown = /^benchmark_(?:runs|samples_total|outputs|f1|inception_score\{|temporal_consistency\{|predictions)/;
for (const line of receiver.last().split('\n')) if (shown.test(line)) console.log(line);
