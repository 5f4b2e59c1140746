/** A benchmark that is a job of its own: it begins, ends, and what it recorded has left the process by then. */
import type { BackendStatus } from '../../delivery/contract.js';
import type { Target } from './events.js';
import type { BenchmarkRecorder } from './recorder.js';
import type { BenchmarkRun } from './run.js';

/** How a backend fared in a flush. */
export interface BackendDelivery {
  readonly backend: string;
  /** Whether it took all that it was given: no point was refused or given up, and nothing waits to be sent again. */
  readonly ok: boolean;
  /** Why not; absent when `ok`. */
  readonly reason?: string;
}

/** What a backend has delivered so far, and what not. */
export type BackendAccount = Pick<BackendStatus, 'name' | 'delivered' | 'points' | 'waiting'>;

/** What `startMetrics({ packs: { benchmark: benchmark() } })` returns, as far as a benchmark needs it. */
export interface BenchmarkMetrics {
  readonly benchmark: Pick<BenchmarkRecorder, 'begin'>;
  forceFlush(): Promise<{ readonly backends: readonly BackendDelivery[] }>;
  status(): { readonly backends: readonly BackendAccount[] };
}

/** What a benchmark came to. */
export interface BenchmarkResult<T> {
  /** What `work` returned. */
  readonly value: T;
  /** Whether the flush at the end has arrived: at least one backend took all of it, and every one that pushes did. */
  readonly delivered: boolean;
  /** Each backend; one that waits to be asked, such as a Prometheus endpoint, was given nothing and is not `ok`. */
  readonly backends: readonly BackendDelivery[];
}

/**
 * Runs a benchmark as a job: begins a run, does `work`, ends the run as one that succeeded, and delivers what was
 * recorded before it returns. When `work` throws, the run ends as one that failed, what was recorded is delivered all
 * the same, and the error is thrown on. When a shutdown begins first, by a signal for one, the run ends there as one that
 * failed. Waits for a delivery no longer than `shutdownTimeoutMs`. The metrics go on, so that a job may run several
 * benchmarks; the exit code is not touched.
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

/** Of a backend that waits to be asked: no failure beside one that pushes. */
const nothingPushed = 'nothing was pushed';

/** A flush that succeeds may have pushed nothing, or lost some of it: what arrived is told by the account of deliveries. */
async function deliver(metrics: BenchmarkMetrics): Promise<Pick<BenchmarkResult<unknown>, 'delivered' | 'backends'>> {
  const accounts = () => new Map(metrics.status().backends.map((account) => [account.name, account]));
  const before = accounts();
  const flushed = await metrics.forceFlush();
  const after = accounts();
  const backends = flushed.backends.map((each) => {
    const [then, now] = [before.get(each.backend), after.get(each.backend)];
    // A reader that is none of our backends has no account: its word is taken.
    if (!each.ok || then === undefined || now === undefined) return each;
    const reason = lossOf(then, now) ?? (now.delivered > then.delivered ? undefined : nothingPushed);
    return reason === undefined ? each : { backend: each.backend, ok: false, reason };
  });
  const delivered = backends.some(({ ok }) => ok) && backends.every(({ ok, reason }) => ok || reason === nothingPushed);
  return { delivered, backends };
}

/** What became of points that did not arrive; `undefined` where all did. */
function lossOf(then: BackendAccount, now: BackendAccount): string | undefined {
  const before: Readonly<Record<string, number>> = then.points.dropped;
  const losses: [points: number, what: string][] = [
    [now.points.rejected - then.points.rejected, 'were refused out of a delivery that was accepted'],
  ];
  for (const [cause, points] of Object.entries(now.points.dropped)) {
    losses.push([points - (before[cause] ?? 0), `were given up (${cause})`]);
  }
  const told = losses.filter(([points]) => points > 0).map(([points, what]) => `${points} points ${what}`);
  if (now.waiting !== undefined) told.push(`${now.waiting.points} points wait to be sent again`);
  return told.length === 0 ? undefined : told.join('; ');
}
