/** OpenTelemetry views of a catalogue, for foreign `MeterProvider`s. */
import type { Attributes } from '@opentelemetry/api';
import { aggregationTypes, instrumentTypes } from '../model/instrument.js';
import type { AggregationOption, IAttributesProcessor } from '../model/otel-sdk.js';
import { type Catalogue, checkCatalogue, type Metric } from './catalogue.js';

/** A view of one metric, for the `views` of any OpenTelemetry `MeterProvider`. It also selects the type of instrument. */
export interface CatalogueView {
  instrumentName: string;
  attributesProcessors: IAttributesProcessor[];
  aggregation: AggregationOption;
  aggregationCardinalityLimit: number;
}

/**
 * Returns exactly one view per metric of the catalogue: buckets, attribute allow-list, cardinality limit.
 *
 * The stock SDK counts an instrument twice if two views match it. Pass these views to a provider once, and no other view
 * of the same instruments.
 *
 * @throws {MetricsError} METRICS_CATALOGUE_INVALID if the argument is not a catalogue.
 *
 * @example
 * import { MeterProvider } from '@opentelemetry/sdk-metrics';
 * import { counter, defineCatalogue, viewsOf } from 'otelier';
 * const shop = defineCatalogue({ orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' }) });
 * const provider = new MeterProvider({ views: viewsOf(shop) });
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/sdk/#view
 */
export function viewsOf(catalogue: Catalogue): CatalogueView[] {
  checkCatalogue('viewsOf', catalogue);
  return catalogue.metrics.map((metric) => {
    const view = {
      instrumentName: metric.name,
      // Not declared: TypeScript does not accept a text where the SDK declares a string enumeration.
      instrumentType: instrumentTypes[metric.kind],
      attributesProcessors: [allowOnly(Object.keys(metric.attributes))],
      aggregation: aggregationOf(metric),
      aggregationCardinalityLimit: metric.cardinalityLimit,
    };
    return view;
  });
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
