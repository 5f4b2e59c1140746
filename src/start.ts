/// <reference lib="esnext.disposable" preserve="true" />
/** `startMetrics`: plans a start, connects the engine to the backends, and flushes at the end of the process. */
import { diag } from '@opentelemetry/api';
import type { Catalogue } from './catalogue/catalogue.js';
import type { InstrumentsOf } from './catalogue/instruments.js';
import type { Pack } from './catalogue/pack.js';
import { engineInstruments } from './engine/handles.js';
import { emptyResource, systemHost } from './engine/host.js';
import { EngineMeterProvider } from './engine/meter-provider.js';
import type { Clock } from './model/clock.js';
import type { Settings } from './settings/settings.js';
import { logDiagnostics } from './start/diagnostics.js';
import type { FlushResult } from './start/flush.js';
import {
  type Catalogues,
  checkAdditions,
  type Packs,
  planStart,
  type StartPlan,
  type StartSettings,
} from './start/plan.js';
import { flushAtExit } from './start/process/exit.js';
import { warnOfSecondCopies } from './start/process/second-copy.js';
import { processEngine } from './start/process-engine.js';
import { RecorderCallbacks } from './start/recorder-callbacks.js';
import { RecorderGuard } from './start/recorder-guard.js';
import { type MetricsStatus, type RunningBackends, startBackends } from './start/running-backends.js';
import { ShutdownCallbacks } from './start/shutdown-callbacks.js';

/** Options of `startMetrics`. */
export interface StartOptions<C extends Catalogues, P extends Packs> extends StartSettings {
  /** Catalogues. The result has one property per key, with the instruments of that catalogue. */
  readonly catalogues?: C & DistinctKeys<C, P>;
  /** Packs. The result has one property per key, with the recorder of that pack. */
  readonly packs?: P & DistinctKeys<P, C>;
}

/** Maps a reserved key, and a key that a catalogue and a pack share, to `never`: such a key does not compile. */
type DistinctKeys<A, B> = {
  readonly [K in keyof A]: K extends keyof B | keyof RunningMetrics | 'summary' ? never : A[K];
};

/** Controls of running metrics, without the properties of catalogues and packs. */
export interface RunningMetrics {
  /** Resolves when servers listen; rejects with the first failure. Need not be awaited. */
  readonly ready: Promise<void>;
  /** Effective configuration, with secrets redacted. */
  readonly settings: Settings;
  /** Returns the status of each backend and the counts of rejected measurements. */
  status(): MetricsStatus;
  /** Collects and delivers now. Resolves within `shutdownTimeoutMs` with the result of each backend; never rejects. */
  forceFlush(): Promise<FlushResult>;
  /** Flushes, then stops; instruments do nothing afterwards. Resolves like `forceFlush`. */
  shutdown(): Promise<FlushResult>;
  /** Calls `shutdown`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** Running metrics: the controls, plus one property per catalogue and pack of the call. */
export type Metrics<C extends Catalogues, P extends Packs> = RunningMetrics & {
  readonly [K in keyof C]: InstrumentsOf<C[K]['definitions']>;
} & { readonly [K in keyof P]: P[K] extends Pack<infer R, infer _D> ? R : never };

/** State of one start, shared by all calls that return its metrics. */
interface StartState {
  readonly engine: EngineMeterProvider;
  readonly clock: Clock;
  /** All catalogues of all calls, keyed by property name. */
  readonly catalogues: Map<string, Catalogue>;
  readonly recorders: Map<Packs[string], object>;
  readonly stopping: ShutdownCallbacks;
  readonly callbacks: RecorderCallbacks;
  /** Options of the first call. */
  readonly settings: StartSettings;
  readonly running: RunningMetrics;
}

/** State that the process shares; `undefined` while no metrics run. */
let shared: StartState | undefined;

type Empty = Record<never, never>;

/**
 * Starts metrics in the bootstrap of an application. Synchronous and idempotent.
 *
 * `OTEL_METRICS_EXPORTER` (comma-separated names of backends, or `none`) and `backends` select the backends. Metrics are
 * flushed on SIGTERM, on SIGINT and before the process ends by itself, within `shutdownTimeoutMs`. The process is not kept
 * alive beyond that and keeps its exit code.
 *
 * A later call returns the same metrics and adds its catalogues and packs, also when `otelier/register` made the first
 * call. Measurements recorded through instruments before the first call count.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with all problems in `options`; METRICS_DUPLICATE_NAME when two
 * catalogues define one name. An invalid environment variable never throws: it is reported and ignored.
 *
 * @example
 * import { counter, defineCatalogue, oneOf, startMetrics } from 'otelier';
 * const shop = defineCatalogue({
 *   orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.',
 *                     attributes: { channel: oneOf('web', 'app') } }),
 * });
 * const metrics = startMetrics({ serviceName: 'storefront', catalogues: { shop } });
 * metrics.shop.orders.add(1, { channel: 'web' });
 */
export function startMetrics<const C extends Catalogues = Empty, const P extends Packs = Empty>(
  options: StartOptions<C, P> = {},
): Metrics<C, P> {
  const {
    catalogues = {},
    packs = {},
    ...settings
  }: StartSettings & { catalogues?: Catalogues; packs?: Packs } = options;
  const isolated = settings.isolated === true;
  let state = isolated ? undefined : shared;
  if (state === undefined) {
    state = start(settings, catalogues, packs);
    if (!isolated) shared = state;
  } else {
    checkAdditions(catalogues, packs, state.catalogues);
    warnOfIgnoredOptions(state, settings);
  }
  return metricsOf(state, catalogues, packs);
}

function start(settings: StartSettings, catalogues: Catalogues, packs: Packs): StartState {
  const isolated = settings.isolated === true;
  const plan = planStart(settings, catalogues, packs);
  if (!isolated) logDiagnostics(plan.logLevel);
  for (const warning of plan.warnings) diag.warn(warning);
  warnOfSecondCopies((message) => diag.warn(message));

  const { clock } = plan.backends;
  const engine = isolated ? new EngineMeterProvider(systemHost(clock), emptyResource, false) : processEngine;
  // Created before the self-metrics, so that the metrics of the application come first in every output.
  for (const catalogue of plan.catalogues) engineInstruments(catalogue, engine);
  const backends = startBackends(plan.backends, engine);
  if (!isolated) backends.registerGlobally();
  const [stopping, callbacks] = [new ShutdownCallbacks(), new RecorderCallbacks()];
  const running = controlsOf(backends, engine, plan, { isolated, stopping, callbacks });
  return { engine, clock, catalogues: new Map(), recorders: new Map(), stopping, callbacks, settings, running };
}

/** Creates the controls of the running backends, and flushes at the end of the process unless the start is isolated. */
function controlsOf(
  backends: RunningBackends,
  engine: EngineMeterProvider,
  plan: StartPlan,
  { isolated, stopping, callbacks }: Pick<StartState, 'stopping' | 'callbacks'> & { isolated: boolean },
): RunningMetrics {
  const { shutdownTimeoutMs } = plan;
  const { clock } = plan.backends;
  let stopped: Promise<FlushResult> | undefined;
  const stop = async () => {
    const startedMs = clock.monotonicMs();
    const recorders = stopping.run(shutdownTimeoutMs / 2);
    // Not awaited without asynchronous callbacks: readers then shut down within the synchronous call.
    if (recorders === undefined) return backends.shutdown(shutdownTimeoutMs);
    await recorders;
    return backends.shutdown(Math.round(shutdownTimeoutMs - (clock.monotonicMs() - startedMs)));
  };
  const shutdown = () => {
    if (stopped === undefined) {
      // A start from now on is independent; this shutdown must not disconnect its readers.
      if (shared?.running === running) shared = undefined;
      stopListening();
      // Before the delivery ends: a start in the meantime registers its own provider.
      backends.unregister();
      stopped = stop().finally(() => {
        callbacks.remove();
        if (isolated || shared === undefined) engine.disconnect();
      });
    }
    return stopped;
  };
  const flush = () => stopped ?? backends.flush(shutdownTimeoutMs);
  const stopListening = isolated || !backends.enabled ? () => {} : flushAtExit({ flush, shutdown });
  const running: RunningMetrics = {
    ready: backends.ready,
    settings: plan.settings,
    status: backends.status,
    forceFlush: flush,
    shutdown,
    async [Symbol.asyncDispose]() {
      await shutdown();
    },
  };
  return running;
}

/** Warns about options of a later call that differ from the first call and have no effect. */
function warnOfIgnoredOptions(state: StartState, settings: StartSettings): void {
  const ignored = (Object.keys(settings) as (keyof StartSettings)[]).filter(
    (name) => settings[name] !== undefined && settings[name] !== state.settings[name],
  );
  if (ignored.length === 0) return;
  diag.warn(`startMetrics: metrics are already running; options that differ are ignored: ${ignored.join(', ')}`);
}

/** Adds the catalogues and packs of a call, and returns the controls with one property for each of them. */
function metricsOf<C extends Catalogues, P extends Packs>(
  state: StartState,
  catalogues: Catalogues,
  packs: Packs,
): Metrics<C, P> {
  const { engine, recorders } = state;
  const properties: Record<string, unknown> = {};
  for (const [key, catalogue] of Object.entries(catalogues)) {
    state.catalogues.set(key, catalogue);
    properties[key] = engineInstruments(catalogue, engine);
  }
  for (const [key, pack] of Object.entries(packs)) {
    state.catalogues.set(key, pack.catalogue);
    const recorder = recorders.get(pack) ?? createRecorder(pack, state);
    recorders.set(pack, recorder);
    properties[key] = recorder;
  }
  return Object.freeze({ ...state.running, ...properties }) as Metrics<C, P>;
}

/** Creates the recorder of a pack with guarded verbs. */
function createRecorder(pack: Packs[string], { engine, clock, stopping, callbacks }: StartState): object {
  const guard = new RecorderGuard(
    pack.name,
    () => engine.countUnreadableEvent(),
    (message) => diag.warn(message),
  );
  const recorder = pack.recorder({
    instruments: callbacks.track(engineInstruments(pack.catalogue, engine)),
    clock,
    guard,
    onShutdown: (callback) => stopping.add(callback),
  });
  return guard.recorder(recorder);
}
