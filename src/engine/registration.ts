/** Registration of instruments: reads the arguments of a creating call, and logs invalid and duplicate ones. */

import { type MetricOptions, ValueType } from '@opentelemetry/api';
import type { Metric } from '../catalogue/catalogue.js';
import { isEqual } from '../catalogue/is-equal.js';
import { fit } from '../errors/fit.js';
import { diag } from '../model/diag.js';
import { type InstrumentKind, isInstrumentName } from '../model/instrument.js';
import { definitionOf } from './definition.js';
import type { InstrumentDescription } from './instrument-core.js';
import { labelOf, quoted } from './message-labels.js';
import { readOption, textOf } from './safe-read.js';

/** Reads the description of an instrument from arguments of any type. An unreadable option counts as absent. */
export function describe(
  kind: InstrumentKind,
  givenName: unknown,
  options: MetricOptions | undefined,
): InstrumentDescription {
  const name = textOf(givenName);
  const option = <K extends keyof MetricOptions>(key: K) => readOption(options, key);
  const advised = kind === 'histogram' ? readOption(option('advice'), 'explicitBucketBoundaries') : undefined;
  // As in the SDK of OpenTelemetry, boundaries need no order, and infinite ones mean nothing.
  const valid = Array.isArray(advised) && advised.every((bound) => typeof bound === 'number' && !Number.isNaN(bound));
  if (advised !== undefined && !valid) {
    diag.warn(
      fit`${labelOf({ kind, name })}: ignored advice.explicitBucketBoundaries: expected a list of numbers; default boundaries are used`,
    );
  }
  return {
    name,
    kind,
    shape: definitionOf(options)?.shape,
    description: textOf(option('description') ?? ''),
    unit: textOf(option('unit') ?? ''),
    valueType: option('valueType') === ValueType.INT ? 0 : 1,
    advisedBoundaries: valid
      ? [...new Set(advised)].filter(Number.isFinite).sort((one, other) => one - other)
      : undefined,
  };
}

/** Reports whether two instruments with one name are the same instrument (OpenTelemetry metrics SDK). */
export function isIdentical(one: InstrumentDescription, other: InstrumentDescription): boolean {
  return one.kind === other.kind && one.unit === other.unit && one.valueType === other.valueType;
}

/** Logs a name that OpenTelemetry does not allow. */
export function checkName({ kind, name }: InstrumentDescription): void {
  if (isInstrumentName(name)) return;
  diag.warn(
    fit`${kind}: invalid instrument name ${quoted(name)}: expected a letter, then up to 254 letters, digits, _ . - or /; backends may alter or reject it; rename the instrument`,
  );
}

/** Option that a repeated registration of an instrument can give differently. */
export type IgnoredOption = 'description' | 'advice.explicitBucketBoundaries' | 'definition';

/**
 * Logs options of a repeated registration that are ignored, because the first registration decides.
 *
 * @param warned options that were logged for this instrument; updated.
 */
export function warnOfIgnoredOptions(
  first: InstrumentDescription,
  second: InstrumentDescription,
  warned: Set<IgnoredOption>,
): void {
  const { description, advisedBoundaries } = second;
  if (description !== '' && description !== first.description) warnOfDuplicate(second, 'description', warned);
  if (advisedBoundaries !== undefined && advisedBoundaries.join() !== first.advisedBoundaries?.join()) {
    warnOfDuplicate(second, 'advice.explicitBucketBoundaries', warned);
  }
}

/** Logs a metric that another catalogue defines differently, because the first definition decides. */
export function warnOfOtherDefinition(
  first: Metric | undefined,
  second: Metric | undefined,
  warned: Set<IgnoredOption>,
): void {
  if (first === undefined || second === undefined || warned.has('definition')) return;
  const differing = (Object.keys({ ...first, ...second }) as (keyof Metric)[]).filter(
    (key) => !['key', 'description', 'buckets'].includes(key) && !isEqual(first[key], second[key]),
  );
  if (differing.length === 0) return;
  warned.add('definition');
  diag.warn(
    fit`metric ${quoted(second.name)} is defined twice, with different ${differing.join(', ')}; the first definition applies: values of the second become _OTHER; define it once, or restart after a change`,
  );
}

function warnOfDuplicate({ name }: InstrumentDescription, option: IgnoredOption, warned: Set<IgnoredOption>): void {
  if (warned.has(option)) return;
  warned.add(option);
  diag.warn(
    fit`duplicate registration of instrument ${quoted(name)} with a different ${option}; the first one is used; logged once per instrument`,
  );
}

/** Logs two registrations of one name that differ in kind, unit or value type. */
export function warnOfConflict(first: InstrumentDescription, second: InstrumentDescription): void {
  diag.warn(
    fit`duplicate registration of instrument ${quoted(second.name)} with a different ${difference(first, second)}; both are exported under one name; rename one of them`,
  );
}

function difference(first: InstrumentDescription, second: InstrumentDescription): string {
  if (first.kind !== second.kind) return `kind (${second.kind}, was ${first.kind})`;
  if (first.unit !== second.unit) return `unit (${quoted(second.unit)}, was ${quoted(first.unit)})`;
  const nameOf = ({ valueType }: InstrumentDescription) => (valueType === 0 ? 'INT' : 'DOUBLE');
  return `value type (${nameOf(second)}, was ${nameOf(first)})`;
}
