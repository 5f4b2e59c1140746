/** Handles of info metrics and state sets, built on the handle of their gauge. */
import type { AttributeValue } from '../catalogue/attributes.js';
import type { MetricDefinition } from '../catalogue/definitions.js';
import type { Info, StateSet } from '../catalogue/info-and-state-set.js';
import { objectOf, reportedAttributes } from './admission/values.js';
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
      const given = readOnce(attributes, reject);
      for (const declared of states) gauge.set(declared === state ? 1 : 0, { ...given, [name]: declared });
    },
  });
}

/** Returns a frozen handle with these methods. */
export function handleWith<T extends object>(prototype: object, methods: T): Readonly<T> {
  return Object.freeze(Object.assign(Object.create(prototype), methods));
}

/** Copies attributes. Counts those that are not an object or cannot be read, once for all states. */
function readOnce(attributes: unknown, reject: Reject): object {
  try {
    return { ...objectOf(attributes, reject) };
  } catch {
    reject('attributes_unreadable');
    return reportedAttributes;
  }
}
