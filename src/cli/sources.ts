/** Sources of the generated files: packs and collectors of this package, and modules of the user. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { shipped } from '../dashboards/index.js';
import { nearest } from '../errors/nearest.js';
import { isMetricsError, MetricsError, messageOf } from '../errors.js';
import type { TranslationStrategy } from '../naming/prometheus.js';
import type { NamingOptions } from '../panels/promql/names.js';
import { shortPath, sourceOfModule } from './module.js';
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

/** Packs and collectors whose metrics every program or machine has. */
export const basicPacks = ['runtime', 'health', 'host', 'container'] as const;

/**
 * Returns the selected sources, each once.
 *
 * @param unnamed packs and collectors without `--pack`; without it all, or none if there are catalogues.
 * @throws {MetricsError} METRICS_OPTIONS_INVALID if a pack is unknown, or a module cannot be loaded or exports nothing.
 */
export async function sourcesOf(
  { pack, catalogue = [], namespace, naming }: SourceFlags,
  unnamed: readonly string[] = catalogue.length > 0 ? [] : Object.keys(shipped),
): Promise<readonly Source[]> {
  const ofPacks = [...new Set(pack ?? unnamed)].map((name) => ofPack(name, namespace, naming));
  const files = new Map(catalogue.map((file) => [resolve(file), file]));
  return [...ofPacks, ...(await Promise.all([...files.values()].map(ofFile)))];
}

/** Returns how the metrics are named. */
export function namingOf({ naming, strategy, histograms }: SourceFlags): NamingOptions {
  return {
    path: pathOf(naming),
    ...(strategy === undefined ? {} : { strategy }),
    ...(histograms === undefined ? {} : { histograms }),
  };
}

function pathOf(naming: SourceFlags['naming']): 'scrape' | 'otlp' {
  return naming === 'otlp' ? 'otlp' : 'scrape';
}

function ofPack(name: string, namespace: string | undefined, naming: SourceFlags['naming']): Source {
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
    from: `--pack ${name}`,
    dashboards: [found.dashboard(options)],
    rules: found.rules({ ...options, path: pathOf(naming) }),
    metrics: found.catalogue(options).metrics,
    isShipped: true,
  };
}

async function ofFile(file: string): Promise<Source> {
  let exported: Readonly<Record<string, unknown>>;
  try {
    exported = await import(pathToFileURL(file).href);
  } catch (cause) {
    if (isMetricsError(cause)) throw inModule(file, cause);
    const expected = isTypeScript(file, cause) ? typeScriptHint : `a module that can be loaded: ${messageOf(cause)}`;
    throw new MetricsError('METRICS_OPTIONS_INVALID', [{ where: '--catalogue', value: file, expected }], { cause });
  }
  return sourceOfModule(file, exported);
}

/** Returns the error of a definition in a module. As a reason in another problem it would be cut. */
function inModule(file: string, { code, problems }: MetricsError): MetricsError {
  const located = problems.map((each) => ({ ...each, where: `${shortPath(file)}: ${each.where}` }));
  return new MetricsError(code, located);
}

/** Remedy of docs/dashboards.md. */
const typeScriptHint = 'JavaScript; for TypeScript: node --import tsx node_modules/otelier/dist/cli/index.js generate';

/** Reports whether Node refused a module because it, or a module that it imports, is TypeScript. */
function isTypeScript(file: string, cause: unknown): boolean {
  const { code, url } = Object(cause) as { code?: unknown; url?: unknown };
  switch (code) {
    case 'ERR_UNKNOWN_FILE_EXTENSION':
      return /"\.[cm]?tsx?"/.test(messageOf(cause));
    case 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX':
    case 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING':
      return true;
    case 'ERR_MODULE_NOT_FOUND':
      // TypeScript imports catalogue.ts as catalogue.js.
      return /\.[cm]?tsx?$/.test(file) && /^file:.*js$/.test(String(url)) && existsSync(sourceFileOf(String(url)));
    default:
      return false;
  }
}

/** Returns the TypeScript file that a URL of JavaScript stands for. */
function sourceFileOf(url: string): string {
  return fileURLToPath(url).replace(/js$/, 'ts');
}
