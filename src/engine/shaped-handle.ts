/** Handles of info metrics and state sets, built on the handle of their gauge. */
import type { AttributeValue } from '../catalogue/attributes.js';
import type { MetricDefinition } from '../catalogue/definitions.js';
import type { Info, StateSet } from '../catalogue/info-and-state-set.js';
import { addOtherCalls } from './other-calls.js';
import type { Reject, Reports } from './rejections.js';

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
  reports: Reports | undefined,
): Info<AnyAttributes> | StateSet<string, AnyAttributes> {
  const prototype = addOtherCalls({}, 'instrument', () => reports);
  if (states === undefined) {
    return handleWith(prototype, {
      set: (attributes?: object) => gauge.set(1, attributes),
      remove: (attributes?: object) => gauge.remove(attributes),
    });
  }
  return handleWith(prototype, {
    set(state: string, attributes?: object) {
      if (!states.includes(state))
        return reject('state_undeclared', name, state, { kind: 'oneOf', values: states, limit: states.length });
      for (const declared of states) gauge.set(declared === state ? 1 : 0, withState(attributes, name, declared));
    },
  });
}

/** Returns a frozen handle with these methods. */
export function handleWith<T extends object>(prototype: object, methods: T): Readonly<T> {
  return Object.freeze(Object.assign(Object.create(prototype), methods));
}

/** Adds the state to a copy of the attributes; returns the state alone if reading them throws. */
function withState(attributes: object | undefined, name: string, state: string): object {
  try {
    return { ...attributes, [name]: state };
  } catch {
    return { [name]: state };
  }
}
