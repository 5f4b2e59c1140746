/** Handles of info metrics and state sets, built on the handle of their gauge. */
import type { AttributeValue } from '../catalogue/attributes.js';
import type { MetricDefinition } from '../catalogue/definitions.js';
import type { Info, StateSet } from '../catalogue/info-and-state-set.js';
import type { Reject } from './rejections.js';

type AnyAttributes = Record<string, AttributeValue>;

/** Methods of a gauge's handle that are used here. */
interface PlainGauge {
  set(value: number, attributes?: object): void;
  remove(attributes?: object): void;
}

/** Creates the handle of an info metric or a state set. Its methods never throw. */
export function shapedHandle(
  { name, states }: MetricDefinition,
  gauge: PlainGauge,
  reject: Reject,
): Info<AnyAttributes> | StateSet<string, AnyAttributes> {
  if (states === undefined) {
    return Object.freeze({
      set: (attributes?: object) => gauge.set(1, attributes),
      remove: (attributes?: object) => gauge.remove(attributes),
    });
  }
  return Object.freeze({
    set(state: string, attributes?: object) {
      if (!states.includes(state))
        return reject('state_undeclared', name, state, { kind: 'oneOf', values: states, limit: states.length });
      for (const declared of states) gauge.set(declared === state ? 1 : 0, withState(attributes, name, declared));
    },
  });
}

/** Adds the state to a copy of the attributes; returns the state alone if reading them throws. */
function withState(attributes: object | undefined, name: string, state: string): object {
  try {
    return { ...attributes, [name]: state };
  } catch {
    return { [name]: state };
  }
}
