/** Recording calls on a definition, a catalogue or the running metrics, which have no instruments: the error names the instrument. */
import { MetricsError } from '../errors.js';
import { defineOtherCall, type Made, otherCalls, replacementOf } from './other-calls.js';

/** Part of a definition that an error shows. */
interface NamedDefinition extends Made {
  readonly name: string;
}

type Definitions = Readonly<Record<string, NamedDefinition>>;

/** Place of a definition: its key, and the name of its catalogue once metrics have started with it. */
const places = new WeakMap<object, { readonly key: string; readonly catalogue?: string }>();

/** Prototype of definitions: every recording call throws. */
const definitionCalls: object = {};
for (const name of Object.keys(otherCalls)) {
  defineOtherCall(definitionCalls, name, function (this: NamedDefinition) {
    throw notAnInstrument(name, this);
  });
}

/** Returns a frozen definition, on which recording calls throw. */
export function definitionWith<M extends object>(fields: M): Readonly<M> {
  return Object.freeze(Object.assign(Object.create(definitionCalls), fields));
}

/**
 * Returns a frozen object with the properties of `fields`. Its prototype has the definitions under their keys, not
 * enumerable, so that `catalogue.orders.add(1)` throws the error of the definition.
 */
export function withDefinitions<T extends object>(fields: T, definitions: Definitions): Readonly<T> {
  const prototype = {};
  for (const [key, value] of Object.entries(definitions)) {
    if (!(key in fields)) Object.defineProperty(prototype, key, { value });
  }
  return Object.freeze(Object.assign(Object.create(prototype), fields));
}

/** Stores the keys of definitions, for the error. */
export function placeDefinitions(definitions: Definitions, catalogue?: string): void {
  for (const [key, definition] of Object.entries(definitions)) {
    places.set(definition, catalogue === undefined ? { key } : { key, catalogue });
  }
}

/** Returns the running metrics, with the definitions of their catalogues as in `withDefinitions`. */
export function withCatalogues<T extends object>(
  fields: T,
  catalogues: Readonly<Record<string, { readonly definitions: Definitions }>>,
): T {
  const all: Record<string, NamedDefinition> = {};
  for (const [name, { definitions }] of Object.entries(catalogues)) {
    placeDefinitions(definitions, name);
    for (const [key, definition] of Object.entries(definitions)) all[key] ??= definition;
  }
  return withDefinitions(fields, all);
}

function notAnInstrument(call: string, definition: NamedDefinition): MetricsError {
  const replacement = replacementOf(call, definition);
  const place = places.get(definition);
  const isCall = /^\w+\(/.test(replacement);
  const expected = isCall && place !== undefined ? `${instrumentAt(place)}.${replacement}` : replacement;
  const where = `${definition.name}: ${call}()`;
  const unplaced = place === undefined ? ' of the instrument that startMetrics({ catalogues }) returns' : '';
  return new MetricsError('METRICS_NOT_AN_INSTRUMENT', [{ where, expected: `${expected}${unplaced}` }]);
}

function instrumentAt({ key, catalogue }: { readonly key: string; readonly catalogue?: string }): string {
  return catalogue === undefined ? `instrumentsOf(catalogue).${key}` : `metrics.${catalogue}.${key}`;
}
