/** The benchmark pack under test, on a fake clock and scraped through the Prometheus endpoint. */
import { startMetrics } from 'otelier';
import { type BenchmarkOptions, type BenchmarkRecorder, benchmark } from 'otelier/packs/benchmark';
import type { FakeClock } from '../support/clock.js';
import { shown, startScraped } from './scraped.js';

/** Starts the pack; it is stopped after the test. */
export async function start(options: BenchmarkOptions = {}) {
  const { valuesBy, ...scraped } = startScraped((settings) =>
    startMetrics({ ...settings, packs: { benchmark: benchmark(options) } }),
  );
  const { metrics } = scraped;
  await metrics.ready;
  /** Returns samples by name and labels, such as `benchmark_runs_total{model_name=a,outcome=ok}`. */
  const values = () => valuesBy((name, labels) => `${name}${shown(labels)}`);
  return { ...scraped, recorder: metrics.benchmark, values };
}

export const slo = { latencySeconds: 12, firstOutputSeconds: 3, perOutputSeconds: 0.6 };

const kept: object[] = [];

/** Records every kind of event during ten seconds. */
export function scenario(recorder: BenchmarkRecorder, clock: FakeClock): void {
  const run = recorder.begin({ model: 'sharp', container: 'c1', gpu: 0 });
  // A handle that nobody keeps may be garbage-collected, which abandons its run.
  kept.push(recorder.begin({ model: 'idle' }));
  const [first, second] = [run.queued(), run.queued()];
  clock.advance(2_000);
  first.dequeued();
  const prompt = { promptCategory: 'people' };
  // 0.5 s per frame after the first, within every limit of the SLO.
  run.sample({
    ...prompt,
    latencySeconds: 10,
    ok: true,
    firstOutputSeconds: 2,
    outputs: 17,
    temporalConsistency: 0.96,
  });
  run.sample({ ...prompt, latencySeconds: 13, ok: true, firstOutputSeconds: 1, outputs: 25, temporalConsistency: 0.9 });
  run.sample({ latencySeconds: 1, ok: false });
  run.apiCall({ responseSeconds: 0.3, ok: true });
  run.apiCall({ responseSeconds: 0.1, ok: true });
  run.apiCall({ responseSeconds: 5, ok: false });
  run.score({ fvd: 310.5, inceptionScore: 32.5, temporalConsistency: 0.91, promptCategory: 'animals' });
  run.fScore({ truePositives: 6, falsePositives: 2, falseNegatives: 4, trueNegatives: 8 }, prompt);
  first.done();
  second.dequeued();
  clock.advance(8_000);
  run.end({ ok: true });
}

/** A valid sample. */
export const sample = { latencySeconds: 1, ok: true };
