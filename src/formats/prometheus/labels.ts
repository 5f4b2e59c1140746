/**
 * Conversion of attributes to labels with unique names, none of them reserved by Prometheus (OpenTelemetry, "Prometheus
 * and OpenMetrics Compatibility", metric attributes).
 */
import type { Attributes } from '@opentelemetry/api';
import type { Scope } from '../../model/points.js';
import type { ExpositionNames } from './exposition-names.js';

/** Label; name and value are unescaped. */
export interface Label {
  readonly name: string;
  readonly value: string;
}

/** Label names with a meaning in the formats. */
const reserved = new Set(['le', 'quantile', '__name__']);

/** Value of a label, with the key that it comes from. */
interface Source {
  readonly key: string;
  readonly value: string;
}

/** Returns the labels of a series, sorted by name. Values of `fixed` labels and of attributes with their names are joined. */
export function labelsOf(attributes: Attributes, fixed: readonly Label[], names: ExpositionNames): Label[] {
  const byName = new Map<string, Source[]>(fixed.map(({ name, value }) => [name, [{ key: name, value }]]));
  addAttributes(byName, attributes, names, new Set());
  // Prometheus treats an empty label as absent; keeping that of an attribute would hide that two series are equal.
  const isFixed = new Set(fixed.map(({ name }) => name));
  const labels = labelsFrom(byName).filter(({ name, value }) => value !== '' || isFixed.has(name));
  // Sorted, so that equal labels render as equal text.
  return labels.sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Converts attributes to labels whose names differ from those of `fixed`. */
export function attributesOf(attributes: Attributes, fixed: readonly Label[], names: ExpositionNames): Label[] {
  const byName = new Map<string, Source[]>();
  addAttributes(byName, attributes, names, new Set(fixed.map(({ name }) => name)));
  return labelsFrom(byName).filter(({ value }) => value !== '');
}

function addAttributes(
  byName: Map<string, Source[]>,
  attributes: Attributes,
  names: ExpositionNames,
  taken: ReadonlySet<string>,
): void {
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined) continue;
    const name = freeName(names.label(key), taken);
    const sources = byName.get(name);
    const source = { key, value: labelValue(value) };
    if (sources === undefined) byName.set(name, [source]);
    else sources.push(source);
  }
}

function labelsFrom(byName: ReadonlyMap<string, Source[]>): Label[] {
  return Array.from(byName, ([name, sources]) => ({ name, value: joined(sources) }));
}

/** Returns the labels of an instrumentation scope. */
export function scopeLabels({ name, version, schemaUrl }: Scope): Label[] {
  const labels = [{ name: 'otel_scope_name', value: name }];
  if (version !== undefined && version !== '') labels.push({ name: 'otel_scope_version', value: version });
  if (schemaUrl !== undefined && schemaUrl !== '') labels.push({ name: 'otel_scope_schema_url', value: schemaUrl });
  return labels;
}

/** Adds labels of the resource to labels of a scope, joining values if names are equal. */
export function beside(scope: readonly Label[], constant: readonly Label[]): Label[] {
  const byName = new Map<string, Source[]>(scope.map(({ name, value }) => [name, [{ key: name, value }]]));
  for (const { name, value } of constant) byName.set(name, [...(byName.get(name) ?? []), { key: name, value }]);
  return labelsFrom(byName);
}

/** Returns a free name for a label, prefixed as Prometheus does on collisions. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (reserved.has(free) || free.startsWith('__') || taken.has(free)) free = `exported_${free}`;
  return free;
}

/** Joins the values of keys that map to one name, ordered by key. */
function joined(sources: readonly Source[]): string {
  const inOrder = [...sources].sort((one, other) => (one.key < other.key ? -1 : one.key === other.key ? 0 : 1));
  return inOrder.map(({ value }) => value).join(';');
}

/** Returns the text of an attribute value: lists as JSON, lone surrogates replaced. */
export function labelValue(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value, finiteOrText) : String(value)).replace(
    /\p{Cs}/gu,
    '\uFFFD',
  );
}

/** JSON has no numbers for NaN and the infinities, and would show null. */
function finiteOrText(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value;
}
