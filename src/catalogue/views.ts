/** OpenTelemetry views of a catalogue, for foreign `MeterProvider`s. */
import type { Attributes } from '@opentelemetry/api';
import type { AggregationOption, IAttributesProcessor, ViewOptions } from '@opentelemetry/sdk-metrics';
import { aggregationTypes, instrumentTypes } from '../model/instrument.js';
import type { Catalogue, Metric } from './catalogue.js';

/**
 * Returns exactly one view per metric of the catalogue: buckets, attribute allow-list, cardinality limit.
 *
 * The stock SDK counts an instrument twice if two views match it. Pass these views to a provider once, and no other view
 * of the same instruments.
 *
 * @example
 * import { MeterProvider } from '@opentelemetry/sdk-metrics';
 * import { counter, defineCatalogue, viewsOf } from 'otelier';
 * const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }) });
 * const provider = new MeterProvider({ views: viewsOf(shop) });
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#view
 */
export function viewsOf(catalogue: Catalogue): ViewOptions[] {
  return catalogue.metrics.map((metric) => ({
    instrumentName: metric.name,
    instrumentType: instrumentTypes[metric.kind],
    attributesProcessors: [allowOnly(Object.keys(metric.attributes))],
    aggregation: aggregationOf(metric),
    aggregationCardinalityLimit: metric.cardinalityLimit,
  }));
}

function aggregationOf(metric: Metric): AggregationOption {
  if (metric.aggregation === 'exponential') return { type: aggregationTypes.exponentialHistogram };
  if (metric.buckets === undefined) return { type: aggregationTypes.default };
  return { type: aggregationTypes.explicitBucketHistogram, options: { boundaries: [...metric.buckets] } };
}

function allowOnly(keys: readonly string[]): IAttributesProcessor {
  return {
    process(incoming) {
      const kept: Attributes = {};
      for (const key of keys) {
        const value = incoming[key];
        if (value !== undefined) kept[key] = value;
      }
      return kept;
    },
  };
}
