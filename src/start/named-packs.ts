/** Packs and collectors that start by name, without code. Their modules are loaded only when they are named. */
import type { Pack } from '../catalogue/pack.js';
import { combinedWithNone, wordsForNone, wrongName } from '../errors/nearest.js';
import { type Problem, renderConsequence } from '../errors.js';
import { expectedInCode } from '../options/option.js';
import { type Setting, sourceOf } from '../options/resolve.js';
import { generalOptions } from '../settings/general.js';
import { isPack } from './argument-shapes.js';
import { defaultCollectors } from './collectors.js';

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

/** Parts that start apart from the names of an option. */
export interface NamesBeside {
  /** Names of packs or collectors that start if the option has no valid name. */
  readonly defaults: readonly string[];
  /** Names of packs or collectors of the code. */
  readonly inCode: readonly string[];
}

/** Returns what starts apart from names, by the option of the names. */
export function namesBeside(start: {
  readonly packs: object;
  readonly collectors: readonly unknown[];
  readonly isolated: boolean;
  readonly defaultPackNames: readonly string[];
}): Readonly<Record<NamingOption, NamesBeside>> {
  const { packs, collectors, isolated, defaultPackNames } = start;
  const isDefault = !isolated && collectors.length === 0;
  return {
    packNames: { defaults: defaultPackNames, inCode: namesOf(Object.values(packs)) },
    collectorNames: { defaults: isDefault ? defaultCollectors : [], inCode: namesOf(collectors) },
  };
}

/** Returns the names of packs or collectors, apart from values that are no pack. */
function namesOf(packs: readonly unknown[]): string[] {
  return packs.filter(isPack).map(({ name }) => name);
}

/**
 * Checks names. Returns those that start: none with `none`, `undefined` for the defaults. Unknown names are problems in
 * code. Elsewhere they are ignored: a misspelled name must not disable the defaults.
 */
export function validNames(
  option: NamingOption,
  names: readonly string[] | undefined,
  settings: readonly Setting[],
  { defaults, inCode }: NamesBeside,
) {
  if (names === undefined) return { names, problems: [], inEnvironment: [], warnings: [] };
  const setting = settings.find(({ name }) => name === option);
  const where = sourceOf(setting);
  const valid = [...Object.keys(loaders[option]), 'none'];
  const isDisabled = names.includes('none');
  const known = isDisabled ? [] : names.filter((name) => valid.includes(name));
  const problems = names
    .filter((name) => !valid.includes(name))
    .map((value) => wrongName(where, value, valid, { hint: hints[option], aliases: wordsForNone }));
  const combined = isDisabled && names.length > 1 ? [combinedWithNone(where)] : [];
  if (setting?.from === 'code') return { names: known, problems, inEnvironment: [], warnings: combined };
  const isDefault = known.length === 0 && !isDisabled;
  const { what } = namingTerms[option];
  const running = isDisabled ? ['none'] : new Set([...inCode, ...(isDefault ? defaults : known)]);
  const consequence = `; ignored; using ${[...running].join(', ') || `no ${what}`}`;
  return {
    names: isDefault ? undefined : known,
    problems: [],
    inEnvironment: problems,
    warnings: [
      ...problems.map((problem) => renderConsequence(problem, consequence)),
      ...(names.length === 0 ? [`${where}: names no ${what}${consequence}`] : []),
      ...combined,
    ],
  };
}

/** Returns settings that show the names which start. */
export function withNames(
  settings: readonly Setting[],
  names: Readonly<Record<NamingOption, readonly string[]>>,
  defaultNames: readonly NamingOption[],
): Setting[] {
  return settings.map((setting) => {
    const option = namingOptions.find((name) => name === setting.name);
    if (option === undefined) return setting;
    const isDefault = defaultNames.includes(option);
    // Without names: `none`.
    const value = isDefault || names[option].length > 0 ? names[option].join(',') : 'none';
    return { ...setting, value, from: isDefault ? 'default' : setting.from };
  });
}

/** Checks the names of packs and collectors of a later call. */
export function nameProblems(settings: { readonly [K in NamingOption]?: readonly string[] | undefined }): Problem[] {
  return namingOptions.flatMap((name): Problem[] => {
    const value = settings[name];
    if (value === undefined) return [];
    const { accepts, expected } = generalOptions[name];
    if (!accepts(value)) return [{ where: name, value, expected: expectedInCode(expected) }];
    return validNames(name, value, [{ name, value: '', from: 'code' }], { defaults: [], inCode: [] }).problems;
  });
}
