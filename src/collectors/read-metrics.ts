/** Makers of metrics that are taken from readings, in a form that a table can hold. */
import type { AttributeTypes } from '../catalogue/attributes.js';
import { observableCounter, observableGauge, observableUpDownCounter } from '../catalogue/definitions.js';
import type { Observe, ReadMetric, ReadMetrics } from './collector.js';

type Read<R> = (reading: R, observe: Observe) => void;
type Make = <R>(
  name: string,
  unit: string,
  description: string,
  attributes: AttributeTypes,
  read: Read<R>,
  cardinalityLimit?: number,
) => ReadMetric<R>;

const maker =
  (define: (options: Parameters<typeof observableGauge>[0]) => ReadMetric<unknown>['definition']): Make =>
  (name, unit, description, attributes, read, cardinalityLimit) => ({
    definition: define({
      name,
      unit,
      description,
      attributes,
      ...(cardinalityLimit === undefined ? {} : { cardinalityLimit }),
    }),
    read,
  });

/** Makes an observable counter that is taken from a reading. */
export const readCounter = maker(observableCounter);
/** Makes an observable up-down counter that is taken from a reading. */
export const readUpDownCounter = maker(observableUpDownCounter);
/** Makes an observable gauge that is taken from a reading. */
export const readGauge = maker(observableGauge);

/** Observes values that differ in one attribute, by the value of the attribute. */
export function observeEach(
  observe: Observe,
  key: string,
  values: Readonly<Record<string, number | undefined>>,
  more?: Readonly<Record<string, string | number>>,
): void {
  for (const [name, value] of Object.entries(values)) observe(value, { ...more, [key]: name });
}

/** Returns metrics by key, which is their name. */
// biome-ignore lint/suspicious/noExplicitAny: metrics of one source share a reading that only they know.
export function byName(...metrics: readonly ReadMetric<any>[]): ReadMetrics {
  return Object.fromEntries(metrics.map((metric) => [metric.definition.name, metric]));
}
