/**
 * Metric definitions: one maker per instrument kind, which returns its argument as typed, frozen data.
 *
 * Makers do not validate. `defineCatalogue` reports all problems of a catalogue in one error.
 */
import type { InstrumentKind } from '../model/instrument.js';
import type { AttributeTypes, NoAttributes } from './attributes.js';

/** Stability level of a metric, as in the OpenTelemetry semantic conventions. */
export type Stability = 'development' | 'alpha' | 'beta' | 'release_candidate' | 'stable';

/** Priority of a metric under load: `low` metrics are dropped from deliveries first. */
export type Priority = 'normal' | 'low';

/** Function that merges the values of one gauge series from several processes or threads. */
export type GaugeMerge = 'last' | 'sum' | 'min' | 'max' | 'mean';

/** Options of a definition of any kind. */
export interface DefinitionOptions<A extends AttributeTypes = AttributeTypes> {
  /** OpenTelemetry instrument name: a letter, then letters, digits, `_`, `.`, `-` or `/`; at most 255 characters. */
  readonly name: string;
  /** UCUM unit, `1` only for true ratios, `{thing}` for counted things. */
  readonly unit: string;
  /** One sentence that describes the metric. */
  readonly description: string;
  /** Attribute types of recordings, by key; no attributes by default. */
  readonly attributes?: A;
  /** Maximum number of series; 2000 by default. */
  readonly cardinalityLimit?: number;
  /** Milliseconds without recordings after which a series is dropped; never by default. */
  readonly expireAfter?: number;
  /** Reserved: validated, but not used yet. `development` by default. */
  readonly stability?: Stability;
  /** `low` for metrics that may be dropped from deliveries under load; `normal` by default. */
  readonly priority?: Priority;
}

/** Options of a counter, an up-down counter or a histogram. */
export interface SumOptions<A extends AttributeTypes = AttributeTypes> extends DefinitionOptions<A> {
  /**
   * True to show all series to scrapers from the start, with the value 0, so that rates and alerts see their first
   * increase. Requires that all attributes are `oneOf`. True by default without attributes, false with attributes.
   */
  readonly startAtZero?: boolean;
}

/** Options of a gauge. */
export interface GaugeOptions<A extends AttributeTypes = AttributeTypes> extends DefinitionOptions<A> {
  /** Reserved: validated, but not used yet. Merges values of several processes or threads; `last` by default. */
  readonly merge?: GaugeMerge;
}

/** Options of a histogram. */
export interface HistogramOptions<A extends AttributeTypes = AttributeTypes> extends SumOptions<A> {
  /**
   * Upper bounds of the buckets, ascending and finite. The default follows the unit and causes a warning when metrics
   * start, because only the application knows its values. Negative values are accepted if the first bound is negative.
   * A foreign provider drops and counts them.
   */
  readonly buckets?: readonly number[];
  /** `explicit` (default) uses `buckets`; `exponential` is OpenTelemetry's base-2 exponential histogram. */
  readonly aggregation?: 'explicit' | 'exponential';
}

/** Definition of one metric: returned by a maker, passed to `defineCatalogue`. */
export interface MetricDefinition<
  K extends InstrumentKind = InstrumentKind,
  A extends AttributeTypes = AttributeTypes,
> {
  readonly kind: K;
  readonly name: string;
  readonly unit: string;
  readonly description: string;
  readonly attributes: A;
  readonly cardinalityLimit?: number;
  readonly expireAfter?: number;
  readonly startAtZero?: boolean;
  /** Reserved: not used yet. */
  readonly stability?: Stability;
  readonly priority?: Priority;
  /** Reserved: not used yet. */
  readonly merge?: GaugeMerge;
  readonly buckets?: readonly number[];
  readonly aggregation?: 'explicit' | 'exponential';
  /** OpenMetrics type of a gauge that is an info metric or a state set. */
  readonly shape?: 'info' | 'stateSet';
  /** States of a state set. */
  readonly states?: readonly string[];
}

/** `NoInfer` keeps `defineCatalogue` from inferring the attributes of a maker that is called in its argument. */
type Definition<K extends InstrumentKind, A extends AttributeTypes> = MetricDefinition<K, NoInfer<A>>;

function define<K extends InstrumentKind, A extends AttributeTypes>(
  kind: K,
  options: DefinitionOptions<A>,
): MetricDefinition<K, A> {
  // Without options, `defineCatalogue` reports what is missing.
  return Object.freeze({ ...options, kind, attributes: options?.attributes ?? ({} as A) });
}

/**
 * Defines a counter, a sum that never decreases: requests, tokens, bytes.
 *
 * @example
 * import { counter, defineCatalogue, oneOf } from 'otelier';
 * export const shop = defineCatalogue({
 *   orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.',
 *                     attributes: { channel: oneOf('web', 'app') } }),
 * });
 */
export function counter<const A extends AttributeTypes = NoAttributes>(
  options: SumOptions<A>,
): Definition<'counter', A> {
  return define('counter', options);
}

/** Defines an up-down counter, a sum that increases and decreases: requests in flight, items in a queue. */
export function upDownCounter<const A extends AttributeTypes = NoAttributes>(
  options: SumOptions<A>,
): Definition<'upDownCounter', A> {
  return define('upDownCounter', options);
}

/** Defines a gauge, a current value: a temperature, a ratio, the depth of a queue. */
export function gauge<const A extends AttributeTypes = NoAttributes>(options: GaugeOptions<A>): Definition<'gauge', A> {
  return define('gauge', options);
}

/** Defines a histogram, a distribution of values: durations, sizes, scores. */
export function histogram<const A extends AttributeTypes = NoAttributes>(
  options: HistogramOptions<A>,
): Definition<'histogram', A> {
  return define('histogram', options);
}

/** Defines a counter whose total is read at collection. */
export function observableCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'observableCounter', A> {
  return define('observableCounter', options);
}

/** Defines an up-down counter whose total is read at collection. */
export function observableUpDownCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'observableUpDownCounter', A> {
  return define('observableUpDownCounter', options);
}

/** Defines a gauge that is read at collection. */
export function observableGauge<const A extends AttributeTypes = NoAttributes>(
  options: GaugeOptions<A>,
): Definition<'observableGauge', A> {
  return define('observableGauge', options);
}
