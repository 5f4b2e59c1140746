/** Records hostile names, keys, values and numbers through the OpenTelemetry API, and returns the expected samples. */
import type { MeterProvider } from '@opentelemetry/api';
import type { Format } from './every-kind.js';
import { alikeSets, emptySets, hostileKeys, hostileNames, hostileNumbers, hostileValues } from './hostile-texts.js';
import type { ReadSample } from './samples.js';

/** A description that breaks out of its line if it is not escaped. */
export const hostileDescription = 'Back\\slash, \\n, "quotes"\nand # EOF 🚀';

const scope = { name: 'hostile "scope"\n\\', version: '1\0' };
const scopeLabels = { otel_scope_name: scope.name, otel_scope_version: scope.version };

/** Records one measurement of each hostile text, each with a different value. */
export function recordHostile(provider: MeterProvider): void {
  const meter = provider.getMeter(scope.name, scope.version);
  for (const [index, [name]] of hostileNames.entries()) {
    meter.createGauge(name, { description: hostileDescription }).record(1_000 + index);
  }
  const keys = meter.createGauge('hostile.keys', { description: 'Keys.' });
  for (const [index, [attributes]] of hostileKeys.entries()) {
    keys.record(2_000 + index, withNumber(attributes, index));
  }
  const values = meter.createCounter('hostile.values', { description: 'Values.' });
  for (const [index, [text]] of hostileValues.entries()) values.add(3_000 + index, { n: `${index}`, text });
  const alike = meter.createUpDownCounter('hostile.alike', { description: 'Alike.' });
  for (const [index, attributes] of alikeSets.flat().entries()) alike.add(4_000 + index, attributes);
  const empty = meter.createUpDownCounter('hostile.empty', { description: 'Empty.' });
  for (const [index, attributes] of emptySets.flat().entries()) empty.add(5_000 + index, attributes);
  const numbers = meter.createGauge('hostile.numbers', { description: 'Numbers.' });
  for (const [index, number] of hostileNumbers.entries()) numbers.record(number, { n: `${index}` });
  const bounds = { description: 'A label like that of buckets.', advice: { explicitBucketBoundaries: [1e-7, 1e21] } };
  meter.createHistogram('hostile.bounds', bounds).record(2 ** 53, { le: '1', quantile: '0.5' });
}

/** Returns the expected samples of an SDK, except those with unpredictable labels. */
export function samplesOfHostile(sdk: 'otelier' | 'stock', format: Format): ReadSample[] {
  const sample = (name: string, labels: Readonly<Record<string, string>>, value: number) => {
    return { name, labels: readable({ ...scopeLabels, ...labels }, format), value };
  };
  const seen = <S>(shown: S, admitted: S = shown) => (sdk === 'otelier' ? admitted : shown);
  const newest = new Map(hostileNames.map(([, name], index) => [name, 1_000 + index]));
  const names = [...newest].map(([name, value]) => sample(name, {}, value));
  const keys = hostileKeys.map(([, shown, admitted], index) =>
    sample('hostile_keys', { ...seen(shown, admitted), n: `${index}` }, 2_000 + index),
  );
  const values = hostileValues.map(([, shown, admitted], index) =>
    sample('hostile_values_total', { text: seen(shown, admitted), n: `${index}` }, 3_000 + index),
  );
  const numbers = hostileNumbers.map((number, index) => sample('hostile_numbers', { n: `${index}` }, number));
  const inBounds = { exported_le: '1', exported_quantile: '0.5' };
  return [
    ...names,
    ...keys,
    ...values,
    ...numbers,
    sample('hostile_bounds_bucket', { ...inBounds, le: '1e-7' }, 0),
    sample('hostile_bounds_bucket', { ...inBounds, le: '1e21' }, 1),
    sample('hostile_bounds_bucket', { ...inBounds, le: '+Inf' }, 1),
    sample('hostile_bounds_sum', inBounds, 2 ** 53),
    sample('hostile_bounds_count', inBounds, 1),
  ];
}

/** Values of `hostile.alike`: one per group. */
export const alikeValues = totalsOf(alikeSets, 4_000);

/** Values of `hostile.empty`: one per group. */
export const emptyValues = totalsOf(emptySets, 5_000);

/** Returns the totals of groups whose members have consecutive values. */
function totalsOf(groups: readonly (readonly unknown[])[], first: number): number[] {
  let next = first;
  return groups.map((group) => group.reduce<number>((total) => total + next++, 0)).sort((one, other) => one - other);
}

/** Replaces NUL, which text formats cannot contain. */
function readable(labels: Readonly<Record<string, string>>, format: Format): Record<string, string> {
  if (format === 'protobuf') return labels;
  return Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, value.replaceAll('\0', '\ufffd')]));
}

/** A spread would make `__proto__` the prototype. */
function withNumber<T extends object>(attributes: T, index: number): T & { n: string } {
  return Object.assign(Object.fromEntries(Object.entries(attributes)), { n: `${index}` }) as T & { n: string };
}
