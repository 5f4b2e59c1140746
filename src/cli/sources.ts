/** What the commands generate from: packs and collectors of this package, and modules of the user. */
import { pathToFileURL } from 'node:url';
import { shipped } from '../dashboards/index.js';
import { nearest } from '../errors/nearest.js';
import { MetricsError, messageOf } from '../errors.js';
import type { TranslationStrategy } from '../naming/prometheus.js';
import type { NamingOptions } from '../panels/promql/names.js';
import { sourceOfModule } from './module.js';
import type { Source } from './source.js';

/** Options of a command that select metrics and their names. */
export interface SourceFlags {
  readonly pack?: readonly string[];
  readonly catalogue?: readonly string[];
  readonly namespace?: string;
  readonly naming: 'prometheus' | 'otlp';
  readonly strategy?: TranslationStrategy;
  readonly histograms?: 'native' | 'classic';
}

/**
 * Returns the selected sources.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if a pack is unknown, or a module cannot be loaded or exports nothing.
 */
export async function sourcesOf({ pack, catalogue = [], namespace }: SourceFlags): Promise<readonly Source[]> {
  const names = pack ?? (catalogue.length > 0 ? [] : Object.keys(shipped));
  const ofPacks = names.map((name) => ofPack(name, namespace));
  return [...ofPacks, ...(await Promise.all(catalogue.map(ofFile)))];
}

/** Returns how the metrics are named. */
export function namingOf({ naming, strategy, histograms }: SourceFlags): NamingOptions {
  return {
    path: naming === 'otlp' ? 'otlp' : 'scrape',
    ...(strategy === undefined ? {} : { strategy }),
    ...(histograms === undefined ? {} : { histograms }),
  };
}

function ofPack(name: string, namespace: string | undefined): Source {
  const found = Object.hasOwn(shipped, name) ? shipped[name] : undefined;
  if (found === undefined) {
    const known = Object.keys(shipped);
    const suggestion = nearest(name, known);
    const problem = { where: '--pack', value: name, expected: known.join(', '), suggestion };
    throw new MetricsError('METRICS_OPTIONS_INVALID', [problem]);
  }
  const options = namespace === undefined || !found.hasNamespace ? {} : { namespace };
  return {
    name,
    dashboards: [found.dashboard(options)],
    rules: found.rules(options),
    metrics: found.catalogue(options).metrics,
    isShipped: true,
  };
}

async function ofFile(file: string): Promise<Source> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (cause) {
    const expected = `a module that can be loaded: ${messageOf(cause)}`;
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: '--catalogue', value: file, expected }], { cause });
  }
  return sourceOfModule(file, exported);
}
