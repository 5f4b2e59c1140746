/**
 * Metrics that OpenMetrics knows as `info` and `stateset`, and OpenTelemetry as gauges: facts about something, and which
 * of a few states it is in.
 */
import { type AttributesArgument, type AttributeTypes, oneOf } from './attributes.js';
import type { DefinitionOptions, MetricDefinition } from './definitions.js';

/** What a gauge means beside its value. */
export type MetricShape = 'info' | 'stateSet';

/** What the definition of a fact says; its attributes are the fact. */
export type InfoOptions<A extends AttributeTypes = AttributeTypes> = Omit<DefinitionOptions<A>, 'unit'>;

/** What the definition of a set of states says. */
export interface StateSetOptions<S extends string = string, A extends AttributeTypes = AttributeTypes>
  extends Omit<DefinitionOptions<A>, 'unit'> {
  /** All states, of which one is the case. */
  readonly states: readonly S[];
}

/** The definition of a fact. */
export type InfoDefinition<A extends AttributeTypes = AttributeTypes> = MetricDefinition<'gauge', A> & {
  readonly shape: 'info';
};

/** The definition of a set of states. */
export type StateSetDefinition<S extends string = string, A extends AttributeTypes = AttributeTypes> = MetricDefinition<
  'gauge',
  A
> & { readonly shape: 'stateSet'; readonly states: readonly S[] };

type NoAttributes = Record<never, never>;

/**
 * A fact whose value is always 1: a version, a model in use. Its name ends in `info`.
 *
 * @example
 * import { defineCatalogue, info, text } from 'otelier';
 * export const app = defineCatalogue({
 *   build: info({ name: 'app.build.info', description: 'What was built.', attributes: { version: text() } }),
 * });
 */
export function info<const A extends AttributeTypes = NoAttributes>(
  options: InfoOptions<A>,
): InfoDefinition<NoInfer<A>> {
  const attributes = options.attributes ?? ({} as A);
  return Object.freeze({ ...options, kind: 'gauge', shape: 'info', unit: '', attributes } as const);
}

/**
 * Which of a few states something is in: one series for each state, 1 for the one that is the case and 0 for the others.
 * The state is an attribute whose key is the name of the metric, as in OpenMetrics.
 *
 * @example
 * import { defineCatalogue, stateSet } from 'otelier';
 * export const app = defineCatalogue({
 *   phase: stateSet({ name: 'app.phase', description: 'What the application does.', states: ['starting', 'serving'] }),
 * });
 */
export function stateSet<const S extends string, const A extends AttributeTypes = NoAttributes>(
  options: StateSetOptions<S, A>,
): StateSetDefinition<S, NoInfer<A>> {
  const attributes = options.attributes ?? ({} as A);
  return Object.freeze({ ...options, kind: 'gauge', shape: 'stateSet', unit: '', attributes } as const);
}

/** States what is the case. */
export interface Info<A extends AttributeTypes> {
  /** The attributes are a fact from now on. */
  set(...attributes: AttributesArgument<A>): void;
  /** They no longer are. On our engine only. */
  remove(...attributes: AttributesArgument<A>): void;
}

/** Says which state is the case. */
export interface StateSet<S extends string, A extends AttributeTypes> {
  /** This state is the case, and no other; one that is not declared changes nothing. */
  set(state: S, ...attributes: AttributesArgument<A>): void;
}

/** The attributes that a metric is recorded with: a set of states has one more, which tells the state. */
export function recordedAttributes(name: string, { attributes, states }: MetricDefinition): AttributeTypes {
  return states === undefined ? attributes : { ...attributes, [name]: oneOf(...(states as [string, ...string[]])) };
}

/** The part of a gauge's handle that is needed. */
interface PlainGauge {
  set(value: number, attributes?: object): void;
  remove(attributes?: object): void;
}

/** The handle of a metric that has a shape, on the handle of its gauge. Its calls never throw. */
export function shapedHandle(
  metric: MetricDefinition,
  gauge: PlainGauge,
): Info<AttributeTypes> | StateSet<string, AttributeTypes> {
  const { name, states } = metric;
  if (states === undefined) {
    return Object.freeze({
      set: (attributes?: object) => gauge.set(1, attributes),
      remove: (attributes?: object) => gauge.remove(attributes),
    });
  }
  return Object.freeze({
    set(state: string, attributes?: object) {
      if (!states.includes(state)) return;
      for (const each of states) gauge.set(each === state ? 1 : 0, withState(attributes, name, each));
    },
  });
}

function withState(attributes: object | undefined, name: string, state: string): object {
  try {
    return { ...attributes, [name]: state };
  } catch {
    // Whatever reading the application's object throws stays here.
    return { [name]: state };
  }
}
