/** The typed handles of a catalogue on our engine. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions, Metric } from '../catalogue/catalogue.js';
import { shapedHandle } from '../catalogue/info-and-state-set.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { optionsOf } from './definition.js';
import type { EngineMeterProvider } from './meter-provider.js';

/** The method of a meter that makes a kind of instrument. */
const makers = {
  counter: 'createCounter',
  upDownCounter: 'createUpDownCounter',
  gauge: 'createGauge',
  histogram: 'createHistogram',
  observableCounter: 'createObservableCounter',
  observableUpDownCounter: 'createObservableUpDownCounter',
  observableGauge: 'createObservableGauge',
} as const;

const made = new WeakMap<EngineMeterProvider, WeakMap<Catalogue, unknown>>();

/** The handles of a catalogue on an engine: its own instruments, the same object every time. */
export function engineInstruments<D extends Definitions>(
  catalogue: Catalogue<D>,
  engine: EngineMeterProvider,
): InstrumentsOf<D> {
  let ofEngine = made.get(engine);
  if (ofEngine === undefined) {
    ofEngine = new WeakMap();
    made.set(engine, ofEngine);
  }
  let handles = ofEngine.get(catalogue) as InstrumentsOf<D> | undefined;
  if (handles === undefined) {
    const { name, version, schemaUrl } = catalogue.scope;
    handles = createHandles(catalogue, engine.getMeter(name, version, schemaUrl === undefined ? {} : { schemaUrl }));
    ofEngine.set(catalogue, handles);
  }
  return handles;
}

/** Creates the typed handles of a catalogue on a meter of the engine. */
export function createHandles<D extends Definitions>(catalogue: Catalogue<D>, meter: Meter): InstrumentsOf<D> {
  const make = (metric: Metric) => {
    const instrument = meter[makers[metric.kind]](metric.name, optionsOf(metric));
    return metric.shape === undefined ? instrument : shapedHandle(metric, instrument as never);
  };
  return Object.freeze(
    Object.fromEntries(catalogue.metrics.map((metric) => [metric.key, make(metric)])),
  ) as InstrumentsOf<D>;
}
