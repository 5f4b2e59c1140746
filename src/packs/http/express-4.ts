/**
 * Declared paths of the layers of Express 4, which keep only a regular expression.
 *
 * The path of a mount is derived from its expression, and accepted only if Express compiles it to the same expression. The
 * expression itself is the template of a mount whose path cannot be derived.
 */
import type { Pattern } from './express-pattern.js';

/** The members of a layer of Express 4 that are read. */
export interface Express4Layer {
  /** The flags mark the paths `/` and `*`, for which Express does not use the expression. */
  readonly regexp: RegExp & { readonly fast_slash?: boolean; readonly fast_star?: boolean };
  /** Names of the groups of `regexp`, in order; numbers for groups without a name. */
  readonly keys: readonly { readonly name: string | number }[];
}

type DeclaredPath = string | RegExp;

/**
 * Returns the patterns of a layer.
 *
 * @param declared the declared paths, if they are known; paths that do not compile to the expression are ignored.
 */
export function express4Patterns(
  layer: Express4Layer,
  declared: readonly DeclaredPath[] | undefined,
  isMount: boolean,
): readonly Pattern[] {
  const { regexp } = layer;
  if (regexp.fast_slash === true) return [{ template: '/', match: () => '' }];
  if (regexp.fast_star === true) return [{ template: '*', match: (path) => path }];
  const compiled = declared && compileDeclared(layer, declared, isMount);
  if (compiled !== undefined) return compiled;
  return isMount ? mountPatterns(layer) : [patternOf(declared?.join('|') ?? String(regexp), regexp.source, regexp)];
}

/** Compiles each path of a list; `undefined` if they are not the paths of the layer. */
function compileDeclared(
  layer: Express4Layer,
  declared: readonly DeclaredPath[],
  isMount: boolean,
): readonly Pattern[] | undefined {
  const { regexp } = layer;
  if (declared.length === 1 && !isMount) return [patternOf(String(declared[0]), regexp.source, regexp)];
  for (const strict of isMount ? [false] : [false, true]) {
    const sources = declared.map((path) => compile(layer, path, isMount, strict).regexp.source);
    if (sources.join('|') !== regexp.source) continue;
    return declared.map((path, index) => patternOf(String(path), sources[index] as string, regexp));
  }
  return undefined;
}

/** Compiles a path as Express did. The class of the layers is not exported, but each layer refers to it. */
function compile(layer: Express4Layer, path: DeclaredPath, isMount: boolean, strict: boolean): Express4Layer {
  const layerClass = layer.constructor as new (path: DeclaredPath, options: object, handle: object) => Express4Layer;
  return new layerClass(path, { sensitive: !layer.regexp.ignoreCase, strict, end: !isMount }, () => undefined);
}

/** Derives the paths of a mount, whose declaration is not kept. */
function mountPatterns(layer: Express4Layer): readonly Pattern[] {
  const { regexp, keys } = layer;
  let group = 0;
  const alternatives = splitAlternatives(regexp.source).map((source) => {
    const first = group;
    const path = pathOf(source, () => keys[group++]?.name);
    const compiled = path === undefined ? undefined : compile(layer, path, true, false);
    const names = ({ name }: { name: string | number }) => name;
    const isSame =
      compiled?.regexp.source === source &&
      String(compiled.keys.map(names)) === String(keys.slice(first, group).map(names));
    if (!isSame) group = first + groupsOf(source);
    return { source, path: isSame ? path : undefined };
  });
  if (alternatives.every(({ path }) => path === undefined)) return [patternOf(String(regexp), regexp.source, regexp)];
  return alternatives.map(({ source, path }) => patternOf(path ?? `/${source}/`, source, regexp));
}

/** Returns a pattern with a copy of the expression: executing an expression with the flag `g` or `y` changes it. */
function patternOf(template: string, source: string, { flags }: RegExp): Pattern {
  const regexp = new RegExp(source, flags.replace(/[gy]/g, ''));
  return { template, match: (path) => regexp.exec(path)?.[0] };
}

/** Start of a parameter, `(?:\/(`, with its separators. */
const parameterStart = /^\(\?:(\\\.)?(\\\/)?(?=\((?!\?))/;
/** Group of a parameter that declares no pattern. */
const defaultCapture = /^\((?:\[\^\\?\/(?:\\\.)?\]\+\?|\(\?:\(\?!.*\)\.\)\+\?)\)$/;

/**
 * Returns the path of a mount's expression; `undefined` if the expression has another form. The result may be wrong, so
 * that it has to be compiled again.
 */
function pathOf(source: string, nextKey: () => string | number | undefined): string | undefined {
  let rest = /^\^(.*)\\\/\?\(\?=\\\/\|\$\)$/s.exec(source)?.[1];
  if (rest === undefined) return undefined;
  let path = '';
  while (rest !== '') {
    const start: RegExpExecArray | null = parameterStart.exec(rest);
    if (start !== null) {
      const capture: string = rest.slice(start[0].length, groupEnd(rest, start[0].length));
      rest = rest.slice(start[0].length + capture.length);
      const name = nextKey();
      const own = defaultCapture.test(capture) ? '' : capture.replaceAll('\\/', '/');
      path += `${start[2] ? '/' : ''}${start[1] ? '.' : ''}:${name}${own}`;
      if (rest.startsWith('(')) {
        nextKey();
        path += '*';
        rest = rest.slice(groupEnd(rest, 0));
      }
      // The end of the group around the parameter.
      rest = rest.slice(1);
    } else if (rest.startsWith('(.*)')) {
      nextKey();
      path += '*';
      rest = rest.slice(4);
    } else {
      const length: number = /^\\[/.]/.test(rest) ? 2 : 1;
      path += rest[length - 1];
      rest = rest.slice(length);
    }
  }
  return path;
}

/** Returns the index after the group that begins at `start`. */
function groupEnd(source: string, start: number): number {
  let depth = 0;
  let end = source.length;
  scan(source.slice(start), (character, index) => {
    if (character === '(') depth++;
    if (character === ')' && --depth === 0) end = Math.min(end, start + index + 1);
  });
  return end;
}

function groupsOf(source: string): number {
  let groups = 0;
  scan(source, (character, index) => {
    if (character === '(' && /^\((?!\?)|^\(\?<(?![=!])/.test(source.slice(index))) groups++;
  });
  return groups;
}

/** Splits an expression at each `|` that is not within a group. */
function splitAlternatives(source: string): readonly string[] {
  const alternatives: string[] = [];
  let [depth, start] = [0, 0];
  scan(source, (character, index) => {
    if (character === '(') depth++;
    if (character === ')') depth--;
    if (character !== '|' || depth > 0) return;
    alternatives.push(source.slice(start, index));
    start = index + 1;
  });
  return [...alternatives, source.slice(start)];
}

/** Calls `visit` for each character of an expression that is not escaped and not within a character class. */
function scan(source: string, visit: (character: string, index: number) => void): void {
  for (const { 0: token, index } of source.matchAll(/\\.|\[(?:\\.|[^\]\\])*\]|./gs)) {
    if (token.length === 1) visit(token, index);
  }
}
