/** Checks the form of the argument of `startMetrics`: unknown options, and values in another place than theirs. */
import { backendKinds } from '../backends/table.js';
import type { Catalogue } from '../catalogue/catalogue.js';
import type { Collector, Pack } from '../catalogue/pack.js';
import { type Aliases, lettersOf, synonymOf, unknownName } from '../errors/nearest.js';
import { type Problem, wrongObject } from '../errors.js';
import { collectorScope } from '../model/instrument.js';
import { otherNamesOf } from '../options/resolve.js';
import { generalOptions } from '../settings/general.js';
import { replacementOf } from './replaced-options.js';

/** Options outside the table of general options. */
const undeclaredOptions = [
  'catalogues',
  'packs',
  'collectors',
  'backends',
  'readers',
  'views',
  'resource',
  'isolated',
  'environment',
  'clock',
];

/** Names of all options. */
export const knownOptions: readonly string[] = [...undeclaredOptions, ...Object.keys(generalOptions)];

/** Options by their names in OpenTelemetry's SDK and elsewhere. */
export const otherNames: Aliases = {
  ...otherNamesOf(generalOptions),
  backend: 'backends',
  catalog: 'catalogues',
  catalogue: 'catalogues',
  metrics: 'catalogues',
  instrumentations: 'packs',
  metricreader: 'readers',
  metricreaders: 'readers',
  reader: 'readers',
  attributes: 'resource',
  env: 'environment',
  private: 'isolated',
};

/** Values of one kind, and where they belong. */
interface Kind {
  readonly noun: string;
  readonly option: string;
  is(value: unknown): boolean;
  /** Returns the value of the option with one of its values in it, as code writes it. */
  example(value: object, key: string): string;
}

export function isCatalogue(value: unknown): value is Catalogue {
  return Array.isArray(Object(value).metrics);
}

export function isPack(value: unknown): value is Pack<object> {
  return typeof Object(value).recorder === 'function' && isCatalogue(Object(value).catalogue);
}

export function isCollector(value: unknown): value is Collector {
  return isPack(value) && value.catalogue.scope.name === collectorScope;
}

export function isReader(value: unknown): boolean {
  return typeof Object(value).setMetricProducer === 'function';
}

/** Reports whether a value is a configured backend. */
export function isBackend(value: unknown): boolean {
  const { start, options } = Object(Object(value).kind);
  return typeof start === 'function' && typeof options === 'object' && options !== null;
}

/** Reports whether a value is the definition of a metric, such as the result of `counter()`. */
export function isDefinition(value: unknown): boolean {
  const { kind, name, attributes } = Object(value);
  return [kind, name].every((each) => typeof each === 'string') && typeof attributes === 'object';
}

const kinds: readonly Kind[] = [
  { noun: 'catalogue', option: 'catalogues', is: isCatalogue, example: (_, key) => `{ ${key} }` },
  {
    noun: 'collector',
    option: 'collectors',
    is: isCollector,
    example: (collector) => `[${nameOf(collector)}()]`,
  },
  { noun: 'pack', option: 'packs', is: isPack, example: (pack) => `{ ${nameOf(pack)}: ${nameOf(pack)}() }` },
  {
    noun: 'backend',
    option: 'backends',
    is: isBackend,
    example: (backend) => `[${makerOf((backend as { readonly kind: object }).kind)}()]`,
  },
  {
    noun: 'metric definition',
    option: 'catalogues',
    is: isDefinition,
    example: (_, key) => `{ ${key}: defineCatalogue(...) }`,
  },
  { noun: 'reader', option: 'readers', is: isReader, example: () => '[reader]' },
];

/** Returns the kind of a value; `undefined` if it belongs in no option. */
export function kindOf(value: unknown): Kind | undefined {
  return kinds.find(({ is }) => is(value));
}

function nameOf(value: object): string {
  return String((value as { readonly name?: unknown }).name);
}

/** Returns the name of the function that configures a backend of a kind. */
function makerOf(kind: object): string {
  return nameOf(kind) === 'console' ? 'consoleTable' : nameOf(kind);
}

/** Checks that the argument is an object with options. */
export function argumentProblems(options: unknown): Problem[] {
  const value: unknown = Array.isArray(options) ? options[0] : options;
  const kind = kindOf(value);
  if (kind === undefined)
    return wrongObject('startMetrics', options, 'an object with options, such as { serviceName }');
  const example = `{ ${kind.option}: ${kind.example(value as object, 'shop')} }`;
  const found = Array.isArray(options) ? 'list' : kind.noun;
  return [{ where: 'startMetrics', expected: `options such as ${example}, not a ${found}` }];
}

/** Reports options that do not exist, and values in place of options. */
export function unknownOptions(settings: object): Problem[] {
  return Object.entries<unknown>({ ...settings })
    .filter(([name]) => !knownOptions.includes(name))
    .map(([name, value]) => {
      const kind = kindOf(value);
      if (kind !== undefined) {
        const example = kind.example(value as object, name);
        return { where: name, expected: `${kind.option}: ${example}, because it is a ${kind.noun}` };
      }
      const replacement = replacementOf(name);
      if (replacement !== undefined) return { where: name, expected: replacement };
      const ofBackend = synonymOf(name, knownOptions, otherNames) === undefined ? backendOption(name) : undefined;
      if (ofBackend === undefined) return unknownName(name, name, 'a known option', knownOptions, otherNames);
      return { where: name, expected: `backends: [${ofBackend}], because it is an option of a backend` };
    });
}

/** Returns the first backend with an option of this name, here or elsewhere, as code writes it. */
function backendOption(name: string): string | undefined {
  for (const kind of Object.values(backendKinds)) {
    const aliases = otherNamesOf(kind.options);
    const letters = lettersOf(name);
    const alias = Object.hasOwn(aliases, letters) ? aliases[letters] : undefined;
    const option = Object.hasOwn(kind.options, name) ? name : alias;
    if (option !== undefined) return `${makerOf(kind)}({ ${option} })`;
  }
  return undefined;
}
