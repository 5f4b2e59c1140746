/** The instruments of a catalogue, on the engine of the process or on a given meter. */
import type { Meter } from '@opentelemetry/api';
import { type Catalogue, checkCatalogue, type Definitions } from '../catalogue/catalogue.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { foreignInstruments } from '../engine/foreign/foreign-instruments.js';
import { createHandles, engineInstruments } from '../engine/handles.js';
import { isEngineMeter } from '../engine/meter.js';
import { MetricsError } from '../errors.js';
import { systemClock } from '../model/clock.js';
import { sharedState } from './process/shared-state.js';

/**
 * Returns the typed instruments of a catalogue.
 *
 * Without a meter, the instruments belong to this process: every call returns the same object, and it records to the
 * backends of `startMetrics`. Measurements before the start count. With a meter, the instruments record to the provider of
 * that meter. A foreign provider should have been given `viewsOf(catalogue)`.
 *
 * @throws {MetricsError} METRICS_CATALOGUE_INVALID or METRICS_OPTIONS_INVALID for arguments of the wrong type.
 *
 * @example
 * import { counter, defineCatalogue, instrumentsOf } from 'otelier';
 * const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }) });
 * instrumentsOf(shop).orders.add(1);
 */
export function instrumentsOf<D extends Definitions>(catalogue: Catalogue<D>, meter?: Meter): InstrumentsOf<D> {
  checkCatalogue('instrumentsOf', catalogue);
  if (meter !== undefined && typeof meter?.createCounter !== 'function') {
    const problem = { where: 'instrumentsOf, second argument', value: meter, expected: 'a meter of OpenTelemetry' };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  if (meter === undefined) return engineInstruments(catalogue, sharedState().engine);
  return isEngineMeter(meter) ? createHandles(catalogue, meter) : foreignInstruments(catalogue, meter, systemClock);
}
