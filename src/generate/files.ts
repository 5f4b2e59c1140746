/** Generated files: texts by their path, with `/` between folders. */
import { cut, MetricsError, type Problem } from '../errors.js';

/** Generated files by their path. */
export type Files = ReadonlyMap<string, string>;

/** Something that only one source may have, such as a file. */
export interface Claim {
  /** Name of the thing in messages. */
  readonly name: string;
  /** Source of the thing in messages, such as `pack host`. */
  readonly from: string;
  /** Claims with equal keys exclude each other; the name by default. */
  readonly key?: string;
}

/**
 * Checks that every claim is made once.
 *
 * @throws {MetricsError} METRICS_OPTIONS_INVALID with a problem for each further claim, which names both sources.
 */
export function requireUnique(claims: readonly Claim[]): void {
  const first = new Map<string, Claim>();
  const problems: Problem[] = [];
  for (const claim of claims) {
    const { name, from, key = name } = claim;
    const other = first.get(key);
    if (other === undefined) first.set(key, claim);
    else
      problems.push({
        where: cut(name, 60),
        expected: `one source, not both ${cut(other.from, 45)} and ${cut(from, 45)}`,
      });
  }
  if (problems.length > 0) throw new MetricsError('METRICS_OPTIONS_INVALID', problems);
}

/** Returns the key of a file. File systems of macOS and Windows do not distinguish upper and lower case. */
export function fileKey(path: string): string {
  return `file ${path.toLowerCase()}`;
}

/** Returns JSON as a file has it: indented, with a line break at its end. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** Returns the files below a folder. */
export function inFolder(folder: string, files: Files): Files {
  return new Map([...files].map(([path, text]) => [`${folder}/${path}`, text]));
}
