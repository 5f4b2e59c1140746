/** Metrics of the sources themselves, which every collector has. */
import { oneOf, text } from '../catalogue/attributes.js';
import { defineCatalogue } from '../catalogue/catalogue.js';
import { observableCounter } from '../catalogue/definitions.js';
import { collectorScope } from '../model/instrument.js';
import { sourceFailures } from './source.js';

const source = { source: text({ limit: 50 }) };

export const ownMetrics = {
  collectorBusy: observableCounter({
    name: 'otelier.collector.busy',
    unit: 's',
    description: 'Time that a source of a collector occupied the main thread.',
    attributes: source,
  }),
  collectorReads: observableCounter({
    name: 'otelier.collector.reads',
    unit: '{read}',
    description: 'Reads of a source of a collector.',
    attributes: source,
  }),
  collectorFailures: observableCounter({
    name: 'otelier.collector.failures',
    unit: '{read}',
    description: 'Reads that failed or took too long; until the next success, the metrics of the source are absent.',
    attributes: { ...source, 'error.type': oneOf(...sourceFailures) },
  }),
};

/** Returns the catalogue of the metrics of sources, for queries. */
export const sourceCatalogue = () => defineCatalogue(ownMetrics, { scope: { name: collectorScope } });
