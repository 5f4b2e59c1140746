/** `resource` of a configuration file. */
import type { Attributes, AttributeValue } from '@opentelemetry/api';
import { readPairs, readWordLists, wordFilter } from './parts.js';
import type { Place } from './place.js';

/** Detectors by their names in a file: those of the schema, and one of ours. */
const detectors = ['container', 'host', 'process', 'service', 'otelier/kubernetes'] as const;
export type DetectorName = (typeof detectors)[number];

/** What a file says of the resource. */
export interface FileResource {
  readonly attributes: Attributes;
  readonly schemaUrl: string | undefined;
  /** Which detectors run and which of their attributes are taken; `undefined` when the file does not say. */
  readonly detection: { readonly detectors: ReadonlySet<DetectorName>; takes(attribute: string): boolean } | undefined;
}

/** Reads the section. Attributes that are listed one by one win over those of `attributes_list`. */
export function readResource(place: Place): FileResource {
  if (!place.hasOnly(['attributes', 'attributes_list', 'schema_url', 'detection/development'])) {
    return { attributes: {}, schemaUrl: undefined, detection: undefined };
  }
  const attributes: Attributes = { ...readPairs(place.at('attributes_list'), false) };
  for (const entry of place.at('attributes').items('a list of attributes with name and value')) {
    if (!entry.isSet) entry.wrong('an attribute with name and value');
    if (!entry.hasOnly(['name', 'value', 'type'])) continue;
    const name = entry.at('name').text();
    const value = readValue(entry);
    if (name === undefined && !entry.at('name').isSet && entry.isSet)
      entry.at('name').wrong('the name of an attribute');
    if (name !== undefined && value !== undefined) attributes[name] = value;
  }
  return {
    attributes,
    schemaUrl: place.at('schema_url').text(),
    detection: readDetection(place.at('detection/development')),
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

/** Without a type the value says itself what it is. One that is null is left out: its variable is not set. */
function readValue(entry: Place): AttributeValue | undefined {
  const value = entry.at('value');
  const type = entry.at('type').word(Object.fromEntries(Object.keys(types).map((name) => [name, name])));
  if (!value.isPresent && entry.isSet) return value.wrong('the value of an attribute');
  if (!value.isSet) return undefined;
  const fits = type === undefined ? Object.values(types).some((check) => check(value.value)) : types[type];
  if (fits === true || (typeof fits === 'function' && fits(value.value))) return value.value as AttributeValue;
  return value.wrong(type === undefined ? 'a text, a number, true or false, or a list of one of them' : `type ${type}`);
}

function readDetection(place: Place): FileResource['detection'] {
  if (!place.isPresent || !place.hasOnly(['attributes', 'detectors'])) return undefined;
  const named = new Set<DetectorName>();
  for (const item of place.at('detectors').items('a list of detectors')) {
    const name = item.choice(detectors.join(', '))?.key;
    if (name === undefined) continue;
    if ((detectors as readonly string[]).includes(name)) named.add(name as DetectorName);
    else item.at(name).wrong(`one of the detectors ${detectors.join(', ')}`);
  }
  return { detectors: named, takes: wordFilter(readWordLists(place.at('attributes'))) };
}
