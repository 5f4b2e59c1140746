/** Checks of the argument of `startMetrics`, apart from the options that a table declares. They return problems. */
import type { Catalogue } from '../catalogue/catalogue.js';
import { checkView } from '../engine/views.js';
import { messageOf, type Problem, wrongObject } from '../errors.js';
import type { ViewOptions } from '../model/otel-sdk.js';
import { isCatalogue, isDefinition, isPack, isReader } from './argument-shapes.js';

const reservedKeys = new Set(['ready', 'settings', 'status', 'summary', 'exposition', 'forceFlush', 'shutdown']);

/** Checks keys, catalogues and packs. */
export function keyProblems(
  catalogues: Readonly<Record<string, Catalogue>>,
  packs: Readonly<Record<string, { readonly catalogue: Catalogue; readonly recorder: unknown }>>,
): Problem[] {
  const problems: Problem[] = [];
  for (const [key, catalogue] of Object.entries(catalogues)) {
    if (!isCatalogue(catalogue)) problems.push(notACatalogue(key, catalogue));
    if (Object.hasOwn(packs, key)) {
      problems.push({ where: `packs.${key}`, value: key, expected: 'a key that no catalogue uses' });
    }
  }
  for (const [key, pack] of Object.entries(packs)) {
    if (!isPack(pack)) {
      const example = typeof pack === 'function' ? (pack as { readonly name: string }).name : '';
      const hint = isCatalogue(pack)
        ? '; a catalogue belongs in catalogues'
        : isDefinition(pack)
          ? '; a metric definition belongs in a catalogue'
          : '';
      const expected = `a pack such as ${example === '' ? 'inference' : example}()${hint}`;
      problems.push({ where: `packs.${key}`, value: pack, expected });
    }
  }
  for (const key of [...Object.keys(catalogues), ...Object.keys(packs)]) {
    if (reservedKeys.has(key)) {
      problems.push({ where: key, value: key, expected: `a key other than ${[...reservedKeys].join(', ')}` });
    }
  }
  return problems;
}

/** Describes a value in place of a catalogue. */
function notACatalogue(key: string, value: unknown): Problem {
  const where = `catalogues.${key}`;
  const made = `a catalogue made by defineCatalogue()`;
  if (isDefinition(value)) return { where, expected: `${made}, not a metric definition: defineCatalogue({ ${key} })` };
  const parts = typeof value === 'object' && value !== null ? Object.values(value) : [];
  if (parts.length > 0 && parts.every(isDefinition))
    return { where, expected: `${made}, not an object of metric definitions: defineCatalogue(${key})` };
  return { where, value, expected: `${made}${isPack(value) ? '; a pack belongs in packs' : ''}` };
}

/** Checks the values of resource attributes, which OpenTelemetry would ignore. */
export function resourceProblems(resource: Readonly<Record<string, unknown>>): Problem[] {
  return Object.entries(resource)
    .filter(([, value]) => value !== undefined && ![value].flat().every(isAttributeValue))
    .map(([key, value]) => ({ where: `resource.${key}`, value, expected: 'a string, a number or a boolean' }));
}

function isAttributeValue(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

/** Checks the selectors of views. */
export function viewProblems(views: readonly ViewOptions[]): Problem[] {
  return views.flatMap((view, index) => {
    const wrong = wrongObject(`views[${index}]`, view, 'a view of OpenTelemetry');
    if (wrong.length > 0) return wrong;
    try {
      checkView(view);
      return [];
    } catch (error) {
      return [{ where: `views[${index}]`, value: view, expected: `a valid view (${messageOf(error)})` }];
    }
  });
}

/** Checks that readers are readers. */
export function readerProblems(readers: readonly unknown[]): Problem[] {
  return readers.flatMap((reader, index) =>
    isReader(reader) ? [] : [{ where: `readers[${index}]`, value: reader, expected: 'an OpenTelemetry metric reader' }],
  );
}
