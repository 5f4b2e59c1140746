/** Recorders of packs: those of the code, and those that are started by name. */

import { isEqual } from '../catalogue/is-equal.js';
import { engineInstruments } from '../engine/handles.js';
import { quoted } from '../engine/message-labels.js';
import type { EngineMeterProvider } from '../engine/meter-provider.js';
import { fit, fitBefore } from '../errors/fit.js';
import { messageOf } from '../errors.js';
import { diag } from '../model/diag.js';
import { isCollector } from './argument-shapes.js';
import { loadNamed, type NamingOption, namingTerms } from './named-packs.js';
import type { StartPlan } from './plan.js';
import type { StartState } from './process/shared-state.js';
import { RecorderGuard } from './recorder-guard.js';
import { ShutdownCallbacks } from './shutdown-callbacks.js';
import type { Packs } from './start-settings.js';

/**
 * Returns the recorder of a pack with the same metrics, or of a collector with the same name: two recorders would overwrite
 * each other's observations.
 */
export function existingRecorder(pack: Packs[string], recorders: StartState['recorders']): object | undefined {
  const identical = recorders.get(pack);
  if (identical !== undefined) return identical;
  for (const [first, recorder] of recorders) {
    const hasSameMetrics = isEqual(first.catalogue, pack.catalogue);
    if (first.name !== pack.name || !(hasSameMetrics || isCollector(pack))) continue;
    if (!hasSameMetrics || !isEqual(first.options, pack.options)) diag.warn(otherOptionsWarning(pack));
    return recorder;
  }
  return undefined;
}

/** Returns the warning about a later pack whose options have no effect. Collectors have no namespace. */
function otherOptionsWarning(pack: Packs[string]): string {
  const [what, remedy] = isCollector(pack) ? ['collector', ''] : ['pack', ', or give it a namespace of its own'];
  const end = ` is already running with other options; the later options are ignored; create the ${what} in one module${remedy}`;
  return fitBefore(end)`startMetrics: ${what} "${pack.name}"`;
}

/** Creates the recorder of a pack with guarded verbs. */
export function createRecorder(pack: Packs[string], state: StartState): object {
  const { engine, clock, stopping, deliveries, readings, recorders } = state;
  const guard = new RecorderGuard(
    pack.name,
    () => engine.countUnreadableEvent(),
    (message) => diag.warn(message),
    pack.callsBack,
  );
  const recorder = pack.recorder({
    instruments: engineInstruments(pack.catalogue, engine),
    clock,
    guard,
    onShutdown: (callback) => stopping.add(callback),
    onReading: (source, callback) =>
      readings.add(source, guard.verb('onReading', callback as (reading: unknown) => void)),
    publish: (source, reading) => readings.publish(source, reading),
    onDelivery: (callback) => deliveries.add(guard.verb('onDelivery', callback)),
  });
  const guarded = guard.recorder(recorder);
  recorders.set(pack, guarded);
  return guarded;
}

/** Starts the packs that an option names: those in `loaded` within this call, the others when they have been loaded. */
export async function startAll(
  option: NamingOption,
  plan: Pick<StartPlan, 'defaultNames' | 'named'> & { readonly [K in NamingOption]?: readonly string[] | undefined },
  state: StartState,
  loaded: readonly Packs[string][],
): Promise<void> {
  const names = plan[option] ?? [];
  const defaultOf = plan.defaultNames.includes(option) ? option : undefined;
  const isLoaded = (name: string) => loaded.some((pack) => pack.name === name);
  try {
    startNamed(
      loaded.filter(({ name }) => names.includes(name)),
      state,
      defaultOf,
    );
    const others = names.filter((name) => !isLoaded(name));
    if (others.length > 0) startNamed(await loadNamed(option, others, plan.named), state, defaultOf);
  } catch (error) {
    diag.error(fit`${option}: cannot start ${names.join(', ')}: ${messageOf(error)}`);
    throw error;
  }
}

/** Time limit of the shutdown callbacks of a pack that was started by name, in milliseconds. */
const namedPackTimeoutMs = 5_000;

/**
 * Starts the packs that were named, unless code has started one of the same name or metrics have been shut down.
 *
 * @param defaultOf option of packs that start by default. They end when another library measures the same metrics.
 */
function startNamed(packs: readonly Packs[string][], state: StartState, defaultOf: NamingOption | undefined): void {
  const { engine, recorders, named, stopping } = state;
  if (stopping.hasRun) return;
  for (const pack of packs) {
    if ([...recorders.keys()].some(({ name }) => name === pack.name)) continue;
    const own = new ShutdownCallbacks();
    const end = () => own.run(namedPackTimeoutMs);
    stopping.add(end);
    const endTracking = engine.trackCallbacks();
    createRecorder(pack, { ...state, stopping: own });
    const removeCallbacks = endTracking();
    const stop = () => {
      if (!stopping.delete(end)) return false;
      recorders.delete(pack);
      named.delete(pack.name);
      removeCallbacks();
      // Absent in the engine of an earlier version of the package.
      engine.dropMetrics?.(pack.catalogue);
      void end();
      return true;
    };
    named.set(pack.name, () => void stop());
    if (defaultOf !== undefined) own.add(watchOtherScopes(pack, defaultOf, engine, stop));
  }
}

/** Stops a pack, with a message, when a library creates one of its metrics in another scope: its values would double. */
function watchOtherScopes(
  { name: pack, catalogue }: Packs[string],
  option: NamingOption,
  engine: EngineMeterProvider,
  stop: () => boolean,
) {
  const { metrics, scope } = catalogue;
  const { what, variable } = namingTerms[option];
  const names = new Set(metrics.map(({ name }) => name));
  let found = false;
  const stopWatching = engine.watchInstruments?.((other, name) => {
    if (found || other.name === scope.name || !names.has(name)) return;
    found = true;
    queueMicrotask(() => {
      if (!stop()) return;
      diag.warn(
        fit`${what} "${pack}" ended: ${quoted(other.name)} measures the same; ${variable}=${pack} measures with both, ${variable}=none without this message`,
      );
    });
  });
  return stopWatching ?? (() => undefined);
}
