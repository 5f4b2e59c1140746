/** The handles of this process, by catalogue: made before or after metrics start, connected while they run. */
import type { Meter } from '@opentelemetry/api';
import type { Catalogue, Definitions } from '../catalogue/catalogue.js';
import { type HandleSource, handlesFrom, noopSource } from '../catalogue/handles.js';
import type { InstrumentsOf } from '../catalogue/instruments.js';
import { type LateSource, lateSource } from '../catalogue/late-source.js';
import { meterSource } from '../catalogue/meter-source.js';

/** Handles that follow whatever their catalogue's metrics are connected to. */
export interface HandleRegistry {
  /** The handles of a catalogue, the same object every time. */
  instruments<D extends Definitions>(catalogue: Catalogue<D>): InstrumentsOf<D>;
  /** Connects the catalogue's handles, those made later too. */
  connect(catalogue: Catalogue, source: HandleSource): void;
  /** Every catalogue's handles do nothing from now on. */
  disconnect(): void;
}

/** A registry with nothing connected. */
export function createHandleRegistry(): HandleRegistry {
  const entries = new Map<Catalogue, { source: LateSource; instruments: unknown }>();
  const entryOf = (catalogue: Catalogue) => {
    let entry = entries.get(catalogue);
    if (entry === undefined) {
      const source = lateSource();
      entry = { source, instruments: handlesFrom(catalogue, source) };
      entries.set(catalogue, entry);
    }
    return entry;
  };
  return {
    instruments: <D extends Definitions>(catalogue: Catalogue<D>) => entryOf(catalogue).instruments as InstrumentsOf<D>,
    connect: (catalogue, source) => entryOf(catalogue).source.connect(source),
    disconnect() {
      for (const { source } of entries.values()) source.connect(noopSource);
    },
  };
}

/** The registry that `startMetrics` connects, unless it is isolated. */
export const processHandles = createHandleRegistry();

/**
 * The typed handles of a catalogue.
 *
 * Without a meter they belong to this process: the same object every time, recording wherever `startMetrics` sends
 * metrics, nowhere before it was called. With a meter they record into that meter's provider, which should have been
 * given `viewsOf(catalogue)`.
 *
 * @example
 * import { counter, defineCatalogue, instrumentsOf } from 'otelier';
 * const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }) });
 * instrumentsOf(shop).orders.add(1);
 */
export function instrumentsOf<D extends Definitions>(catalogue: Catalogue<D>, meter?: Meter): InstrumentsOf<D> {
  return meter === undefined ? processHandles.instruments(catalogue) : handlesFrom(catalogue, meterSource(meter));
}
