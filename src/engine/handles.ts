/** Typed handles of a catalogue on our engine. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions, Metric } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { meterMethods } from '../model/instrument.js';
import { optionsOf } from './definition.js';
import type { EngineMeterProvider } from './meter-provider.js';
import { shapedHandle } from './shaped-handle.js';

const handlesByEngine = new WeakMap<EngineMeterProvider, WeakMap<Catalogue, unknown>>();

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
  let handles = handlesByCatalogue.get(catalogue) as InstrumentsOf<D> | undefined;
  if (handles === undefined) {
    const { name, version, schemaUrl } = catalogue.scope;
    handles = createHandles(catalogue, engine.getMeter(name, version, schemaUrl === undefined ? {} : { schemaUrl }));
    handlesByCatalogue.set(catalogue, handles);
  }
  engine.declare(catalogue);
  return handles;
}

/** Creates the typed handles of a catalogue on a meter of the engine. */
export function createHandles<D extends Definitions>(catalogue: Catalogue<D>, meter: Meter): InstrumentsOf<D> {
  const createHandle = (metric: Metric) => {
    const instrument = meter[meterMethods[metric.kind]](metric.name, optionsOf(metric));
    return metric.shape === undefined ? instrument : shapedHandle(metric, instrument as never);
  };
  return Object.freeze(
    Object.fromEntries(catalogue.metrics.map((metric) => [metric.key, createHandle(metric)])),
  ) as InstrumentsOf<D>;
}
