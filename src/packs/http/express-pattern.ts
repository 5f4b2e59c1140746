/** Declared paths of Express, and how a requested path follows a sequence of them. */

/** One declared path of a layer. */
export interface Pattern {
  /** The path as declared; `undefined` if it is unknown. */
  readonly template: string | undefined;
  /** Returns the start of `path` that the pattern matches; `undefined` if it does not match. */
  match(path: string): string | undefined;
}

/** A position in a requested path. */
export interface Position {
  /** The joined templates up to here; `undefined` if one of them is unknown. */
  readonly template: string | undefined;
  /** The path that the patterns up to here matched, as in `request.baseUrl`. */
  readonly base: string;
  /** The path that is left; begins with a slash. */
  readonly rest: string;
}

/** Returns the position after the first matching pattern of a layer; `undefined` if no pattern matches. */
export function advance({ template, base, rest }: Position, patterns: readonly Pattern[]): Position | undefined {
  for (const pattern of patterns) {
    const matched = pattern.match(rest);
    if (matched === undefined) continue;
    const trimmed = withoutEndSlash(matched);
    const left = rest.slice(trimmed.length);
    return {
      template: join(template, pattern.template),
      base: base + trimmed,
      rest: left.startsWith('/') ? left : `/${left}`,
    };
  }
  return undefined;
}

/** Returns the position after all layers of a sequence; `undefined` if one does not match. */
export function follow(path: string, layers: readonly (readonly Pattern[])[]): Position | undefined {
  let position: Position | undefined = { template: '', base: '', rest: path };
  for (const patterns of layers) position = position && advance(position, patterns);
  return position;
}

/** Returns the path that a sequence of layers matches, as in `request.baseUrl`; `undefined` if one does not match. */
export function baseOf(path: string, layers: readonly (readonly Pattern[])[]): string | undefined {
  let length = 0;
  for (const patterns of layers) {
    const rest = path.slice(length);
    const matched = firstMatch(patterns, rest === '' ? '/' : rest);
    if (matched === undefined) return undefined;
    length += withoutEndSlash(matched).length;
  }
  return path.slice(0, length);
}

function firstMatch(patterns: readonly Pattern[], path: string): string | undefined {
  for (const pattern of patterns) {
    const matched = pattern.match(path);
    if (matched !== undefined) return matched;
  }
  return undefined;
}

/** Returns a path without a slash at its end. */
export function withoutEndSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** Joins two declared paths; `undefined` if either is unknown. */
export function join(prefix: string | undefined, template: string | undefined): string | undefined {
  if (prefix === undefined || template === undefined) return undefined;
  if (prefix === '') return template;
  if (template === '/') return prefix;
  return `${withoutEndSlash(prefix)}${template.startsWith('/') ? '' : '/'}${template}`;
}
