/// <reference lib="esnext.disposable" preserve="true" />
/**
 * `startMetrics`: a plan is made of options and environment, its backends are started, handles connected, and the end
 * of the process prepared.
 */
import { diag } from '@opentelemetry/api';
import type { Catalogue } from './catalogue/catalogue.js';
import type { InstrumentsOf } from './catalogue/instruments.js';
import type { Pack } from './catalogue/pack.js';
import { MetricsError, type Problem } from './errors.js';
import type { Settings } from './settings/settings.js';
import { logDiagnostics } from './start/diagnostics.js';
import { flushAtExit } from './start/exit.js';
import type { FlushResult } from './start/flush.js';
import { type Catalogues, type Packs, planStart, type StartPlan, type StartSettings, wrongKeys } from './start/plan.js';
import { createHandleRegistry, type HandleRegistry, processHandles } from './start/process-handles.js';
import { type MetricsStatus, type Runtime, startRuntime } from './start/runtime.js';
import { warnOfSecondCopies } from './start/second-copy.js';

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
  readonly catalogues: ReadonlySet<Catalogue>;
  readonly recorders: ReadonlyMap<Packs[string], object>;
  readonly handles: HandleRegistry;
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
 * A later call returns the same metrics; it may name what runs already, but not bring new catalogues or packs.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with everything that is wrong in `options`; METRICS_DUPLICATE_NAME
 * when two catalogues define one name; METRICS_ALREADY_STARTED when a later call brings something new. A wrong
 * variable in the environment never throws: it is reported and ignored.
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
  if (settings.isolated === true) return present(startSession(settings, catalogues, packs), catalogues, packs);
  if (shared === undefined) shared = startSession(settings, catalogues, packs);
  else checkJoining(shared, settings, catalogues, packs);
  return present(shared, catalogues, packs);
}

function startSession(settings: StartSettings, catalogues: Catalogues, packs: Packs): Session {
  const isolated = settings.isolated === true;
  const plan = planStart(settings, catalogues, packs);
  if (!isolated) logDiagnostics(plan.logLevel);
  for (const warning of plan.warnings) diag.warn(warning);
  warnOfSecondCopies((message) => diag.warn(message));

  const runtime = startRuntime(plan.runtime);
  const handles = isolated ? createHandleRegistry() : processHandles;
  try {
    return connect(runtime, handles, plan, settings, packs);
  } catch (error) {
    // What was started is stopped: a port that stays open would be in use at the next try.
    void runtime.shutdown(plan.shutdownTimeoutMs);
    throw error;
  }
}

function connect(
  runtime: Runtime,
  handles: HandleRegistry,
  plan: StartPlan,
  settings: StartSettings,
  packs: Packs,
): Session {
  const isolated = settings.isolated === true;
  for (const catalogue of plan.runtime.catalogues) handles.connect(catalogue, runtime.source(catalogue));
  const recorders = new Map<Packs[string], object>();
  for (const pack of Object.values(packs)) {
    const instruments = handles.instruments(pack.catalogue);
    recorders.set(pack, pack.recorder({ instruments, clock: plan.runtime.clock }));
  }
  if (!isolated) runtime.registerGlobally();
  const running = run(runtime, handles, plan, isolated);
  return { catalogues: plan.runtime.catalogues, recorders, handles, settings, running };
}

function run(runtime: Runtime, handles: HandleRegistry, plan: StartPlan, isolated: boolean): RunningMetrics {
  const { shutdownTimeoutMs } = plan;
  let stopped: Promise<FlushResult> | undefined;
  const shutdown = () => {
    if (stopped === undefined) {
      // A start from now on is a new one, whose handles this shutdown must not disconnect.
      if (shared?.running === running) shared = undefined;
      stopListening();
      stopped = runtime.shutdown(shutdownTimeoutMs).finally(() => {
        if (isolated || shared === undefined) handles.disconnect();
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

/** Checks that a later call asks for nothing that only a first one can have. */
function checkJoining(session: Session, settings: StartSettings, catalogues: Catalogues, packs: Packs): void {
  const wrong = wrongKeys(catalogues, packs);
  if (wrong.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', wrong);
  const problems: Problem[] = [];
  for (const [key, catalogue] of Object.entries(catalogues)) {
    if (!session.catalogues.has(catalogue)) {
      problems.push({ where: `catalogues.${key}`, expected: 'a catalogue that the first startMetrics() was given' });
    }
  }
  for (const [key, pack] of Object.entries(packs)) {
    if (!session.recorders.has(pack)) {
      problems.push({ where: `packs.${key}`, expected: 'a pack that the first startMetrics() was given' });
    }
  }
  if (problems.length > 0) throw new MetricsError('METRICS_ALREADY_STARTED', problems);
  const ignored = (Object.keys(settings) as (keyof StartSettings)[]).filter(
    (name) => settings[name] !== undefined && settings[name] !== session.settings[name],
  );
  if (ignored.length === 0) return;
  diag.warn(`Metrics run already; these options of a later startMetrics() are ignored: ${ignored.join(', ')}`);
}

function present<C extends Catalogues, P extends Packs>(
  session: Session,
  catalogues: Catalogues,
  packs: Packs,
): Metrics<C, P> {
  const instruments = Object.entries(catalogues).map(([key, catalogue]) => [
    key,
    session.handles.instruments(catalogue),
  ]);
  const recorders = Object.entries(packs).map(([key, pack]) => [key, session.recorders.get(pack)]);
  return Object.freeze({
    ...session.running,
    ...Object.fromEntries([...instruments, ...recorders]),
  }) as Metrics<C, P>;
}
