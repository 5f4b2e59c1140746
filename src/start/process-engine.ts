/** The engine that the whole process shares, and the instruments that it creates for catalogues. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { foreignInstruments } from '../engine/foreign/foreign-instruments.js';
import { createHandles, engineInstruments } from '../engine/handles.js';
import { emptyResource, systemHost } from '../engine/host.js';
import { EngineMeter } from '../engine/meter.js';
import { EngineMeterProvider } from '../engine/meter-provider.js';
import { systemClock } from '../model/clock.js';

/** Keeps measurements from the first instrument on; `startMetrics` connects the backends later. */
export const processEngine = new EngineMeterProvider(systemHost(), emptyResource, true);

/**
 * Returns the typed instruments of a catalogue.
 *
 * Without a meter, the instruments belong to this process: every call returns the same object, and it records to the
 * backends of `startMetrics`. Measurements before the start count. With a meter, the instruments record to the provider of
 * that meter. A foreign provider should have been given `viewsOf(catalogue)`.
 *
 * @example
 * import { counter, defineCatalogue, instrumentsOf } from 'otelier';
 * const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }) });
 * instrumentsOf(shop).orders.add(1);
 */
export function instrumentsOf<D extends Definitions>(catalogue: Catalogue<D>, meter?: Meter): InstrumentsOf<D> {
  if (meter === undefined) return engineInstruments(catalogue, processEngine);
  return meter instanceof EngineMeter
    ? createHandles(catalogue, meter)
    : foreignInstruments(catalogue, meter, systemClock);
}
