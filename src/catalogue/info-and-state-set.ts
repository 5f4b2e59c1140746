/** Definitions of info metrics and state sets: types of OpenMetrics that OpenTelemetry represents as gauges. */
import {
  type AttributesArgument,
  type AttributeTypes,
  type AttributeValues,
  type NoAttributes,
  oneOf,
} from './attributes.js';
import type { DefinitionOptions, MetricDefinition } from './definitions.js';
import { definitionWith } from './misplaced-calls.js';
import { isOptions, wrongDefinition } from './wrong-call.js';

/** OpenMetrics type of a gauge that is an info metric or a state set. */
export type MetricShape = 'info' | 'stateSet';

/** Options of an info metric. */
export type InfoOptions<A extends AttributeTypes = AttributeTypes> = Omit<DefinitionOptions<A>, 'unit'>;

/** Options of a state set. */
export interface StateSetOptions<S extends string = string, A extends AttributeTypes = AttributeTypes>
  extends Omit<DefinitionOptions<A>, 'unit'> {
  /**
   * All states: one or more different, non-empty strings. Exactly one is current.
   *
   * @example
   * stateSet({ name: 'app.phase', description: 'Phase.', states: ['starting', 'serving'] });
   */
  readonly states: readonly S[];
}

/** Definition of an info metric. */
export type InfoDefinition<A extends AttributeTypes = AttributeTypes> = MetricDefinition<'gauge', A> & {
  readonly shape: 'info';
};

/** Definition of a state set. */
export type StateSetDefinition<S extends string = string, A extends AttributeTypes = AttributeTypes> = MetricDefinition<
  'gauge',
  A
> & { readonly shape: 'stateSet'; readonly states: readonly S[] };

/**
 * Defines an info metric, whose attributes are the information and whose value is always 1: a version, a loaded model.
 * Its name must end in `info`.
 *
 * @example
 * import { defineCatalogue, info, text } from 'otelier';
 * export const app = defineCatalogue({
 *   build: info({ name: 'app.build.info', description: 'Build information.', attributes: { version: text() } }),
 * });
 */
export function info<const A extends AttributeTypes = NoAttributes>(
  options: InfoOptions<A>,
): InfoDefinition<NoInfer<A>> {
  if (!isOptions(options)) return wrongDefinition('info', options, 'description, attributes');
  const attributes = options.attributes ?? ({} as A);
  return definitionWith({ ...options, kind: 'gauge', shape: 'info', unit: '', attributes } as const);
}

/**
 * Defines a state set, with one series per state: 1 for the current state, 0 for all others. The state is an attribute
 * whose key is the name of the metric, as in OpenMetrics.
 *
 * @example
 * import { defineCatalogue, stateSet } from 'otelier';
 * export const app = defineCatalogue({
 *   phase: stateSet({ name: 'app.phase', description: 'Phase of the application.', states: ['starting', 'serving'] }),
 * });
 */
export function stateSet<const S extends string, const A extends AttributeTypes = NoAttributes>(
  options: StateSetOptions<S, A>,
): StateSetDefinition<S, NoInfer<A>> {
  if (!isOptions(options)) return wrongDefinition('stateSet', options, 'description, states');
  const attributes = options.attributes ?? ({} as A);
  return definitionWith({ ...options, kind: 'gauge', shape: 'stateSet', unit: '', attributes } as const);
}

/** Handle of an info metric. */
export interface Info<A extends AttributeValues<A>> {
  /**
   * Exports the attributes with the value 1, until `remove` is called with them.
   *
   * @example
   * metrics.shop.build.set({ version: '1.4.0' });
   */
  set(...attributes: AttributesArgument<A>): void;
  /**
   * Stops exporting the attributes. With the `MeterProvider` of another SDK, they stay.
   *
   * @example
   * metrics.shop.build.remove({ version: '1.4.0' });
   */
  readonly remove: (...attributes: AttributesArgument<A>) => void;
}

/** Handle of a state set. */
export interface StateSet<S extends string, A extends AttributeValues<A>> {
  /**
   * Makes `state` the current state: its series becomes 1, all others 0. An undeclared state is ignored.
   *
   * @example
   * metrics.shop.phase.set('serving');
   */
  readonly set: (state: S, ...attributes: AttributesArgument<A>) => void;
}

/** Returns the attribute types of a metric's series. A state set has an additional one for the state. */
export function recordedAttributes(name: string, { attributes, states }: MetricDefinition): AttributeTypes {
  return states === undefined ? attributes : { ...attributes, [name]: oneOf(...(states as [string, ...string[]])) };
}
