/** Makers of metrics that are taken from readings, in a form that a table can hold. Key, kind and attributes stay typed. */
import type { AttributeTypes } from '../catalogue/attributes.js';
import {
  type DefinitionOptions,
  type MetricDefinition,
  observableCounter,
  observableGauge,
  observableUpDownCounter,
} from '../catalogue/definitions.js';
import type { InstrumentKind } from '../model/instrument.js';
import type { Observe, ReadMetric } from './collector.js';

/** Takes the values of a metric from a reading. */
export type Read<R> = (reading: R, observe: Observe) => void;

/** Maker of metrics of one kind. */
export type Make<K extends InstrumentKind> = <R, const A extends AttributeTypes>(
  name: string,
  unit: string,
  description: string,
  attributes: A,
  read: Read<R>,
  cardinalityLimit?: number,
) => ReadMetric<R, MetricDefinition<K, A>>;

const maker =
  <K extends InstrumentKind>(define: (options: DefinitionOptions) => MetricDefinition<K>): Make<K> =>
  <R, A extends AttributeTypes>(
    name: string,
    unit: string,
    description: string,
    attributes: A,
    read: Read<R>,
    cardinalityLimit?: number,
  ) => ({
    definition: define({
      name,
      unit,
      description,
      attributes,
      ...(cardinalityLimit === undefined ? {} : { cardinalityLimit }),
    }) as MetricDefinition<K, A>,
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
