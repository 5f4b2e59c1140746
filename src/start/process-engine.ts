/** The engine that a process shares, and the handles that it makes of catalogues: the same ones whoever asks first. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { foreignInstruments } from '../engine/foreign/foreign-instruments.js';
import { createHandles, engineInstruments } from '../engine/handles.js';
import { emptyResource, systemHost } from '../engine/host.js';
import { EngineMeter } from '../engine/meter.js';
import { EngineMeterProvider } from '../engine/meter-provider.js';
import { systemClock } from '../model/clock.js';

/** Keeps what is recorded from the first handle on, until `startMetrics` says where it goes. */
export const processEngine = new EngineMeterProvider(systemHost(), emptyResource, true);

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
  return meter instanceof EngineMeter
    ? createHandles(catalogue, meter)
    : foreignInstruments(catalogue, meter, systemClock);
}
