/** Packs that start by name, without code. Their modules are loaded only when they are named. */
import type { Pack } from '../catalogue/pack.js';
import { nearest } from '../errors/nearest.js';
import { renderConsequence } from '../errors.js';
import { type Setting, sourceOf } from '../options/resolve.js';

// biome-ignore lint/suspicious/noExplicitAny: packs differ in their definitions, known only to each pack.
type AnyPack = Pack<any, any>;

/** Packs that record without calls of the application. */
const packs: Readonly<Record<string, () => Promise<AnyPack>>> = {
  http: () => import('../packs/http/index.js').then(({ http }) => http()),
};

/** Valid names; `none` starts no pack. */
const packNames: readonly string[] = [...Object.keys(packs), 'none'];

/** Loads packs by their valid names, in this order. */
export function loadPacks(names: readonly string[]): Promise<AnyPack[]> {
  if (names.includes('none')) return Promise.resolve([]);
  return Promise.all(names.flatMap((name) => packs[name]?.() ?? []));
}

/** Checks names of packs: unknown ones are problems in code, and ignored otherwise. */
export function validPackNames(names: readonly string[] | undefined, settings: readonly Setting[]) {
  const setting = settings.find(({ name }) => name === 'packNames');
  const unknown = names?.filter((name) => !packNames.includes(name)) ?? [];
  const all = unknown.map((value) => ({
    where: sourceOf(setting),
    value,
    expected: `one of ${packNames.join(', ')}; other packs record through calls: pass them to startMetrics({ packs })`,
    suggestion: nearest(value, packNames),
  }));
  const isInCode = setting?.from === 'code';
  return {
    names: names?.filter((name) => packNames.includes(name)),
    problems: isInCode ? all : [],
    warnings: isInCode ? [] : all.map((problem) => renderConsequence(problem, '; the name is ignored')),
  };
}
