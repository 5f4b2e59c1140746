/** A benchmark suite under test: the pack on a clock that stands still, scraped by Prometheus. */
import { startMetrics } from 'otelier';
import { prometheus } from 'otelier/backends/prometheus';
import { type BenchmarkOptions, type BenchmarkRecorder, benchmark } from 'otelier/packs/benchmark';
import { parseExposition } from 'otelier/testing';
import { afterEach } from 'vitest';
import { FakeClock } from '../support/clock.js';

const stopping: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stopping.splice(0)) await stop();
});

/** Starts a suite, which is stopped after the test. */
export async function start(options: BenchmarkOptions = {}) {
  const clock = new FakeClock();
  const metrics = startMetrics({
    isolated: true,
    environment: {},
    clock,
    packs: { benchmark: benchmark(options) },
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
  /** Samples by name and labels, such as `benchmark_runs_total{model_name=a,outcome=ok}`; no buckets. */
  const values = async () =>
    Object.fromEntries(
      [...(await families()).values()].flatMap(({ samples }) =>
        samples
          .filter(({ labels }) => !labels.has('le'))
          .map(({ name, labels, value }) => [`${name}${shown(labels)}`, Number(value.toFixed(9))]),
      ),
    );
  const rejected = () => Object.fromEntries(Object.entries(metrics.status().rejected).filter(([, count]) => count > 0));
  return { clock, metrics, recorder: metrics.benchmark, scrape, families, values, rejected };
}

function shown(labels: ReadonlyMap<string, string>): string {
  const pairs = [...labels].sort(([one], [other]) => (one < other ? -1 : 1)).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}

export const slo = { latencySeconds: 12, firstOutputSeconds: 3, perOutputSeconds: 0.6 };

/** Something of everything; ten seconds pass. */
export function scenario(recorder: BenchmarkRecorder, clock: FakeClock): void {
  const run = recorder.begin({ model: 'sharp', container: 'c1', gpu: 0 });
  recorder.begin({ model: 'idle' });
  const [first, second] = [run.queued(), run.queued()];
  clock.advance(2_000);
  first.dequeued();
  const prompt = { promptCategory: 'people' };
  // 0.5 s for each of 17 frames but the first, within every objective.
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

/** A sample that is as it should be. */
export const sample = { latencySeconds: 1, ok: true };
