/**
 * Metric definitions: one maker per instrument kind, each returning its argument as typed, frozen data.
 *
 * Makers check nothing: `defineCatalogue` reports every problem of a whole catalogue in one error.
 */
import type { InstrumentKind } from '../model/instrument.js';
import type { AttributeTypes } from './attributes.js';

/** How settled a metric is, in the words of the OpenTelemetry semantic conventions. */
export type Stability = 'development' | 'alpha' | 'beta' | 'release_candidate' | 'stable';

/** What is left out last, and first, when there is no time for everything. */
export type Priority = 'normal' | 'low';

/** How the values that several processes or threads hold for one gauge series become one. */
export type GaugeMerge = 'last' | 'sum' | 'min' | 'max' | 'mean';

/** What a definition of any kind says. */
export interface DefinitionOptions<A extends AttributeTypes = AttributeTypes> {
  /** OpenTelemetry instrument name: a letter, then letters, digits, `_`, `.`, `-` or `/`; at most 255 characters. */
  readonly name: string;
  /** UCUM unit, `1` only for true ratios, `{thing}` for counted things. */
  readonly unit: string;
  /** One sentence that says what is measured. */
  readonly description: string;
  /** The attributes that recordings carry, by key. None by default. */
  readonly attributes?: A;
  /** Most series the metric may have; 2000 by default. */
  readonly cardinalityLimit?: number;
  /** Milliseconds after which a series that was not recorded to is dropped; never by default. */
  readonly expireAfter?: number;
  /** `development` by default. */
  readonly stability?: Stability;
  /** `low` for what may be left out of deliveries when there is no time for everything; `normal` by default. */
  readonly priority?: Priority;
}

/** A gauge's definition. */
export interface GaugeOptions<A extends AttributeTypes = AttributeTypes> extends DefinitionOptions<A> {
  /** How values of several processes or threads merge; `last` by default. */
  readonly merge?: GaugeMerge;
}

/** A histogram's definition. */
export interface HistogramOptions<A extends AttributeTypes = AttributeTypes> extends DefinitionOptions<A> {
  /**
   * Upper bounds of the buckets, ascending, without infinity; OpenTelemetry's default bounds otherwise. Negative
   * values are taken where the bounds are negative; on a foreign provider they are dropped and counted.
   */
  readonly buckets?: readonly number[];
  /** `explicit` (by default) counts into `buckets`; `exponential` is OpenTelemetry's base-2 exponential histogram. */
  readonly aggregation?: 'explicit' | 'exponential';
}

/** One metric, declared: what a maker returns and `defineCatalogue` takes. */
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
  readonly stability?: Stability;
  readonly priority?: Priority;
  readonly merge?: GaugeMerge;
  readonly buckets?: readonly number[];
  readonly aggregation?: 'explicit' | 'exponential';
  /** What a gauge means beside its value. */
  readonly shape?: 'info' | 'stateSet';
  /** Of a set of states. */
  readonly states?: readonly string[];
}

type NoAttributes = Record<never, never>;

/** Without `NoInfer`, a maker called inside `defineCatalogue` would take any attributes for its own. */
type Definition<K extends InstrumentKind, A extends AttributeTypes> = MetricDefinition<K, NoInfer<A>>;

function define<K extends InstrumentKind, A extends AttributeTypes>(
  kind: K,
  options: DefinitionOptions<A>,
): MetricDefinition<K, A> {
  return Object.freeze({ ...options, kind, attributes: options.attributes ?? ({} as A) });
}

/**
 * A sum that only grows: requests, tokens, bytes.
 *
 * @example
 * import { counter, defineCatalogue, oneOf } from 'otelier';
 * export const shop = defineCatalogue({
 *   orders: counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.',
 *                     attributes: { channel: oneOf('web', 'app') } }),
 * });
 */
export function counter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'counter', A> {
  return define('counter', options);
}

/** A sum that goes up and down: requests in flight, items held. */
export function upDownCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'upDownCounter', A> {
  return define('upDownCounter', options);
}

/** A value that is what it is now: a temperature, a ratio, a queue's depth. */
export function gauge<const A extends AttributeTypes = NoAttributes>(options: GaugeOptions<A>): Definition<'gauge', A> {
  return define('gauge', options);
}

/** A distribution: durations, sizes, scores. */
export function histogram<const A extends AttributeTypes = NoAttributes>(
  options: HistogramOptions<A>,
): Definition<'histogram', A> {
  return define('histogram', options);
}

/** A counter whose total is read when metrics are collected. */
export function observableCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'observableCounter', A> {
  return define('observableCounter', options);
}

/** An up-down counter whose total is read when metrics are collected. */
export function observableUpDownCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'observableUpDownCounter', A> {
  return define('observableUpDownCounter', options);
}

/** A gauge that is read when metrics are collected. */
export function observableGauge<const A extends AttributeTypes = NoAttributes>(
  options: GaugeOptions<A>,
): Definition<'observableGauge', A> {
  return define('observableGauge', options);
}
