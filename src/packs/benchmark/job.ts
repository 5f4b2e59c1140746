/** Runs a benchmark as a batch job and delivers its metrics before the job ends. */
import type { BackendStatus } from '../../delivery/contract.js';
import { requireArgument } from '../../errors.js';
import type { Target } from './events.js';
import type { BenchmarkRecorder } from './recorder.js';
import type { BenchmarkRun } from './run.js';

/** Result of a flush for one backend. */
export interface BackendDelivery {
  /** Name of the backend. */
  readonly backend: string;
  /** True if the backend delivered all points: none was rejected or dropped, and none waits for a retry. */
  readonly ok: boolean;
  /** Reason of the failure; absent if `ok`. */
  readonly reason?: string;
}

/** Delivery counts of a backend since the start. */
export type BackendAccount = Pick<BackendStatus, 'name' | 'delivered' | 'points' | 'waiting'>;

/** The part of the result of `startMetrics({ packs: { benchmark: benchmark() } })` that `runBenchmark` uses. */
export interface BenchmarkMetrics {
  readonly benchmark: Pick<BenchmarkRecorder, 'begin'>;
  forceFlush(): Promise<{ readonly backends: readonly BackendDelivery[] }>;
  status(): { readonly backends: readonly BackendAccount[] };
}

/** Result of a benchmark. */
export interface BenchmarkResult<T> {
  /** Value that `work` returned. */
  readonly value: T;
  /** True if the final flush delivered everything: at least one backend and every push backend is `ok`. */
  readonly delivered: boolean;
  /** Result of each backend. A pull backend, such as a Prometheus endpoint, delivers nothing in a flush and is not `ok`. */
  readonly backends: readonly BackendDelivery[];
}

/**
 * Runs a benchmark as a batch job: begins a run, awaits `work`, ends the run, and flushes the metrics before it returns.
 *
 * If `work` throws, the run ends as failed, the metrics are flushed, and the error is rethrown. If a shutdown begins
 * first, for example by a signal, the run ends as failed. The flush takes at most `shutdownTimeoutMs`. The metrics stay
 * active, so a job can run several benchmarks. The exit code is not changed.
 *
 * @param metrics result of `startMetrics` with the pack under the key `benchmark`.
 * @throws {TypeError} if `metrics` lacks the pack, or `work` is not a function; otherwise only errors of `work`.
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
  const canBegin = typeof metrics?.benchmark?.begin === 'function';
  const expected = 'the result of startMetrics({ packs: { benchmark: benchmark() } })';
  requireArgument('runBenchmark: metrics', metrics, canBegin, expected);
  requireArgument('runBenchmark: work', work, typeof work === 'function', 'a function');
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

/** Reason of a backend that pushed nothing. It is not a failure if another backend delivers. */
const nothingPushed = 'nothing was pushed';

/** Flushes, and compares the delivery counts: a successful flush may have pushed nothing, or dropped points. */
async function deliver(metrics: BenchmarkMetrics): Promise<Pick<BenchmarkResult<unknown>, 'delivered' | 'backends'>> {
  const accounts = () => new Map(metrics.status().backends.map((account) => [account.name, account]));
  const before = accounts();
  const flushed = await metrics.forceFlush();
  const after = accounts();
  const backends = flushed.backends.map((result) => {
    const { backend, ok } = result;
    const [earlier, later] = [before.get(backend), after.get(backend)];
    // Readers of the application have no delivery counts; only the result of their flush is known.
    if (!ok || earlier === undefined || later === undefined) return result;
    const reason = lossOf(earlier, later) ?? (later.delivered > earlier.delivered ? undefined : nothingPushed);
    return reason === undefined ? result : { backend, ok: false, reason };
  });
  const delivered = backends.some(({ ok }) => ok) && backends.every(({ ok, reason }) => ok || reason === nothingPushed);
  return { delivered, backends };
}

/** Describes the points that were not delivered; `undefined` if all were. */
function lossOf(earlier: BackendAccount, later: BackendAccount): string | undefined {
  const droppedEarlier: Readonly<Record<string, number>> = earlier.points.dropped;
  const losses: [fate: string, points: number][] = [
    ['rejected by the endpoint', later.points.rejected - earlier.points.rejected],
  ];
  for (const [cause, points] of Object.entries(later.points.dropped)) {
    losses.push([`dropped (${cause})`, points - (droppedEarlier[cause] ?? 0)]);
  }
  const reported = losses.filter(([, points]) => points > 0);
  // Requests that wait are reported even if the number of their data points is unknown.
  if (later.waiting !== undefined) reported.push(['waiting for retry', later.waiting.points]);
  if (reported.length === 0) return undefined;
  return reported.map(([fate, points]) => `data points ${fate}: ${points}`).join('; ');
}
