/** What runs between a start and a shutdown: backends, their readers on an engine, and the global registration. */
import { diag, metrics as otelMetrics } from '@opentelemetry/api';
import type { IMetricReader, ViewOptions } from '@opentelemetry/sdk-metrics';
import type { Backend, BackendStatus, SpoolLocation } from '../delivery/contract.js';
import type { ExemplarFilter } from '../engine/exemplars.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import type { RejectionCounts } from '../engine/rejections.js';
import { MetricsError } from '../errors.js';
import type { Clock } from '../model/clock.js';
import type { ChosenBackend } from './backends.js';
import { type FlushResult, flushAll } from './flush.js';
import { hasGlobalProvider, otherProvider } from './process/global-provider.js';
import { type DeclaredResource, detectResource, readFileOrNothing } from './resource/resource.js';
import { measureSelf, type SelfMeasurement } from './self-metrics.js';

/** Everything decided, nothing started. */
export interface RuntimePlan {
  readonly chosen: readonly ChosenBackend[];
  readonly readers: readonly IMetricReader[];
  readonly views: readonly ViewOptions[];
  readonly exemplarFilter: ExemplarFilter;
  readonly selfMetrics: boolean;
  readonly resource: DeclaredResource;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly exportIntervalMs: number | undefined;
  readonly exportTimeoutMs: number;
  readonly maxRetryAfterMs: number | undefined;
  readonly spool: SpoolLocation | undefined;
  /** Why some of what was asked for cannot be started. */
  readonly fault: MetricsError | undefined;
}

/** How everything is doing. */
export interface MetricsStatus {
  readonly backends: readonly BackendStatus[];
  /** What recordings brought that could not be kept as given, by reason, since there is an engine. */
  readonly rejected: Readonly<RejectionCounts>;
}

/** A running set of readers. */
export interface Runtime {
  /** Whether anything reads what is recorded. */
  readonly enabled: boolean;
  readonly ready: Promise<void>;
  status(): MetricsStatus;
  flush(timeoutMs: number): Promise<FlushResult>;
  /** Flushes and stops everything. */
  shutdown(timeoutMs: number): Promise<FlushResult>;
  /** Makes the engine the provider of the OpenTelemetry API, unless there is one. */
  registerGlobally(): void;
  /** Takes that back. */
  unregister(): void;
}

/** Starts backends and has the engine record for them. Without any reader recording costs an empty call from now on. */
export function startRuntime(plan: RuntimePlan, engine: EngineMeterProvider): Runtime {
  const backends: Backend[] = [];
  let measured: SelfMeasurement | undefined;
  for (const chosen of plan.chosen) {
    const { clock, exportIntervalMs, exportTimeoutMs, maxRetryAfterMs, spool } = plan;
    const statuses = () => backends.map((backend) => backend.status());
    const warn = (message: string) => diag.warn(message);
    const onDelivery = (seconds: number, failure: string | undefined) =>
      measured?.delivered(chosen.name, seconds, failure);
    const timing = { exportIntervalMs, exportTimeoutMs, maxRetryAfterMs };
    backends.push(chosen.start({ clock, ...timing, spool, statuses, warn, onDelivery }));
  }
  const readers = [...backends.map(({ reader }) => reader), ...plan.readers];
  const enabled = readers.length > 0;
  if (enabled) connect(plan, engine, readers, backends);
  else engine.disconnect();

  const impossible = plan.fault === undefined ? [] : [Promise.reject(plan.fault)];
  const ready = Promise.all([...impossible, ...backends.map(({ ready }) => ready)]).then(() => undefined);
  // An application that does not await `ready` still learns of a failure, and never by an unhandled rejection.
  ready.catch((error: Error) => diag.error(error.message));

  const names = [...backends.map(({ name }) => name), ...plan.readers.map((reader) => reader.constructor.name)];
  if (enabled && plan.selfMetrics)
    measured = measureSelf(engine, names, () => backends.map((backend) => backend.status()));
  const targets = flushTargets(backends, plan.readers);
  return {
    enabled,
    ready,
    status: () => ({ backends: backends.map((backend) => backend.status()), rejected: { ...engine.rejections } }),
    flush: (timeoutMs) =>
      flushAll(
        targets((reader) => reader.forceFlush()),
        timeoutMs,
      ),
    shutdown: (timeoutMs) =>
      flushAll(
        targets((reader) => reader.shutdown()),
        timeoutMs,
      ).finally(() => measured?.stop()),
    registerGlobally() {
      if (!enabled) return;
      if (!hasGlobalProvider() && otelMetrics.setGlobalMeterProvider(engine)) return;
      diag.warn(otherProvider());
    },
    unregister() {
      if (enabled && otelMetrics.getMeterProvider() === engine) otelMetrics.disable();
    },
  };
}

function connect(
  plan: RuntimePlan,
  engine: EngineMeterProvider,
  readers: readonly IMetricReader[],
  backends: readonly Backend[],
): void {
  const resource = detectResource(plan.resource, { environment: plan.environment, readFile: readFileOrNothing });
  try {
    engine.connect({ resource, views: plan.views, readers, exemplarFilter: plan.exemplarFilter });
  } catch (error) {
    // What was started is stopped: a port that stays open would be in use at the next try.
    for (const { reader } of backends) reader.shutdown().catch(() => undefined);
    engine.disconnect();
    const problem = { where: 'readers', expected: `readers that belong to no other provider (${error})` };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem], { cause: error });
  }
}

function flushTargets(backends: readonly Backend[], readers: readonly IMetricReader[]) {
  const named = [
    ...backends.map(({ name, reader }) => ({ name, reader })),
    ...readers.map((reader) => ({ name: reader.constructor.name, reader })),
  ];
  return (act: (reader: IMetricReader) => Promise<void>) =>
    named.map(({ name, reader }) => ({ name, flush: () => act(reader) }));
}
