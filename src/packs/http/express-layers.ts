/**
 * Layers of the routers of Express 4 and 5: the declared paths of a layer, and which of them a requested path matches.
 *
 * Nothing is read that a request in progress changes, and no state of a layer is changed.
 */
import { type Express4Layer, express4Patterns } from './express-4.js';
import type { Pattern } from './express-pattern.js';

/** A path as the application declares it. */
export type Path = string | RegExp | readonly Path[];

/** A router of Express, or anything else that has a stack of layers. */
export interface Router {
  readonly stack?: readonly Layer[];
}

/** A route, or a mounted function, router or application. */
export interface Layer extends Partial<Express4Layer> {
  readonly route?: { readonly path?: Path };
  readonly handle?: Router;
  /** Name of the mounted function. */
  readonly name?: string;
  /** The declared path; set by the package `router` from version 2.3 on. */
  readonly rawPath?: Path;
  /** Express 5: one function for each declared path. */
  readonly matchers?: readonly ((path: string) => { readonly path: string } | false)[];
  /** Express 5: true for a function that is mounted at `/`, which matches every path. */
  readonly slash?: boolean;
}

/**
 * Returns the patterns of a layer, in the order in which the router tries them; empty for an unknown kind of layer.
 *
 * @param mountPath the declared path of a mounted application, which Express 4 stores in the application only.
 */
export function patternsOf(layer: Layer, mountPath?: Path): readonly Pattern[] {
  const declared = layer.rawPath ?? layer.route?.path ?? mountPath;
  const paths = declared === undefined ? undefined : flatten(declared);
  if (layer.matchers === undefined) {
    return layer.regexp === undefined ? [] : express4Patterns(layer as Express4Layer, paths, layer.route === undefined);
  }
  return layer.matchers.map((matcher, index) => ({
    template: paths?.[index] === undefined ? undefined : String(paths[index]),
    match: layer.slash === true ? () => '' : (path) => (matcher(path) || undefined)?.path,
  }));
}

/** Reports whether a layer may be the mount of an application with this declared path. */
export function isMountedAt(layer: Layer, mountPath: Path): boolean {
  if (layer.route !== undefined) return false;
  if (layer.rawPath !== undefined) return String(flatten(layer.rawPath)) === String(flatten(mountPath));
  const patterns = layer.regexp === undefined ? [] : patternsOf(layer, mountPath);
  return patterns.length > 0 && String(patterns.map(({ template }) => template)) === String(flatten(mountPath));
}

function flatten(path: Path): readonly (string | RegExp)[] {
  return [path as unknown].flat(Number.POSITIVE_INFINITY) as (string | RegExp)[];
}
