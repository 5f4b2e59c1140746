/** Typed handles of a catalogue on our engine. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions, Metric } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { meterMethods } from '../model/instrument.js';
import { optionsOf } from './definition.js';
import type { EngineGauge } from './instruments.js';
import type { EngineMeterProvider } from './meter-provider.js';
import { shapedHandle } from './shaped-handle.js';

/** Handles of a catalogue. */
interface Declared {
  readonly handles: unknown;
  /** Number of ended starts when the catalogue was declared last. */
  endings: number;
}

const handlesByEngine = new WeakMap<EngineMeterProvider, WeakMap<Catalogue, Declared>>();

/** Returns the handles of a catalogue on an engine; the same object at every call. */
export function engineInstruments<D extends Definitions>(
  catalogue: Catalogue<D>,
  engine: EngineMeterProvider,
): InstrumentsOf<D> {
  let handlesByCatalogue = handlesByEngine.get(engine);
  if (handlesByCatalogue === undefined) {
    handlesByCatalogue = new WeakMap();
    handlesByEngine.set(engine, handlesByCatalogue);
  }
  let declared = handlesByCatalogue.get(catalogue);
  if (declared === undefined) {
    const { name, version, schemaUrl } = catalogue.scope;
    const meter = engine.getMeter(name, version, schemaUrl === undefined ? {} : { schemaUrl });
    declared = { handles: createHandles(catalogue, meter), endings: 0 };
    handlesByCatalogue.set(catalogue, declared);
  }
  // The engine of an earlier version of the package does not count: its metrics do not end.
  const { endings = 0 } = engine;
  if (endings !== declared.endings) {
    engine.declare(catalogue);
    declared.endings = endings;
  }
  return declared.handles as InstrumentsOf<D>;
}

/** Creates the typed handles of a catalogue on a meter of the engine. */
export function createHandles<D extends Definitions>(catalogue: Catalogue<D>, meter: Meter): InstrumentsOf<D> {
  const createHandle = (metric: Metric) => {
    const instrument = meter[meterMethods[metric.kind]](metric.name, optionsOf(metric));
    if (metric.shape === undefined) return instrument;
    const { core } = instrument as unknown as EngineGauge;
    // Absent in an engine of an earlier version of the package.
    return shapedHandle(metric, instrument as never, (...rejection) => core.reject?.(...rejection), core.reports);
  };
  return Object.freeze(
    Object.fromEntries(catalogue.metrics.map((metric) => [metric.key, createHandle(metric)])),
  ) as InstrumentsOf<D>;
}
