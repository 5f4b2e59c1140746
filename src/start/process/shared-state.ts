/**
 * State that all copies of otelier in a process share.
 *
 * A bundler that splits an application, a module reload, and the use of both module formats each load another copy of the
 * package. Every copy has its own classes and variables, so the engine and the running start live on `globalThis`. The
 * symbol names a range of versions: copies of one range use each other's objects by their members, never by their class.
 */
import type { Catalogue } from '../../catalogue/catalogue.js';
import { emptyResource, systemHost } from '../../engine/host.js';
import { EngineMeterProvider } from '../../engine/meter-provider.js';
import type { Clock } from '../../model/clock.js';
import { boundariesFor } from '../../model/default-boundaries.js';
import { compatibleRange } from '../../version.js';
import type { DeliveryCallbacks } from '../delivery-callbacks.js';
import type { NamedOptions } from '../named-packs.js';
import type { Readings } from '../readings.js';
import type { RunningMetrics } from '../running-metrics.js';
import type { ShutdownCallbacks } from '../shutdown-callbacks.js';
import type { Packs, StartSettings } from '../start-settings.js';
import type { SummarySource } from '../summary-reading.js';
import { registerCopy } from './copies.js';

/** State of one start, shared by all calls that return its metrics. */
export interface StartState {
  readonly engine: EngineMeterProvider;
  readonly clock: Clock;
  /** All catalogues of all calls, keyed by property name. */
  readonly catalogues: Map<string, Catalogue>;
  readonly recorders: Map<Packs[string], object>;
  /** Packs that were started by name, with functions that stop them, by name. */
  readonly named: Map<string, () => void>;
  readonly stopping: ShutdownCallbacks;
  readonly deliveries: DeliveryCallbacks;
  readonly readings: Readings;
  /** Absent in the state of an earlier version of the package. */
  readonly summarySource?: SummarySource;
  /** Options of the first call. */
  readonly settings: StartSettings;
  readonly running: RunningMetrics;
  /** Options of what starts by name. */
  readonly namedOptions: NamedOptions;
  /** True if at least one reader is connected. */
  readonly enabled: boolean;
  /** True if `none` disables all collectors. */
  readonly collectorsDisabled: boolean;
}

/** Shared state of the process. */
export interface SharedState {
  /** Keeps measurements from the first instrument on; `startMetrics` connects the backends later. */
  readonly engine: EngineMeterProvider;
  /** The running start; `undefined` while no metrics run. */
  started: StartState | undefined;
}

const stateKey = Symbol.for(`otelier.process.${compatibleRange}`);

/** Returns the state of the process. The first copy that asks creates it. */
export function sharedState(): SharedState {
  registerCopy();
  const globals = globalThis as { [stateKey]?: SharedState };
  globals[stateKey] ??= {
    engine: new EngineMeterProvider(systemHost(), emptyResource, true, boundariesFor),
    started: undefined,
  };
  return globals[stateKey];
}
