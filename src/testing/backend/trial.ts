/** One start of a backend for one case: metrics that go to it alone, a peer, and everything that is said. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Backend, BackendContext, BackendKind, BackendStatus } from '../../delivery/contract.js';
import { systemClock } from '../../model/clock.js';
import { aggregationTemporalities, type InstrumentKind, instrumentTypes } from '../../model/instrument.js';
import { startMetrics } from '../../start.js';
import { type PeerAnswer, type PeerRequest, startPeer } from './peer.js';
import { hostile, ordinary } from './recordings.js';
import type { ArrivedPoint, BackendSubject } from './subject.js';

/** Longer than any case lasts: pushes are those that a case asks for. */
const neverMs = 3_600_000;

/** A canary; long, and like nothing else. */
export const secret = 'c4nary-f1ve-2718281828';

/** How a trial differs from others. */
export interface TrialOptions {
  readonly intervalMs?: number;
  /** Milliseconds that one delivery may take. */
  readonly exportTimeoutMs?: number;
  readonly shutdownTimeoutMs?: number;
  /** Calls what it is given, which is the start, and says what that did. */
  watch?(start: () => void): string[];
}

/** A backend that runs. */
export type Trial = Awaited<ReturnType<typeof startTrial>>;

/** Starts a backend and lets `work` have it; stops everything, whatever comes of that. */
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
  /** What it does when it is well. */
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
  if (running === undefined || started === undefined) throw new Error('the backend was not started');
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
    /** Everything that arrived so far. */
    arrived: () => arrivedIn(accepted()),
    /** What arrived of a metric: all that a delta brought, or the last total; with a count, where it has one. */
    async total(metric: string, kind: InstrumentKind): Promise<Total> {
      return totalOf(await arrivedIn(accepted()), metric, temporality(kind));
    },
  };
}

function call(start: () => void): string[] {
  start();
  return [];
}

/** What became of a metric: the sum of its points, and of histograms the number of values. */
export interface Total {
  readonly value: number;
  readonly count: number;
  readonly series: number;
}

/** Adds points up as their temporality has it. */
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

/** Waits until something holds; whoever waits says what it is that does not. */
export async function until(holds: () => boolean | Promise<boolean>, what: string, withinMs = 5_000): Promise<void> {
  const endMs = systemClock.monotonicMs() + withinMs;
  while (!(await holds())) {
    if (systemClock.monotonicMs() > endMs) throw new Error(`within ${withinMs} ms it did not come about that ${what}`);
    await sleep(5);
  }
}
