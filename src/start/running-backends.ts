/** RunningBackends: the backends and readers of one start, connected to an engine. */
import type { Delivery } from '../catalogue/pack.js';
import type { Backend, BackendStatus, SpoolLocation } from '../delivery/contract.js';
import type { ExemplarFilter } from '../engine/exemplars.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import type { RejectionCounts } from '../engine/rejections.js';
import { logLines, MetricsError, messageOf } from '../errors.js';
import type { Clock } from '../model/clock.js';
import { diag } from '../model/diag.js';
import type { Resource } from '../model/otel-data.js';
import type { IMetricReader, ViewOptions } from '../model/otel-sdk.js';
import { announce } from './announcement.js';
import { deliverAtExit } from './at-exit.js';
import type { ChosenBackend } from './backends.js';
import type { StartLog } from './diagnostics.js';
import { ExitLog } from './exit-log.js';
import { type FlushResult, flushAll } from './flush.js';
import { lazyLive, liveSource, type ShownMetrics } from './live.js';
import { otherProviderWarning, registerGlobally, unregisterGlobally } from './process/global-provider.js';
import { logUnlessUncaught } from './process/uncaught.js';
import { type DeclaredResource, detectResource } from './resource/resource.js';
import { readTextFile } from './resource/sources.js';
import { type SelfMetrics, startSelfMetrics } from './self-metrics.js';

/** Resolved inputs of a pipeline. */
export interface BackendsPlan {
  readonly chosen: readonly ChosenBackend[];
  readonly readers: readonly IMetricReader[];
  readonly views: readonly ViewOptions[];
  readonly exemplarFilter: ExemplarFilter;
  readonly selfMetrics: boolean;
  /** True for metrics that have nothing to do with the process. */
  readonly isolated: boolean;
  readonly resource: DeclaredResource;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly exportIntervalMs: number | undefined;
  readonly exportTimeoutMs: number;
  readonly maxRetryAfterMs: number | undefined;
  readonly spool: SpoolLocation | undefined;
  /** True if collectors were configured. */
  readonly showsCollectors: boolean;
  /** Error of an invalid configuration file; `ready` rejects with it. */
  readonly fileError: MetricsError | undefined;
}

/** Status of all backends, and counts of rejected measurements. */
export interface MetricsStatus {
  readonly backends: readonly BackendStatus[];
  /** Measurements that were rejected or altered, and refused instruments, by reason, since the engine was created. */
  readonly rejected: Readonly<RejectionCounts>;
}

/** A running pipeline. */
export interface RunningBackends {
  /** True if at least one reader is connected. */
  readonly enabled: boolean;
  readonly ready: Promise<void>;
  status(): MetricsStatus;
  flush(timeoutMs: number): Promise<FlushResult>;
  /** Flushes before the process ends by itself; `exit` then logs one line for each backend that loses values. */
  flushLast(timeoutMs: number): Promise<FlushResult>;
  /** Flushes and stops everything. */
  shutdown(timeoutMs: number): Promise<FlushResult>;
  /** Logs where metrics go, once the backends have opened. */
  announce(log: StartLog): Promise<void>;
  /** Delivers the latest values without waiting where a backend can, and logs what is lost. */
  exit(isUncaught: boolean): void;
  /** Registers the engine as the global MeterProvider, or warns that another provider is registered. */
  registerGlobally(): void;
  /** Removes the global registration. */
  unregister(): void;
}

/**
 * Starts the backends and connects their readers to the engine. Without a reader, recording becomes an empty call.
 *
 * @param contents what the live view shows; it may grow.
 */
export function startBackends(
  plan: BackendsPlan,
  engine: EngineMeterProvider,
  onDelivered: (delivery: Delivery) => void,
  contents: ShownMetrics,
): RunningBackends {
  let resource: Resource | undefined;
  const backends: Backend[] = [];
  const log = new ExitLog();
  let selfMetrics: SelfMetrics | undefined;
  for (const chosen of plan.chosen) {
    const { clock, exportIntervalMs, exportTimeoutMs, maxRetryAfterMs, spool, showsCollectors } = plan;
    const statuses = () => backends.map((backend) => backend.status());
    const warn = (message: string) => log.warn(chosen.name, message);
    const onDelivery = (seconds: number, failure: string | undefined) => {
      selfMetrics?.delivered(chosen.name, seconds, failure);
      onDelivered({ backend: chosen.name, seconds, failure });
    };
    const timing = { exportIntervalMs, exportTimeoutMs, maxRetryAfterMs };
    const parts = { engine, clock, contents, options: chosen.options, resource: () => resource, statuses };
    const live = lazyLive(() => liveSource(parts), warn);
    backends.push(chosen.start({ clock, ...timing, spool, showsCollectors, statuses, live, warn, onDelivery }));
  }
  const readers = [...backends.map(({ reader }) => reader), ...plan.readers];
  const enabled = readers.length > 0;
  if (enabled) resource = connect(plan, engine, readers, backends);
  else engine.disconnect();

  const failed = plan.fileError === undefined ? [] : [Promise.reject(plan.fileError)];
  const ready = Promise.all([...failed, ...backends.map(({ ready }) => ready)]).then(() => undefined);
  // Handled here, so that an application that does not await `ready` gets a log line, not an unhandled rejection.
  ready.catch((error: Error) => {
    const log = () => {
      for (const line of logLines(error)) diag.error(line);
    };
    if (plan.isolated) log();
    else logUnlessUncaught(error, log);
  });

  const opened = new Set<Backend>();
  for (const backend of backends) {
    backend.ready.then(
      () => opened.add(backend),
      () => undefined,
    );
  }
  const readerNames = plan.readers.map((_reader, index) => (index === 0 ? 'reader' : `reader/${index + 1}`));
  const names = [...backends.map(({ name }) => name), ...readerNames];
  if (enabled && plan.selfMetrics) {
    selfMetrics = startSelfMetrics(engine, names, () => backends.map((backend) => backend.status()), plan.clock);
  }
  const targets = flushTargets(
    names,
    readers,
    backends,
    plan.chosen.map(({ pull }) => pull),
  );
  const flushEach = (act: (reader: IMetricReader) => Promise<void>, timeoutMs: number) => {
    // Absent in the engine of an earlier version of the package.
    const endFlush = engine.beginFlush?.(timeoutMs);
    return flushAll(targets(act), timeoutMs, log).finally(endFlush);
  };
  const flush = (timeoutMs: number) => flushEach((reader) => reader.forceFlush(), timeoutMs);
  return {
    enabled,
    ready,
    status: () => ({ backends: backends.map((backend) => backend.status()), rejected: { ...engine.rejections } }),
    flush,
    flushLast: (timeoutMs) => log.holdDuring(() => flush(timeoutMs)),
    shutdown: (timeoutMs) => flushEach((reader) => reader.shutdown(), timeoutMs).finally(() => selfMetrics?.stop()),
    announce: (log) => announce(backends, readerNames, log),
    exit: (isUncaught) => deliverAtExit(backends, { spooled: plan.spool !== undefined, opened, isUncaught, log }),
    registerGlobally() {
      if (enabled && !registerGlobally(engine)) diag.warn(otherProviderWarning());
    },
    unregister() {
      if (enabled) unregisterGlobally(engine);
    },
  };
}

function connect(
  plan: BackendsPlan,
  engine: EngineMeterProvider,
  readers: readonly IMetricReader[],
  backends: readonly Backend[],
): Resource {
  const resource = detectResource(plan.resource, { environment: plan.environment, readFile: readTextFile });
  try {
    engine.connect({ resource, views: plan.views, readers, exemplarFilter: plan.exemplarFilter });
    return resource;
  } catch (error) {
    // Stops the started backends: an open port would be in use at the next attempt.
    for (const { reader, ready } of backends) {
      ready.catch(() => undefined);
      reader.shutdown().catch(() => undefined);
    }
    engine.disconnect();
    const expected = `readers that are not registered with another provider (${messageOf(error)})`;
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: 'readers', expected }], { cause: error });
  }
}

/** @param pulls reports by index whether a backend is scraped; the readers of the application come after the backends. */
function flushTargets(
  names: readonly string[],
  readers: readonly IMetricReader[],
  backends: readonly Backend[],
  pulls: readonly boolean[],
) {
  return (act: (reader: IMetricReader) => Promise<void>) =>
    readers.map((reader, index) => ({
      name: names[index] ?? 'reader',
      pull: pulls[index] ?? false,
      remedy: (reason: string) => unansweredRemedy(backends[index], reason),
      flush: () => act(reader),
    }));
}

/** Returns what to check if a backend has never had an answer: its endpoint is rather gone than slow. */
function unansweredRemedy(backend: Backend | undefined, reason: string): string | undefined {
  return backend?.status().delivered === 0 ? backend.remedy?.(reason) : undefined;
}
