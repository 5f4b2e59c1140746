/** Runs a backend for one case: isolated metrics, a fake peer, and the recorded warnings. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, BackendContext, BackendKind, BackendStatus } from '../../delivery/contract.js';
import { systemClock } from '../../model/clock.js';
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from '../../model/instrument.js';
import { startMetrics } from '../../start.js';
import { type PeerAnswer, type PeerRequest, startPeer } from './peer.js';
import { hostile, ordinary } from './recordings.js';
import type { ArrivedPoint, BackendSubject } from './subject.js';

/** Interval longer than any case, so that a backend pushes only on flush. */
const neverMs = 3_600_000;

/** Canary secret, unlike any other text in the output. */
export const secret = 'c4nary-f1ve-2718281828';

/** Options of a trial. */
export interface TrialOptions {
  readonly intervalMs?: number;
  /** Timeout of one delivery. */
  readonly exportTimeoutMs?: number;
  readonly shutdownTimeoutMs?: number;
  /** Calls `start` and returns the network calls it made synchronously. */
  watch?(start: () => void): string[];
}

/** A running backend with its metrics and its peer. */
export type Trial = Awaited<ReturnType<typeof startTrial>>;

/** Starts a backend, runs `work` with it, and stops everything. */
export async function withTrial(
  subject: BackendSubject,
  work: (trial: Trial) => Promise<void>,
  options: TrialOptions = {},
): Promise<void> {
  const trial = await startTrial(subject, options);
  try {
    await work(trial);
  } finally {
    await trial.metrics.shutdown();
    await trial.peer.stop();
  }
}

async function startTrial(subject: BackendSubject, options: TrialOptions) {
  const { intervalMs = neverMs, exportTimeoutMs = 5_000, shutdownTimeoutMs = 10_000 } = options;
  /** Answers like a healthy peer. */
  const accepts = (): PeerAnswer => subject.accepts ?? { status: 200 };
  const peer = await startPeer(accepts);
  const warnings: string[] = [];
  let started: Backend | undefined;
  const configured = subject.create({ url: peer.url, secret });
  const kind: BackendKind = {
    ...configured.kind,
    start(values, context: BackendContext) {
      const warn = (message: string) => {
        warnings.push(message);
        context.warn(message);
      };
      started = configured.kind.start(values, { ...context, warn });
      return started;
    },
  };
  const start = () =>
    startMetrics({
      isolated: true,
      environment: {},
      serviceName: 'conformance',
      exportIntervalMs: intervalMs,
      exportTimeoutMs,
      shutdownTimeoutMs,
      catalogues: { ordinary, hostile },
      backends: [{ kind, input: configured.input }],
    });
  let running: ReturnType<typeof start> | undefined;
  const startedBy = (options.watch ?? call)(() => {
    running = start();
  });
  if (running === undefined || started === undefined) throw new Error('startMetrics() did not start the backend');
  const metrics: ReturnType<typeof start> = running;
  const backend: Backend = started;

  const arrivedIn = async (requests: readonly PeerRequest[]) => [
    ...(await subject.arrived({ requests, url: backend.status().url })),
  ];
  const accepted = () => peer.answered((status) => status >= 200 && status < 300);
  const temporality = (type: InstrumentKind) =>
    backend.reader.selectAggregationTemporality?.(instrumentTypes[type]) === aggregationTemporalities.delta
      ? 'delta'
      : 'cumulative';
  return {
    metrics,
    startedBy,
    backend,
    peer,
    warnings,
    accepts,
    accepted,
    arrivedIn,
    temporality,
    status: (): BackendStatus => backend.status(),
    /** Returns all points delivered so far. */
    arrived: () => arrivedIn(accepted()),
    /** Returns the delivered total of a metric: the sum of deltas, or the last cumulative value. */
    async total(metric: string, kind: InstrumentKind): Promise<Total> {
      return totalOf(await arrivedIn(accepted()), metric, temporality(kind));
    },
  };
}

function call(start: () => void): string[] {
  start();
  return [];
}

/** Delivered total of a metric over all series. `count` is the number of values of a histogram. */
export interface Total {
  readonly value: number;
  readonly count: number;
  readonly series: number;
}

/** Adds delta points; keeps the last cumulative point of each series. */
function totalOf(points: readonly ArrivedPoint[], metric: string, preferred: 'delta' | 'cumulative'): Total {
  const series = new Map<string, { value: number; count: number }>();
  for (const point of points.filter((each) => each.metric === metric)) {
    const key = JSON.stringify(Object.entries(point.attributes).sort(([a], [b]) => (a < b ? -1 : 1)));
    const [value, count] =
      typeof point.value === 'number' ? [point.value, 0] : [point.value.sum ?? Number.NaN, point.value.count];
    const before = (point.temporality ?? preferred) === 'delta' ? series.get(key) : undefined;
    series.set(key, { value: (before?.value ?? 0) + value, count: (before?.count ?? 0) + count });
  }
  const sum = (name: 'value' | 'count') => [...series.values()].reduce((total, each) => total + each[name], 0);
  return { value: sum('value'), count: sum('count'), series: series.size };
}

/** Waits until `holds` returns true. Rejects after `withinMs`; the message contains `condition`. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  condition: string,
  withinMs = 5_000,
): Promise<void> {
  const endMs = systemClock.monotonicMs() + withinMs;
  while (!(await holds())) {
    if (systemClock.monotonicMs() > endMs) throw new Error(`not reached within ${withinMs} ms: ${condition}`);
    await sleep(5);
  }
}
