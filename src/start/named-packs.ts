/** Packs and collectors that start by name, without code. Their modules are loaded only when they are named. */
import type { Pack } from '../catalogue/pack.js';
import { wrongName } from '../errors/nearest.js';
import { renderConsequence } from '../errors.js';
import { type Setting, sourceOf } from '../options/resolve.js';

// biome-ignore lint/suspicious/noExplicitAny: packs differ in their definitions, known only to each pack.
type AnyPack = Pack<any, any>;

/** Options of the environment for what is loaded by name. */
export interface NamedOptions {
  readonly runtimeNames: 'otel' | 'prom-client';
  readonly hostSource: 'proc' | 'otel' | undefined;
}

type Loaders = Readonly<Record<string, (options: NamedOptions) => Promise<AnyPack>>>;

/** Loads packs and collectors that record without calls of the application, by the option that names them. */
const loaders = {
  packNames: { http: () => import('../packs/http/index.js').then(({ http }) => http()) } as Loaders,
  collectorNames: {
    runtime: ({ runtimeNames }) =>
      import('../collectors/runtime/index.js').then(({ runtime }) => runtime({ names: runtimeNames })),
    host: ({ hostSource: from }) => import('../collectors/host/index.js').then(({ host }) => host(from && { from })),
    container: () => import('../collectors/container/index.js').then(({ container }) => container()),
    gpu: () => import('../collectors/gpu/index.js').then(({ gpu }) => gpu()),
  } as Loaders,
};

/** Option that names packs or collectors. */
export type NamingOption = keyof typeof loaders;

export const namingOptions = Object.keys(loaders) as readonly NamingOption[];

const hints: Readonly<Record<NamingOption, string>> = {
  packNames: '; other packs record through calls: pass them to startMetrics({ packs })',
  collectorNames: '',
};

/** Noun for the things that each option names, and its variable. */
export const namingTerms: Readonly<Record<NamingOption, { readonly what: string; readonly variable: string }>> = {
  packNames: { what: 'pack', variable: 'OTELIER_PACKS' },
  collectorNames: { what: 'collector', variable: 'OTELIER_COLLECTORS' },
};

/** Loads packs or collectors by their valid names, in this order. */
export function loadNamed(option: NamingOption, names: readonly string[], options: NamedOptions): Promise<AnyPack[]> {
  return Promise.all(names.flatMap((name) => loaders[option][name]?.(options) ?? []));
}

/** Checks names; with `none` no name is left. Unknown ones are problems in code, and ignored otherwise. */
export function validNames(option: NamingOption, names: readonly string[] | undefined, settings: readonly Setting[]) {
  const valid = [...Object.keys(loaders[option]), 'none'];
  const setting = settings.find(({ name }) => name === option);
  const unknown = names?.filter((name) => !valid.includes(name)) ?? [];
  const all = unknown.map((value) => wrongName(sourceOf(setting), value, valid, { hint: hints[option] }));
  const isInCode = setting?.from === 'code';
  return {
    names: names?.filter((name) => valid.includes(name) && !names.includes('none')),
    problems: isInCode ? all : [],
    warnings: isInCode ? [] : all.map((problem) => renderConsequence(problem, '; the name is ignored')),
  };
}
