/**
 * Metric definitions: one maker per instrument kind, which returns its argument as typed, frozen data.
 *
 * Makers do not validate. `defineCatalogue` reports all problems of a catalogue in one error.
 */
import type { InstrumentKind } from '../model/instrument.js';
import type { AttributeTypes, NoAttributes } from './attributes.js';
import { definitionWith } from './misplaced-calls.js';
import { isOptions, wrongDefinition } from './wrong-call.js';

/** Stability level of a metric, as in the OpenTelemetry semantic conventions. */
export type Stability = 'development' | 'alpha' | 'beta' | 'release_candidate' | 'stable';

/** Priority of a metric under load: data points of `low` metrics are dropped from deliveries first. */
export type Priority = 'normal' | 'low';

/** Function that merges the values of one gauge series from several processes or threads. */
export type GaugeMerge = 'last' | 'sum' | 'min' | 'max' | 'mean';

/** Options of a definition of any kind. */
export interface DefinitionOptions<A extends AttributeTypes = AttributeTypes> {
  /**
   * Name of the metric in OpenTelemetry: a letter, then up to 254 letters, digits, `_`, `.`, `-` or `/`.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' });
   */
  readonly name: string;
  /**
   * Unit of the values, in UCUM: `s`, `ms`, `By`, `{order}` for counted things, `1` for ratios only.
   *
   * @example
   * gauge({ name: 'app.memory.used', unit: 'By', description: 'Memory in use.' });
   */
  readonly unit: string;
  /**
   * Sentence that describes the metric; not empty. Prometheus shows it as HELP.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.' });
   */
  readonly description: string;
  /**
   * Attributes of recordings and their types, by key of 1 to 255 characters; no attributes by default.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders.', attributes: { channel: oneOf('web', 'app') } });
   */
  readonly attributes?: A;
  /**
   * Maximum number of series, an integer from 1 on; 2000 by default. Further attribute sets share one
   * overflow series; those of a gauge are dropped and counted.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', cardinalityLimit: 500 });
   */
  readonly cardinalityLimit?: number;
  /**
   * Milliseconds without recordings after which a series is dropped, above 0; never by default.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', expireAfter: 3_600_000 });
   */
  readonly expireAfter?: number;
  /**
   * Stability level of the metric; `development` by default. Reserved for later versions: it has no effect yet.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', stability: 'stable' });
   */
  readonly stability?: Stability;
  /**
   * Priority under load: data points of `low` metrics are dropped from deliveries first; `normal` by default.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', priority: 'low' });
   */
  readonly priority?: Priority;
}

/** Options of a counter, an up-down counter or a histogram. */
export interface SumOptions<A extends AttributeTypes = AttributeTypes> extends DefinitionOptions<A> {
  /**
   * True to show all series to scrapers from the start, with the value 0, so that rates and alerts see their first
   * increase. Requires that all attributes are `oneOf`. True by default without attributes, false with attributes.
   *
   * @example
   * counter({ name: 'shop.orders', unit: '{order}', description: 'Orders accepted.', startAtZero: true });
   */
  readonly startAtZero?: boolean;
}

/** Options of a gauge. */
export interface GaugeOptions<A extends AttributeTypes = AttributeTypes> extends DefinitionOptions<A> {
  /**
   * Function that merges the values of several processes or threads; `last` by default. Reserved for later versions: it
   * has no effect yet.
   *
   * @example
   * gauge({ name: 'app.jobs.waiting', unit: '{job}', description: 'Waiting jobs.', merge: 'sum' });
   */
  readonly merge?: GaugeMerge;
}

/** Options of a histogram. */
export interface HistogramOptions<A extends AttributeTypes = AttributeTypes> extends SumOptions<A> {
  /**
   * Upper bounds of the buckets, in the unit of the metric: one or more finite numbers in ascending order. Choose
   * bounds around the expected values: without `buckets`, bounds that follow the unit apply. A unit without bounds of its
   * own, such as `{item}`, is reported at the start.
   *
   * Negative values are accepted if the first bound is negative. With the `MeterProvider` of another SDK, they are
   * dropped and counted.
   *
   * @example
   * histogram({ name: 'shop.checkout', unit: 's', description: 'Time to check out.', buckets: [0.1, 0.5, 1, 5] });
   */
  readonly buckets?: readonly number[];
  /**
   * Kind of buckets: `explicit` (default) uses `buckets`, `exponential` OpenTelemetry's base-2 exponential histogram.
   *
   * @example
   * histogram({ name: 'shop.checkout', unit: 's', description: 'Time to check out.', aggregation: 'exponential' });
   */
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
  if (!isOptions(options)) return wrongDefinition(kind, options, 'unit, description');
  return definitionWith({ ...options, kind, attributes: options.attributes ?? ({} as A) });
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

/**
 * Defines an up-down counter, a sum that increases and decreases: requests in flight, items in a queue.
 *
 * @example
 * upDownCounter({ name: 'shop.carts.open', unit: '{cart}', description: 'Open carts.' });
 */
export function upDownCounter<const A extends AttributeTypes = NoAttributes>(
  options: SumOptions<A>,
): Definition<'upDownCounter', A> {
  return define('upDownCounter', options);
}

/**
 * Defines a gauge, a current value: a temperature, a ratio, the depth of a queue.
 *
 * @example
 * gauge({ name: 'shop.stock', unit: '{item}', description: 'Items in stock.' });
 */
export function gauge<const A extends AttributeTypes = NoAttributes>(options: GaugeOptions<A>): Definition<'gauge', A> {
  return define('gauge', options);
}

/**
 * Defines a histogram, a distribution of values: durations, sizes, scores.
 *
 * @example
 * histogram({ name: 'shop.checkout', unit: 's', description: 'Time to check out.', buckets: [0.1, 0.5, 1, 5] });
 */
export function histogram<const A extends AttributeTypes = NoAttributes>(
  options: HistogramOptions<A>,
): Definition<'histogram', A> {
  return define('histogram', options);
}

/**
 * Defines a counter whose total is read at collection, by a callback.
 *
 * @example
 * observableCounter({ name: 'process.cpu.time', unit: 's', description: 'CPU time.' });
 */
export function observableCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'observableCounter', A> {
  return define('observableCounter', options);
}

/**
 * Defines an up-down counter whose total is read at collection, by a callback.
 *
 * @example
 * observableUpDownCounter({ name: 'pool.connections', unit: '{connection}', description: 'Open connections.' });
 */
export function observableUpDownCounter<const A extends AttributeTypes = NoAttributes>(
  options: DefinitionOptions<A>,
): Definition<'observableUpDownCounter', A> {
  return define('observableUpDownCounter', options);
}

/**
 * Defines a gauge that is read at collection, by a callback.
 *
 * @example
 * observableGauge({ name: 'app.memory.used', unit: 'By', description: 'Memory in use.' });
 */
export function observableGauge<const A extends AttributeTypes = NoAttributes>(
  options: GaugeOptions<A>,
): Definition<'observableGauge', A> {
  return define('observableGauge', options);
}
