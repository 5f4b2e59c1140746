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

/** Returns the labels of a series, sorted by name. `fixed` labels take precedence over attributes of the same name. */
export function labelsOf(attributes: Attributes, fixed: readonly Label[], names: ExpositionNames): Label[] {
  // Sorted, so that equal labels render as equal text.
  return [...attributesOf(attributes, fixed, names), ...fixed].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** Converts attributes to labels whose names differ from those of `fixed`. */
export function attributesOf(attributes: Attributes, fixed: readonly Label[], names: ExpositionNames): Label[] {
  const taken = new Set(fixed.map(({ name }) => name));
  const byName = new Map<string, { key: string; value: string }[]>();
  for (const key of Object.keys(attributes)) {
    const value = attributes[key];
    if (value === undefined) continue;
    const name = freeName(names.label(key), taken);
    const sources = byName.get(name);
    const source = { key, value: labelValue(value) };
    if (sources === undefined) byName.set(name, [source]);
    else sources.push(source);
  }
  const labels: Label[] = [];
  for (const [name, sources] of byName) {
    const value = joined(sources);
    // Prometheus treats an empty label as absent; keeping it would hide that two series are equal.
    if (value !== '') labels.push({ name, value });
  }
  return labels;
}

/** Returns the labels of an instrumentation scope. */
export function scopeLabels({ name, version, schemaUrl }: Scope): Label[] {
  const labels = [{ name: 'otel_scope_name', value: name }];
  if (version !== undefined && version !== '') labels.push({ name: 'otel_scope_version', value: version });
  if (schemaUrl !== undefined && schemaUrl !== '') labels.push({ name: 'otel_scope_schema_url', value: schemaUrl });
  return labels;
}

/** Adds labels of the resource to labels of a scope, renaming the former if names collide. */
export function beside(scope: readonly Label[], constant: readonly Label[]): Label[] {
  const taken = new Set(scope.map(({ name }) => name));
  return [...scope, ...constant.map(({ name, value }) => ({ name: freeName(name, taken), value }))];
}

/** Returns a free name for a label, prefixed as Prometheus does on collisions. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (reserved.has(free) || free.startsWith('__') || taken.has(free)) free = `exported_${free}`;
  return free;
}

/** Joins the values of keys that map to one name, ordered by key. */
function joined(sources: { key: string; value: string }[]): string {
  if (sources.length === 1) return (sources[0] as { value: string }).value;
  const inOrder = [...sources].sort((one, other) => (one.key < other.key ? -1 : 1));
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
