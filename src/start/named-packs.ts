/** Packs that start by name, without code. Their modules are loaded only when they are named. */
import type { Pack } from '../catalogue/pack.js';

// biome-ignore lint/suspicious/noExplicitAny: packs differ in their definitions, known only to each pack.
type AnyPack = Pack<any, any>;

/** Packs that record without calls of the application. */
const packs: Readonly<Record<string, () => Promise<AnyPack>>> = {
  http: () => import('../packs/http/index.js').then(({ http }) => http()),
};

/** Valid names; `none` starts no pack. */
export const packNames: readonly string[] = [...Object.keys(packs), 'none'];

/** Loads packs by their valid names, in this order. */
export function loadPacks(names: readonly string[]): Promise<AnyPack[]> {
  if (names.includes('none')) return Promise.resolve([]);
  return Promise.all(names.flatMap((name) => packs[name]?.() ?? []));
}
