/** Validation of the attribute types of a metric. */
import { type Aliases, unknownName } from '../errors/nearest.js';
import { type Problem, renderValue } from '../errors.js';
import { type AttributeType, callOfOneOf } from './attributes.js';
import type { MetricDefinition } from './definitions.js';
import { wrongCallOf } from './wrong-call.js';

const maxKeyLength = 255;

/** Properties of all attribute types. */
const commonProperties = ['kind', 'required', 'limit'];
const propertiesOfKind: Readonly<Record<AttributeType['kind'], readonly string[]>> = {
  oneOf: ['values', 'errors'],
  text: [],
  integer: ['min', 'max'],
  boolean: [],
};

const otherNames: Aliases = { count: 'limit', max: 'limit', maxvalues: 'limit', size: 'limit' };

/** Makers of attribute types by other names for their values. */
const makers: Readonly<Record<string, string>> = {
  String: 'text()',
  string: 'text()',
  text: 'text()',
  Number: 'integer()',
  number: 'integer()',
  integer: 'integer()',
  int: 'integer()',
  Boolean: 'boolean()',
  boolean: 'boolean()',
  bool: 'boolean()',
  oneOf: 'oneOf("a", "b")',
  optional: 'optional(text())',
};

/** Returns the problems of the attribute types of a definition. */
export function checkAttributes(where: string, { attributes }: MetricDefinition): Problem[] {
  if (typeof attributes !== 'object' || attributes === null || Array.isArray(attributes)) {
    const example = exampleOfAttributes(attributes);
    const expected = `an object of attribute types${example === undefined ? '' : `, such as ${example}`}`;
    return [{ where: `${where}.attributes`, value: attributes, expected }];
  }
  return Object.entries(attributes).flatMap(([key, type]) => checkAttribute(`${where}.attributes.${key}`, key, type));
}

/** Returns attributes in place of a list of their keys, such as the `labelNames` of prom-client. */
export function exampleOfAttributes(keys: unknown): string | undefined {
  if (!Array.isArray(keys) || typeof keys[0] !== 'string') return undefined;
  const key = /^[A-Za-z_]\w*$/.test(keys[0]) ? keys[0] : renderValue(keys[0], 40);
  return `{ ${key}: text()${keys.length > 1 ? ', ...' : ''} }`;
}

function checkAttribute(where: string, key: string, type: AttributeType): Problem[] {
  const problems: Problem[] = [];
  if (key.trim() === '' || key.length > maxKeyLength) {
    problems.push({ where, value: key, expected: `a key of 1 to ${maxKeyLength} characters` });
  }
  const wrongCall = wrongCallOf(type);
  if (wrongCall !== undefined) return [...problems, { where, expected: wrongCall }];
  if (typeof type !== 'object' || type === null || !Object.hasOwn(propertiesOfKind, type.kind)) {
    const likely = likelyType(type) ?? 'an attribute type: oneOf(), text(), integer(), boolean() or optional()';
    return [...problems, { where, value: type, expected: likely }];
  }
  const properties = propertiesOfKind[type.kind];
  for (const option of Object.keys(type)) {
    if (commonProperties.includes(option) || properties.includes(option)) continue;
    const known = type.kind === 'integer' ? ['limit', 'min', 'max'] : ['limit'];
    problems.push(unknownName(`${where}.${option}`, option, `an option of ${type.kind}()`, known, otherNames));
  }
  return [...problems, ...checkValues(where, type)];
}

function checkValues(where: string, type: AttributeType): Problem[] {
  const { kind, values = [], limit, min, max } = type;
  if (kind === 'oneOf') {
    const valid = values.length > 0 && values.every((value) => typeof value === 'string' && value !== '');
    if (valid && new Set(values).size === values.length) return [];
    return [{ where, value: values, expected: 'one or more different, non-empty strings' }];
  }
  if (kind === 'integer' && (min !== undefined || max !== undefined)) {
    const valid = Number.isSafeInteger(min) && Number.isSafeInteger(max) && (min as number) <= (max as number);
    if (valid) return [];
    const found = Object.entries({ min, max }).filter(([, bound]) => bound !== undefined);
    const written = found.map(([name, bound]) => `${name}: ${renderValue(bound, 30)}`).join(', ');
    return [{ where, expected: `integers min and max with min <= max, not { ${written} }` }];
  }
  if (Number.isInteger(limit) && limit >= 1) return [];
  return [{ where: `${where}.limit`, value: limit, expected: 'an integer of at least 1' }];
}

/** Returns the call of a maker that a value probably stands for. */
function likelyType(value: unknown): string | undefined {
  if (Array.isArray(value)) return value.length > 0 ? callOfOneOf(value) : undefined;
  const name = typeof value === 'function' ? value.name : value;
  return typeof name === 'string' && Object.hasOwn(makers, name) ? makers[name] : undefined;
}
