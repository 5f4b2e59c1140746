/** A benchmark that is a job of its own: it begins, ends, and what it recorded has left the process by then. */
import type { Target } from './events.js';
import type { BenchmarkRecorder } from './recorder.js';
import type { BenchmarkRun } from './run.js';

/** How a backend fared in a flush. */
export interface BackendDelivery {
  readonly backend: string;
  readonly ok: boolean;
  /** Why not; absent when `ok`. */
  readonly reason?: string;
}

/** What `startMetrics({ packs: { benchmark: benchmark() } })` returns, as far as a benchmark needs it. */
export interface BenchmarkMetrics {
  readonly benchmark: Pick<BenchmarkRecorder, 'begin'>;
  forceFlush(): Promise<{ readonly backends: readonly BackendDelivery[] }>;
  status(): { readonly backends: readonly { readonly name: string; readonly delivered: number }[] };
}

/** What a benchmark came to. */
export interface BenchmarkResult<T> {
  /** What `work` returned. */
  readonly value: T;
  /** Whether what was recorded has arrived: at least one backend took it, and every one that pushes did. */
  readonly delivered: boolean;
  /** Each backend; one that waits to be asked, such as a Prometheus endpoint, was given nothing and is not `ok`. */
  readonly backends: readonly BackendDelivery[];
}

/**
 * Runs a benchmark as a job: begins a run, does `work`, ends the run as one that succeeded, and delivers what was
 * recorded before it returns. When `work` throws, the run ends as one that failed, what was recorded is delivered all
 * the same, and the error is thrown on. Waits for a delivery no longer than `shutdownTimeoutMs`. The metrics go on, so
 * that a job may run several benchmarks; the exit code is not touched.
 *
 * @param metrics with the pack under the key `benchmark`.
 * @throws what `work` throws, and nothing else.
 *
 * @example
 * import { startMetrics } from 'otelier';
 * import { pushgateway } from 'otelier/backends/pushgateway';
 * import { benchmark, runBenchmark } from 'otelier/packs/benchmark';
 * const metrics = startMetrics({
 *   serviceName: 'video-benchmark',
 *   packs: { benchmark: benchmark() },
 *   backends: [pushgateway()],
 * });
 * const { delivered, backends } = await runBenchmark(metrics, { model: 'CogVideoX-5b' }, async (run) => {
 *   run.sample({ latencySeconds: 24.5, ok: true });
 * });
 * if (!delivered) console.error(backends);
 */
export async function runBenchmark<T>(
  metrics: BenchmarkMetrics,
  target: Target,
  work: (run: BenchmarkRun) => T | Promise<T>,
): Promise<BenchmarkResult<T>> {
  const run = metrics.benchmark.begin(target);
  let value: T;
  try {
    value = await work(run);
  } catch (error) {
    run.end({ ok: false });
    await metrics.forceFlush();
    throw error;
  }
  run.end({ ok: true });
  return { value, ...(await deliver(metrics)) };
}

/** A flush of what only waits to be asked succeeds as well: what arrived is told by the account of deliveries. */
async function deliver(metrics: BenchmarkMetrics): Promise<Pick<BenchmarkResult<unknown>, 'delivered' | 'backends'>> {
  const account = () => new Map(metrics.status().backends.map(({ name, delivered }) => [name, delivered]));
  const before = account();
  const flushed = await metrics.forceFlush();
  const after = account();
  // A reader that is none of our backends has no account: its word is taken.
  const hasLeft = (name: string) => !after.has(name) || (after.get(name) ?? 0) > (before.get(name) ?? 0);
  const backends = flushed.backends.map((each) =>
    each.ok && !hasLeft(each.backend) ? { backend: each.backend, ok: false, reason: 'nothing was pushed' } : each,
  );
  const delivered = backends.some(({ ok }) => ok) && flushed.backends.every(({ ok }) => ok);
  return { delivered, backends };
}
