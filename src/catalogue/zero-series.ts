/** Series that start at 0: they are shown to scrapers before the first recording. */
import { defaultCardinalityLimit, type InstrumentKind } from '../model/instrument.js';
import type { MetricDefinition } from './definitions.js';

/** Kinds whose value is 0 before the first recording. */
export const kindsThatStartAtZero: readonly InstrumentKind[] = ['counter', 'upDownCounter', 'histogram'];

/** Returns the attribute sets of a definition that start at 0. */
export function zeroSeriesOf(definition: MetricDefinition): readonly Readonly<Record<string, string>>[] {
  const { kind, attributes, startAtZero } = definition;
  if (!kindsThatStartAtZero.includes(kind)) return [];
  const isPlain = Object.keys(attributes).length === 0;
  if (!(startAtZero ?? isPlain)) return [];
  let sets: Record<string, string>[] = [{}];
  for (const [key, { values = [], required }] of Object.entries(attributes)) {
    const extended = sets.flatMap((set) => values.map((value) => ({ ...set, [key]: value })));
    sets = required ? extended : [...sets, ...extended];
  }
  return sets;
}

/** Returns the number of series that `startAtZero` creates; `undefined` if some attribute has no fixed set of values. */
export function countOfZeroSeries({ attributes }: MetricDefinition): number | undefined {
  let count = 1;
  for (const { kind, values = [], required } of Object.values(attributes)) {
    if (kind !== 'oneOf') return undefined;
    count *= values.length + (required ? 0 : 1);
  }
  return count;
}

/** Returns how many series may start at 0: the cardinality limit without the overflow series and the part for errors. */
export function mostZeroSeries({ cardinalityLimit = defaultCardinalityLimit }: MetricDefinition): number {
  return Math.max(1, cardinalityLimit - 1 - Math.floor(cardinalityLimit / 10));
}
