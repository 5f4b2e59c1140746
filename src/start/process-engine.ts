/** The engine that a process shares, and the handles that it makes of catalogues: the same ones whoever asks first. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions, Metric } from '../catalogue/catalogue.js';
import { foreignInstruments } from '../catalogue/foreign-meter.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { shapedHandle } from '../catalogue/shapes.js';
import { optionsOf } from '../engine/definition.js';
import { EngineMeter } from '../engine/meter.js';
import { EngineMeterProvider } from '../engine/meter-provider.js';
import { emptyResource, surroundings } from '../engine/surroundings.js';
import { systemClock } from '../model/clock.js';

/** Keeps what is recorded from the first handle on, until `startMetrics` says where it goes. */
export const processEngine = new EngineMeterProvider(surroundings(), emptyResource, true);

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
    handles = handlesOn(catalogue, engine.getMeter(name, version, schemaUrl === undefined ? {} : { schemaUrl }));
    ofEngine.set(catalogue, handles);
  }
  return handles;
}

/**
 * The typed handles of a catalogue.
 *
 * Without a meter they belong to this process: the same object every time, recording wherever `startMetrics` sends
 * metrics. What is recorded before the start counts. With a meter they record into that meter's provider; one that is
 * not ours should have been given `viewsOf(catalogue)`.
 *
 * @example
 * import { counter, defineCatalogue, instrumentsOf } from 'otelier';
 * const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }) });
 * instrumentsOf(shop).orders.add(1);
 */
export function instrumentsOf<D extends Definitions>(catalogue: Catalogue<D>, meter?: Meter): InstrumentsOf<D> {
  if (meter === undefined) return engineInstruments(catalogue, processEngine);
  return meter instanceof EngineMeter ? handlesOn(catalogue, meter) : foreignInstruments(catalogue, meter, systemClock);
}

function handlesOn<D extends Definitions>(catalogue: Catalogue<D>, meter: Meter): InstrumentsOf<D> {
  const make = (metric: Metric) => {
    const instrument = meter[makers[metric.kind]](metric.name, optionsOf(metric));
    return metric.shape === undefined ? instrument : shapedHandle(metric, instrument as never);
  };
  return Object.freeze(
    Object.fromEntries(catalogue.metrics.map((metric) => [metric.key, make(metric)])),
  ) as InstrumentsOf<D>;
}
