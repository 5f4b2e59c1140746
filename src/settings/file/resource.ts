/** Reads `resource` of a configuration file. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import type { ConfigNode } from './config-node.js';
import { keyFilter, readIncludeExclude } from './include-exclude.js';
import { readPairs } from './pairs.js';

/** Detectors by their names in a file: the detectors of the schema, and the Kubernetes detector of otelier. */
const detectors = ['container', 'host', 'process', 'service', 'otelier/kubernetes'] as const;
export type DetectorName = (typeof detectors)[number];

/** The resource section of a file. */
export interface FileResource {
  readonly attributes: Attributes;
  readonly schemaUrl: string | undefined;
  /** Detectors to run and a filter of their attributes; `undefined` when the file does not configure detection. */
  readonly detection:
    | { readonly detectors: ReadonlySet<DetectorName>; includes(attribute: string): boolean }
    | undefined;
}

/** Reads the section. `attributes` wins over `attributes_list`. */
export function readResource(node: ConfigNode): FileResource {
  if (!node.hasOnly(['attributes', 'attributes_list', 'schema_url', 'detection/development'])) {
    return { attributes: {}, schemaUrl: undefined, detection: undefined };
  }
  const attributes: Attributes = { ...readPairs(node.at('attributes_list'), false) };
  for (const entry of node.at('attributes').items('a list of attributes with name and value')) {
    if (!entry.isSet) entry.invalid('an attribute with name and value');
    if (!entry.hasOnly(['name', 'value', 'type'])) continue;
    const name = entry.at('name').text();
    const value = readValue(entry);
    if (name === undefined && !entry.at('name').isSet && entry.isSet) {
      entry.at('name').invalid('the name of an attribute');
    }
    if (name !== undefined && value !== undefined) attributes[name] = value;
  }
  return {
    attributes,
    schemaUrl: node.at('schema_url').text(),
    detection: readDetection(node.at('detection/development')),
  };
}

type Check = (value: unknown) => boolean;
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isText: Check = (value) => typeof value === 'string';
const isFlag: Check = (value) => typeof value === 'boolean';
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);

const types: Readonly<Record<string, Check>> = {
  string: isText,
  bool: isFlag,
  int: Number.isInteger,
  double: isNumber,
  string_array: listOf(isText),
  bool_array: listOf(isFlag),
  int_array: listOf(Number.isInteger),
  double_array: listOf(isNumber),
};

/** Reads the value of an attribute. Without `type`, any supported type is valid. Null (an unset variable) is skipped. */
function readValue(entry: ConfigNode): AttributeValue | undefined {
  const value = entry.at('value');
  const type = entry.at('type').keyword(Object.fromEntries(Object.keys(types).map((name) => [name, name])));
  if (!value.isPresent && entry.isSet) return value.invalid('the value of an attribute');
  if (!value.isSet) return undefined;
  const checks = type === undefined ? Object.values(types) : [types[type]];
  if (checks.some((check) => check?.(value.value))) return value.value as AttributeValue;
  return value.invalid(
    type === undefined ? 'a string, a number, true or false, or a list of one of them' : `a value of type ${type}`,
  );
}

function readDetection(node: ConfigNode): FileResource['detection'] {
  if (!node.isPresent || !node.hasOnly(['attributes', 'detectors'])) return undefined;
  const selected = new Set<DetectorName>();
  for (const item of node.at('detectors').items('a list of detectors')) {
    const name = item.choice(detectors.join(', '))?.key;
    if (name === undefined) continue;
    const detector = detectors.find((known) => known === name);
    if (detector === undefined) item.unknownKey(name, 'a known detector', detectors);
    else selected.add(detector);
  }
  return { detectors: selected, includes: keyFilter(readIncludeExclude(node.at('attributes'))) };
}
