/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `startMetrics`: a plan is made of options and environment, its backends are started, the engine records for them, and
 * the end of the process is prepared.
 */
import { diag } from '@opentelemetry/api';
import type { Catalogue } from './catalogue/catalogue.js';
import type { InstrumentsOf } from './catalogue/instruments.js';
import type { Pack } from './catalogue/pack.js';
import { engineInstruments } from './engine/handles.js';
import { emptyResource, surroundings } from './engine/host.js';
import { EngineMeterProvider } from './engine/meter-provider.js';
import type { Clock } from './model/clock.js';
import type { Settings } from './settings/settings.js';
import { logDiagnostics } from './start/diagnostics.js';
import type { FlushResult } from './start/flush.js';
import {
  type Catalogues,
  checkBrought,
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
import { type MetricsStatus, type Runtime, startRuntime } from './start/runtime.js';
import { Stopping } from './start/stopping.js';

/** What `startMetrics` takes. */
export interface StartOptions<C extends Catalogues, P extends Packs> extends StartSettings {
  /** Each becomes a property of the result that holds its instruments. */
  readonly catalogues?: C & DistinctKeys<C, P>;
  /** Each becomes a property of the result that holds its recorder. */
  readonly packs?: P & DistinctKeys<P, C>;
}

/** A key that is reserved, or that a catalogue and a pack both have, does not compile. */
type DistinctKeys<A, B> = {
  readonly [K in keyof A]: K extends keyof B | keyof RunningMetrics | 'summary' ? never : A[K];
};

/** What every started set of metrics has. */
export interface RunningMetrics {
  /** Settles when servers listen; rejects with the first reason why one cannot. Need not be awaited. */
  readonly ready: Promise<void>;
  /** The effective configuration, secrets left out. */
  readonly settings: Settings;
  /** How each backend is doing, and what could not be recorded as given. */
  status(): MetricsStatus;
  /** Collects and delivers now; settles within `shutdownTimeoutMs` and says truthfully how it went. Never rejects. */
  forceFlush(): Promise<FlushResult>;
  /** Flushes, then stops everything; handles do nothing afterwards. Settles and tells as `forceFlush` does. */
  shutdown(): Promise<FlushResult>;
  /** `shutdown`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A started set of metrics: one property per catalogue and pack. */
export type Metrics<C extends Catalogues, P extends Packs> = RunningMetrics & {
  readonly [K in keyof C]: InstrumentsOf<C[K]['definitions']>;
} & { readonly [K in keyof P]: P[K] extends Pack<infer R, infer _D> ? R : never };

/** A started set of metrics, before it is dressed in the properties that one call asked for. */
interface Session {
  readonly engine: EngineMeterProvider;
  readonly clock: Clock;
  /** Every catalogue that was brought, by the name under which it came first. */
  readonly catalogues: Map<string, Catalogue>;
  readonly recorders: Map<Packs[string], object>;
  readonly stopping: Stopping;
  readonly callbacks: RecorderCallbacks;
  /** What it was started with. */
  readonly settings: StartSettings;
  readonly running: RunningMetrics;
}

/** The one that the process shares; `undefined` while none runs. */
let shared: Session | undefined;

type NoneGiven = Record<never, never>;

/**
 * Starts metrics, once, in the bootstrap of an application: synchronous, and idempotent.
 *
 * Where metrics go is chosen by `OTEL_METRICS_EXPORTER` (`prometheus`, `otlp`, `console`, `none`, or several separated
 * by commas) and by `backends`. They are flushed on SIGTERM, on SIGINT and before the process ends by itself, within
 * `shutdownTimeoutMs`; the process is not kept alive beyond that, and keeps its exit code.
 *
 * A later call returns the same metrics and adds the catalogues and packs that it brings, also when `otelier/register`
 * was the first. What was recorded through handles before the first call counts.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong in `options`; METRICS_DUPLICATE_NAME
 * when two catalogues define one name. A wrong variable in the environment never throws: it is reported and ignored.
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
export function startMetrics<const C extends Catalogues = NoneGiven, const P extends Packs = NoneGiven>(
  options: StartOptions<C, P> = {},
): Metrics<C, P> {
  const {
    catalogues = {},
    packs = {},
    ...settings
  }: StartSettings & { catalogues?: Catalogues; packs?: Packs } = options;
  const isolated = settings.isolated === true;
  let session = isolated ? undefined : shared;
  if (session === undefined) {
    session = startSession(settings, catalogues, packs);
    if (!isolated) shared = session;
  } else {
    checkBrought(catalogues, packs, session.catalogues);
    warnOfIgnored(session, settings);
  }
  return present(session, catalogues, packs);
}

function startSession(settings: StartSettings, catalogues: Catalogues, packs: Packs): Session {
  const isolated = settings.isolated === true;
  const plan = planStart(settings, catalogues, packs);
  if (!isolated) logDiagnostics(plan.logLevel);
  for (const warning of plan.warnings) diag.warn(warning);
  warnOfSecondCopies((message) => diag.warn(message));

  const { clock } = plan.runtime;
  const engine = isolated ? new EngineMeterProvider(surroundings(clock), emptyResource, false) : processEngine;
  // Made before the runtime makes its own, so that the application's metrics come first wherever they are shown.
  for (const catalogue of plan.catalogues) engineInstruments(catalogue, engine);
  const runtime = startRuntime(plan.runtime, engine);
  if (!isolated) runtime.registerGlobally();
  const [stopping, callbacks] = [new Stopping(), new RecorderCallbacks()];
  const running = run(runtime, engine, plan, { isolated, stopping, callbacks });
  return { engine, clock, catalogues: new Map(), recorders: new Map(), stopping, callbacks, settings, running };
}

function run(
  runtime: Runtime,
  engine: EngineMeterProvider,
  plan: StartPlan,
  { isolated, stopping, callbacks }: Pick<Session, 'stopping' | 'callbacks'> & { isolated: boolean },
): RunningMetrics {
  const { shutdownTimeoutMs } = plan;
  const { clock } = plan.runtime;
  let stopped: Promise<FlushResult> | undefined;
  const stop = async () => {
    const beganMs = clock.monotonicMs();
    const recorders = stopping.run(shutdownTimeoutMs / 2);
    // Not awaited where nothing takes time: readers are told to shut down within the call.
    if (recorders === undefined) return runtime.shutdown(shutdownTimeoutMs);
    await recorders;
    return runtime.shutdown(Math.round(shutdownTimeoutMs - (clock.monotonicMs() - beganMs)));
  };
  const shutdown = () => {
    if (stopped === undefined) {
      // A start from now on is a new one, whose readers this shutdown must not disconnect.
      if (shared?.running === running) shared = undefined;
      stopListening();
      // At once: whoever starts while this one still delivers registers its own.
      runtime.unregister();
      stopped = stop().finally(() => {
        callbacks.remove();
        if (isolated || shared === undefined) engine.disconnect();
      });
    }
    return stopped;
  };
  const flush = () => stopped ?? runtime.flush(shutdownTimeoutMs);
  const stopListening = isolated || !runtime.enabled ? () => {} : flushAtExit({ flush, shutdown });
  const running: RunningMetrics = {
    ready: runtime.ready,
    settings: plan.settings,
    status: runtime.status,
    forceFlush: flush,
    shutdown,
    async [Symbol.asyncDispose]() {
      await shutdown();
    },
  };
  return running;
}

/** Options of a later call that differ from those of the first have no effect, which is said. */
function warnOfIgnored(session: Session, settings: StartSettings): void {
  const ignored = (Object.keys(settings) as (keyof StartSettings)[]).filter(
    (name) => settings[name] !== undefined && settings[name] !== session.settings[name],
  );
  if (ignored.length === 0) return;
  diag.warn(`Metrics run already; these options of a later startMetrics() are ignored: ${ignored.join(', ')}`);
}

/** The running metrics with the properties that a call asked for; what it brings is added. */
function present<C extends Catalogues, P extends Packs>(
  session: Session,
  catalogues: Catalogues,
  packs: Packs,
): Metrics<C, P> {
  const { engine, recorders } = session;
  const properties: Record<string, unknown> = {};
  for (const [key, catalogue] of Object.entries(catalogues)) {
    session.catalogues.set(key, catalogue);
    properties[key] = engineInstruments(catalogue, engine);
  }
  for (const [key, pack] of Object.entries(packs)) {
    session.catalogues.set(key, pack.catalogue);
    const recorder = recorders.get(pack) ?? createRecorder(pack, session);
    recorders.set(pack, recorder);
    properties[key] = recorder;
  }
  return Object.freeze({ ...session.running, ...properties }) as Metrics<C, P>;
}

function createRecorder(pack: Packs[string], { engine, clock, stopping, callbacks }: Session): object {
  const guard = new RecorderGuard(
    pack.name,
    () => engine.countUnreadableEvent(),
    (message) => diag.warn(message),
  );
  const recorder = pack.recorder({
    instruments: callbacks.through(engineInstruments(pack.catalogue, engine)),
    clock,
    guard,
    onShutdown: (callback) => stopping.add(callback),
  });
  return guard.recorder(recorder);
}
