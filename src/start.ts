/** `startMetrics`: plans a start, connects the engine to the backends, and flushes at the end of the process. */

import type { InstrumentsOf } from './catalogue/instruments.js';
import { isEqual } from './catalogue/is-equal.js';
import { withCatalogues } from './catalogue/misplaced-calls.js';
import type { Collector, Pack } from './catalogue/pack.js';
import { engineInstruments } from './engine/handles.js';
import { emptyResource, systemHost } from './engine/host.js';
import { EngineMeterProvider } from './engine/meter-provider.js';
import { fit } from './errors/fit.js';
import { cut, renderValue } from './errors.js';
import { boundariesFor } from './model/default-boundaries.js';
import { diag } from './model/diag.js';
import { byKey } from './start/collectors.js';
import { warnOfSchemaError } from './start/configuration-file.js';
import { DeliveryCallbacks } from './start/delivery-callbacks.js';
import { logDiagnostics } from './start/diagnostics.js';
import { expose } from './start/exposition.js';
import type { FlushResult } from './start/flush.js';
import { namingOptions } from './start/named-packs.js';
import { createRecorder, existingRecorder, startAll } from './start/pack-recorders.js';
import { checkAdditions, checkArgument, planStart, type StartPlan } from './start/plan.js';
import { warnOfNewerApiCopies } from './start/process/api-copies.js';
import { warnOfIncompatibleCopies } from './start/process/copies.js';
import { flushAtExit } from './start/process/exit.js';
import { watchPlainApi } from './start/process/plain-api.js';
import { type StartState, sharedState } from './start/process/shared-state.js';
import { Readings } from './start/readings.js';
import { type RunningBackends, startBackends } from './start/running-backends.js';
import type { RunningMetrics } from './start/running-metrics.js';
import { ShutdownCallbacks } from './start/shutdown-callbacks.js';
import type { Catalogues, Packs, StartSettings } from './start/start-settings.js';
import { summarized, summaryFor } from './start/summary.js';
import { SummarySource } from './start/summary-reading.js';
import type { SummaryControl } from './start/summary-types.js';

/** Options of `startMetrics`. */
export interface StartOptions<C extends Catalogues, P extends Packs> extends StartSettings {
  /**
   * Catalogues by name; none by default. The result has one property per name, with the instruments of that catalogue.
   *
   * @example
   * const shop = defineCatalogue({});
   * const metrics = startMetrics({ catalogues: { shop } });
   */
  readonly catalogues?: C & DistinctKeys<C, P>;
  /**
   * Packs by name; none by default. The result has one property per name, with the recorder of that pack.
   *
   * @example
   * import { startMetrics } from 'otelier';
   * import { gateway } from 'otelier/packs/gateway';
   * const metrics = startMetrics({ packs: { gateway: gateway() } });
   */
  readonly packs?: P & DistinctKeys<P, C>;
}

/** Maps a reserved key, and a key that a catalogue and a pack share, to `never`: such a key does not compile. */
type DistinctKeys<A, B> = {
  readonly [K in keyof A]: K extends keyof B | keyof RunningMetrics | keyof SummaryControl<Empty, Empty> ? never : A[K];
};

/** Running metrics: the controls, plus one property per catalogue and pack of the call. */
export type Metrics<C extends Catalogues, P extends Packs> = RunningMetrics &
  SummaryControl<C, P> & {
    readonly [K in keyof C]: InstrumentsOf<C[K]['definitions']>;
  } & { readonly [K in keyof P]: P[K] extends Pack<infer R, infer _D> ? R : never };

type Empty = Record<never, never>;

/**
 * Starts metrics and returns their instruments, by catalogue. Call it once, in the bootstrap of the application; it does
 * not wait.
 *
 * `OTEL_METRICS_EXPORTER` (comma-separated names of backends, or `none`) and `backends` select the backends;
 * `OTELIER_METRICS_EXPORTER` wins over `OTEL_METRICS_EXPORTER`. Metrics are flushed on SIGTERM, on SIGINT and before the
 * process ends by itself, within `shutdownTimeoutMs`. The process is not kept alive beyond that and keeps its exit code.
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
  return begin(options, []);
}

/**
 * Starts metrics for `otelier/register`.
 *
 * @param packs packs that record without code. They start within this call, before the application makes a request, unless
 * the environment names other packs.
 */
export function startRegistered(packs: readonly Packs[string][]): void {
  begin({}, packs);
}

/** @param defaultPacks packs to start if neither code nor the environment names any. */
function begin<C extends Catalogues, P extends Packs>(
  options: StartOptions<C, P>,
  defaultPacks: readonly Packs[string][],
): Metrics<C, P> {
  checkArgument(options);
  const {
    catalogues = {},
    packs = {},
    ...settings
  }: StartSettings & { catalogues?: Catalogues; packs?: Packs } = options;
  const isolated = settings.isolated === true;
  const shared = sharedState();
  let state = isolated ? undefined : shared.started;
  if (state === undefined) {
    state = start(settings, catalogues, packs, defaultPacks);
    if (!isolated) shared.started = state;
  } else {
    checkAdditions(catalogues, packs, settings, state);
    warnOfIgnoredOptions(state, settings);
    startNames(state, settings);
  }
  return metricsOf(state, catalogues, packs, settings.collectors);
}

function start(
  settings: StartSettings,
  catalogues: Catalogues,
  packs: Packs,
  defaultPacks: readonly Packs[string][],
): StartState {
  const isolated = settings.isolated === true;
  const defaultPackNames = defaultPacks.map(({ name }) => name);
  const plan = planStart(settings, catalogues, packs, defaultPackNames);
  const log = isolated ? undefined : logDiagnostics(plan.logLevel, plan.settings.get('logLevel')?.from !== 'default');
  for (const warning of plan.warnings) diag.warn(warning);
  if (plan.file !== undefined) void warnOfSchemaError(plan.file, (message) => diag.warn(message));
  warnOfIncompatibleCopies();

  const { clock } = plan.backends;
  const engine = isolated
    ? new EngineMeterProvider(systemHost(clock), emptyResource, false, boundariesFor)
    : sharedState().engine;
  engine.limits = plan.limits;
  // Created before the self-metrics, so that the metrics of the application come first in every output.
  for (const catalogue of plan.catalogues) engineInstruments(catalogue, engine);
  const deliveries = new DeliveryCallbacks();
  const declared: StartState['catalogues'] = new Map();
  const lists = { catalogues: declared, recorders: new Map(), named: new Map() };
  const backends = startBackends(plan.backends, engine, (delivery) => deliveries.run(delivery), lists);
  if (!isolated) {
    backends.registerGlobally();
    void warnOfNewerApiCopies();
  }
  if (log !== undefined) void backends.announce(log);
  const stopping = new ShutdownCallbacks();
  if (!isolated) stopping.add(watchPlainApi(engine, (message) => diag.warn(message)));
  const starting: Promise<void>[] = [];
  // A microtask later: the packs start when the state is complete.
  const ready = Promise.resolve()
    .then(() => Promise.all([backends.ready, ...starting]))
    .then(() => undefined);
  ready.catch(() => undefined);
  const summarySource = new SummarySource(engine, clock);
  const running = controlsOf({ ...backends, ready }, engine, plan, { isolated, stopping, catalogues: declared }, () =>
    summarySource.end(summarized(lists).values()),
  );
  const state: StartState = {
    engine,
    clock,
    ...lists,
    stopping,
    deliveries,
    readings: new Readings(),
    summarySource,
    namedOptions: plan.named,
    settings,
    running,
    enabled: backends.enabled,
    collectorsDisabled: plan.collectorsDisabled,
  };
  if (backends.enabled)
    starting.push(startAll('packNames', plan, state, defaultPacks), startAll('collectorNames', plan, state, []));
  return state;
}

/**
 * Creates the controls of the running backends, and flushes at the end of the process unless the start is isolated.
 *
 * @param ended called at the end of the shutdown, while the engine still has the values.
 */
function controlsOf(
  backends: RunningBackends,
  engine: EngineMeterProvider,
  plan: StartPlan,
  { isolated, stopping, catalogues }: Pick<StartState, 'stopping' | 'catalogues'> & { isolated: boolean },
  ended: () => void,
): RunningMetrics {
  const { shutdownTimeoutMs } = plan;
  const { clock } = plan.backends;
  const shared = sharedState();
  const endTracking = engine.trackCallbacks();
  let stopped: Promise<FlushResult> | undefined;
  const stop = async () => {
    const startedMs = clock.monotonicMs();
    const recorders = stopping.run(shutdownTimeoutMs / 2);
    // Not awaited without asynchronous callbacks: readers then shut down within the synchronous call.
    if (recorders === undefined) return backends.shutdown(shutdownTimeoutMs);
    await recorders;
    return backends.shutdown(Math.max(0, Math.round(shutdownTimeoutMs - (clock.monotonicMs() - startedMs))));
  };
  const shutdown = () => {
    if (stopped === undefined) {
      // A start from now on is independent; this shutdown must not disconnect its readers.
      if (shared.started?.running === running) shared.started = undefined;
      const endListening = stopListening();
      // Absent in the engine of an earlier version of the package.
      engine.endMetrics?.(catalogues.values());
      // Before the delivery ends: a start in the meantime registers its own provider.
      backends.unregister();
      // Callbacks that a start in the meantime adds belong to that start.
      const removeCallbacks = endTracking();
      stopped = stop().finally(() => {
        ended();
        removeCallbacks();
        endListening();
        if (isolated || shared.started === undefined) engine.disconnect();
      });
    }
    return stopped;
  };
  const flush = () => stopped ?? backends.flush(shutdownTimeoutMs);
  const flushLast = () => stopped ?? backends.flushLast(shutdownTimeoutMs);
  const listens = !isolated && backends.enabled;
  const stopListening = listens ? flushAtExit({ flush, flushLast, shutdown, exit: backends.exit }) : () => () => {};
  /** Warnings of `exposition` that were logged. */
  const logged = new Set<string>();
  const running: RunningMetrics = {
    ready: backends.ready,
    settings: plan.settings,
    status: backends.status,
    exposition: ((options) => expose(engine, plan.backends, options, logged)) as RunningMetrics['exposition'],
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
    (name) =>
      !isAdded(name, settings) && settings[name] !== undefined && !isEqual(settings[name], state.settings[name]),
  );
  if (ignored.length === 0) return;
  const [one, two] = ignored.map((name) => withRunningValue(name, state, settings));
  const shown = one !== undefined && two === undefined ? one : ignored.join(', ');
  diag.warn(fit`startMetrics: metrics are already running; options that differ are ignored: ${shown}`);
}

/** Returns an ignored option with its value and the value that is running, if both can be printed. */
function withRunningValue(name: keyof StartSettings, state: StartState, settings: StartSettings): string {
  const value = settings[name];
  const running = state.running.settings.get(name)?.value;
  if (running === undefined || !['string', 'number', 'boolean'].includes(typeof value)) return name;
  return `${name} ${renderValue(value, 40)} (running: ${running === '' ? 'not set' : cut(running, 40)})`;
}

/** Reports whether an option adds to the running metrics. `none` in a list of names would end some of them. */
function isAdded(name: keyof StartSettings, settings: StartSettings): boolean {
  const option = namingOptions.find((each) => each === name);
  return name === 'collectors' || (option !== undefined && settings[option]?.includes('none') === false);
}

/** Starts the packs and collectors that a later call names, unless they run. */
function startNames(state: StartState, settings: StartSettings): void {
  if (!state.enabled) return;
  const { runtimeNames, hostSource } = state.namedOptions;
  const named = {
    runtimeNames: settings.runtimeNames ?? runtimeNames,
    hostSource: settings.hostSource ?? hostSource,
  };
  for (const option of namingOptions) {
    if (settings[option] === undefined || !isAdded(option, settings)) continue;
    // An error is logged there.
    startAll(option, { [option]: settings[option], defaultNames: [], named }, state, []).catch(() => undefined);
  }
}

/** Adds the catalogues, packs and collectors of a call, and returns the controls with one property for each of them. */
function metricsOf<C extends Catalogues, P extends Packs>(
  state: StartState,
  catalogues: Catalogues,
  packs: Packs,
  collectors: readonly Collector[] = [],
): Metrics<C, P> {
  const { engine } = state;
  const properties: Record<string, unknown> = {};
  for (const [key, catalogue] of Object.entries(catalogues)) {
    state.catalogues.set(key, catalogue);
    properties[key] = engineInstruments(catalogue, engine);
  }
  for (const [key, pack] of Object.entries(packs)) {
    properties[key] = addPack(key, pack, state);
  }
  for (const [key, collector] of Object.entries(collectorsFor(state, collectors))) addPack(key, collector, state);
  const summary = summaryFor(state, catalogues, packs);
  return withCatalogues({ ...state.running, summary, ...properties }, catalogues) as unknown as Metrics<C, P>;
}

/** Starts a pack unless it runs, and returns its recorder. */
function addPack(key: string, pack: Packs[string], state: StartState): object {
  // Code wins: two recorders would measure everything twice.
  state.named?.get(pack.name)?.();
  const existing = existingRecorder(pack, state.recorders);
  if (existing !== undefined) return existing;
  state.catalogues.set(key, pack.catalogue);
  return createRecorder(pack, state);
}

/** Returns collectors of the code by their keys; none of them without a backend, or if the environment disables them. */
function collectorsFor({ enabled, collectorsDisabled }: StartState, collectors: readonly Collector[]): Packs {
  return !enabled || collectorsDisabled ? {} : byKey(collectors);
}
