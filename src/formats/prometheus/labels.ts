/**
 * From the attributes of a series to its labels, so that no two labels have one name and none is one that Prometheus
 * keeps for itself (OpenTelemetry, "Prometheus and OpenMetrics Compatibility", metric attributes).
 */
import type { Attributes } from '@opentelemetry/api';
import type { Scope } from '../../model/points.js';
import type { ExpositionNames } from './exposition-names.js';

/** A label; both parts are unescaped. */
export interface Label {
  readonly name: string;
  readonly value: string;
}

/** The label that tells series apart whose others are the same. */
export const collisionLabel = 'otelier_collision';

/** Labels that an exposition gives a meaning of its own. */
const reserved = new Set(['le', 'quantile', '__name__', collisionLabel]);

/** Labels of a series by name: its attributes, and `fixed` ones, which win over attributes of the same name. */
export function labelsOf(attributes: Attributes, fixed: readonly Label[], names: ExpositionNames): Label[] {
  // In one order, so that equal labels are equal text.
  return [...attributesOf(attributes, fixed, names), ...fixed].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The labels that attributes become beside `fixed` ones. */
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
    // To Prometheus an empty label is none; kept, it would hide that two series are one.
    if (value !== '') labels.push({ name, value });
  }
  return labels;
}

/** The labels that tell which instrumentation scope made a metric. */
export function scopeLabels({ name, version, schemaUrl }: Scope): Label[] {
  const labels = [{ name: 'otel_scope_name', value: name }];
  if (version !== undefined && version !== '') labels.push({ name: 'otel_scope_version', value: version });
  if (schemaUrl !== undefined && schemaUrl !== '') labels.push({ name: 'otel_scope_schema_url', value: schemaUrl });
  return labels;
}

/** Labels of the resource beside those of a scope, which have their names first. */
export function beside(scope: readonly Label[], constant: readonly Label[]): Label[] {
  const taken = new Set(scope.map(({ name }) => name));
  return [...scope, ...constant.map(({ name, value }) => ({ name: freeName(name, taken), value }))];
}

/** As Prometheus names a label whose own name is taken. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (reserved.has(free) || free.startsWith('__') || taken.has(free)) free = `exported_${free}`;
  return free;
}

/** Values of keys that became one name, in the order of the keys. */
function joined(sources: { key: string; value: string }[]): string {
  if (sources.length === 1) return (sources[0] as { value: string }).value;
  const inOrder = [...sources].sort((one, other) => (one.key < other.key ? -1 : 1));
  return inOrder.map(({ value }) => value).join(';');
}

/** The text of an attribute's value; lists as JSON, and what is no Unicode replaced. */
export function labelValue(value: unknown): string {
  return (typeof value === 'object' ? JSON.stringify(value) : String(value)).replace(/\p{Cs}/gu, '\uFFFD');
}
