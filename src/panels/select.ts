/**
 * Selects series of a metric: the leaves of every query.
 *
 * The types permit only what the definition declares: its attributes, their values, and the functions of its kind. Calls
 * from JavaScript are checked in the same way and throw.
 */

import type { AttributesOf, AttributeType, AttributeTypes } from '../catalogue/attributes.js';
import type { Catalogue, Definitions, Metric } from '../catalogue/catalogue.js';
import type { MetricDefinition } from '../catalogue/definitions.js';
import { unknownName } from '../errors/nearest.js';
import { MetricsError, type Problem } from '../errors.js';
import type { InstrumentKind } from '../model/instrument.js';
import { requireFields } from './arguments.js';
import type { Matcher, TargetLabel } from './query.js';
import { targetLabels } from './query.js';

/** A metric of a catalogue, with its type. */
export type Selectable<
  K extends InstrumentKind = InstrumentKind,
  A extends AttributeTypes = AttributeTypes,
> = MetricDefinition<K, A> & Pick<Metric, 'key' | 'cardinalityLimit'>;

/** Metrics of a catalogue by the keys of their definitions. */
export type MetricsOf<D extends Definitions> = {
  readonly [K in keyof D]: D[K] & Pick<Metric, 'key' | 'cardinalityLimit'>;
};

/** Condition on one attribute: a value, one of several values, or any other value. The empty text means absent. */
export type Condition<V> = V | '' | '_OTHER' | readonly (V | '' | '_OTHER')[] | { readonly not: Condition<V> };

/** Conditions by attribute. */
export type Where<A extends AttributeTypes> = {
  readonly [K in keyof AttributesOf<A>]?: Condition<Exclude<AttributesOf<A>[K], undefined>>;
};

/** Attribute or target label that series are grouped by. */
export type GroupBy<A extends AttributeTypes> = (keyof A & string) | TargetLabel;

/** Selection of series of a metric. */
export interface Selection<A extends AttributeTypes = AttributeTypes> {
  /** Attributes that remain; series that agree in them are merged. None by default: one series. */
  readonly by?: readonly GroupBy<A>[];
  /** Conditions on attributes. */
  readonly where?: Where<A>;
}

/**
 * Returns the metrics of a catalogue by their keys, for queries.
 *
 * @example
 * const { orders } = metricsOf(shop);
 * const query = rate(orders, { by: ['outcome'] });
 */
export function metricsOf<D extends Definitions>(catalogue: Catalogue<D>): MetricsOf<D> {
  requireFields('metricsOf', catalogue, 'definitions', 'metrics');
  return Object.fromEntries(catalogue.metrics.map((metric) => [metric.key, metric])) as unknown as MetricsOf<D>;
}

/** Returns the conditions as matchers, sorted by attribute. */
export function matchersOf(metric: Selectable, where: object = {}): readonly Matcher[] {
  const problems: Problem[] = [];
  const matchers = Object.entries(where as Readonly<Record<string, unknown>>)
    .filter(([, condition]) => condition !== undefined)
    .map(([attribute, condition]) => matcherOf(metric, attribute, condition, problems));
  if (problems.length > 0) throw new MetricsError('METRICS_PANEL_INVALID', problems);
  return matchers.sort((one, other) => (one.attribute < other.attribute ? -1 : 1));
}

function matcherOf(metric: Selectable, attribute: string, condition: unknown, problems: Problem[]): Matcher {
  const not = typeof condition === 'object' && condition !== null && 'not' in condition;
  const values = [not ? condition.not : condition].flat().map(String);
  const where = `${metric.name}.where.${attribute}`;
  const type = metric.attributes[attribute];
  if (type === undefined) {
    problems.push(unknownName(where, attribute, 'a declared attribute', keysOf(metric)));
  } else {
    const expected = `a declared value: ${type.values?.join(', ')}`;
    problems.push(...values.filter((value) => !isPossible(type, value)).map((value) => ({ where, value, expected })));
  }
  if (values.length === 0) problems.push({ where, value: condition, expected: 'one or more values' });
  return { attribute, not, values };
}

function isPossible({ values }: AttributeType, value: string): boolean {
  return values === undefined || value === '' || value === '_OTHER' || values.includes(value);
}

/**
 * Returns the labels to group by.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if one is neither an attribute of the metric nor a target label.
 */
export function groupLabels(metric: Selectable, by: readonly string[] = []): readonly string[] {
  const known = [...keysOf(metric), ...targetLabels];
  const problems = by
    .filter((label) => !known.includes(label))
    .map((label) => unknownName(`${metric.name}.by`, label, 'a declared attribute', known));
  if (problems.length > 0) throw new MetricsError('METRICS_PANEL_INVALID', problems);
  return by;
}

/**
 * Checks the kind of a metric.
 *
 * @throws {MetricsError} METRICS_PANEL_INVALID if the metric has another kind, or is not the metric of a catalogue.
 */
export function checkKind(call: string, metric: Selectable, kinds: readonly InstrumentKind[]): void {
  const { kind, name, key } = Object(metric) as Partial<Selectable>;
  const where = `${call}(${name ?? ''})`;
  if (kind === undefined || key === undefined) {
    const expected = 'a metric of metricsOf(catalogue)';
    throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value: metric, expected }]);
  }
  if (kinds.includes(kind)) return;
  throw new MetricsError('METRICS_PANEL_INVALID', [{ where, value: kind, expected: kinds.join(' or ') }]);
}

function keysOf(metric: Selectable): string[] {
  return Object.keys(metric.attributes);
}
