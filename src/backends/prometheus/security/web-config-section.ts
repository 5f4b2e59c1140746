/** Typed access to a mapping of the web configuration file; collects the problems of its fields. */
import type { Problem } from '../../../errors.js';

/** One mapping of the file. A field that is absent or empty is `undefined`, as in Go. */
export interface Section {
  /** True if the mapping has at least one field. */
  readonly hasFields: boolean;
  /** Returns file and path of a field, for problems. */
  where(field: string): string;
  string(field: string): string | undefined;
  strings(field: string): readonly string[] | undefined;
  boolean(field: string): boolean | undefined;
  /** Returns a nested mapping; fields other than `known` are problems. */
  section(field: string, known: readonly string[]): Section;
  /** Returns a nested mapping of arbitrary names to strings. */
  stringMap(field: string): ReadonlyMap<string, string>;
  /** Reports a problem with a field. Pass the value in `shown` unless it may be secret. */
  addProblem(field: string, expected: string, shown?: string): void;
}

/** Returns a name or value for a message; '?' in place of text that may be a hash or a key. */
export function printableText(text: unknown): string {
  return typeof text === 'string' && /^[\p{L}\p{N}_.@+: -]{1,40}$/u.test(text) ? text : '?';
}

/** A node of the parsed file; every scalar is a string. */
type Node = string | readonly Node[] | ReadonlyMap<unknown, Node> | null | undefined;

/** Opens a mapping of `file`; fields other than `known` are problems. `path` is '' for the root. */
export function openSection(
  file: string,
  path: string,
  node: unknown,
  known: readonly string[],
  problems: Problem[],
): Section {
  const fields = mappingOf(node as Node);
  const pathOf = (field: string) => `${path}${path === '' ? '' : '.'}${field}`;
  const where = (field: string) => `${file}: ${pathOf(field)}`;
  const addProblem = (field: string, expected: string, shown?: string) => {
    const value = shown === undefined || printableText(shown) === '?' ? {} : { value: shown };
    problems.push({ where: where(field), ...value, expected });
  };

  if (fields === undefined) {
    problems.push({ where: path === '' ? file : `${file}: ${path}`, expected: `a mapping of ${known.join(', ')}` });
  }
  for (const name of fields?.keys() ?? []) {
    if (typeof name !== 'string' || !known.includes(name)) {
      addProblem(printableText(name), `a known field: ${known.join(', ')}`);
    }
  }

  const section: Section = {
    hasFields: fields !== undefined && fields.size > 0,
    where,
    addProblem,
    string(field) {
      const value = fields?.get(field);
      if (typeof value === 'string') return value === '' ? undefined : value;
      if (value !== undefined && value !== null) addProblem(field, 'a string');
      return undefined;
    },
    strings(field) {
      const value = fields?.get(field);
      if (value === undefined || value === null || value === '') return undefined;
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      addProblem(field, 'a list of strings');
      return undefined;
    },
    boolean(field) {
      const text = section.string(field);
      if (text === undefined) return undefined;
      if (/^(true|yes|on)$/i.test(text)) return true;
      if (/^(false|no|off)$/i.test(text)) return false;
      addProblem(field, 'true or false', text);
      return undefined;
    },
    section: (field, knownFields) => openSection(file, pathOf(field), fields?.get(field), knownFields, problems),
    stringMap(field) {
      const found = new Map<string, string>();
      const inner = mappingOf(fields?.get(field));
      if (inner === undefined) addProblem(field, 'a mapping of names to strings');
      for (const [name, value] of inner ?? []) {
        if (typeof name === 'string' && typeof value === 'string') found.set(name, value);
        else addProblem(`${field}.${printableText(name)}`, 'a name and a string');
      }
      return found;
    },
  };
  return section;
}

/** Returns the fields of a mapping; an absent node is an empty mapping. */
function mappingOf(node: Node): ReadonlyMap<unknown, Node> | undefined {
  if (node === undefined || node === null || node === '') return new Map();
  return node instanceof Map ? node : undefined;
}
