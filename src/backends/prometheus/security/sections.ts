/** Reads the fields of a file that was parsed, and collects everything that is wrong with them. */
import type { Problem } from '../../../errors.js';

/** One mapping of the file. A field that is absent or empty is `undefined`, as in Go. */
export interface Section {
  /** Whether it has any field. */
  readonly given: boolean;
  /** Where a field is, as told in problems. */
  where(field: string): string;
  text(field: string): string | undefined;
  texts(field: string): readonly string[] | undefined;
  flag(field: string): boolean | undefined;
  /** A mapping of fields that are known. */
  section(field: string, known: readonly string[]): Section;
  /** A mapping of any names to texts. */
  named(field: string): ReadonlyMap<string, string>;
  /** Enters what is wrong with a field, with what it holds unless that may be secret. */
  wrong(field: string, expected: string, shown?: string): void;
}

/** Names and values as they may be told: hashes and keys, in whatever place, are not. */
export function shownName(name: unknown): string {
  return typeof name === 'string' && /^[\p{L}\p{N}_.@+: -]{1,40}$/u.test(name) ? name : '?';
}

/** A node as it is parsed without types: every scalar a text. */
type Node = string | readonly Node[] | ReadonlyMap<unknown, Node> | null | undefined;

/** Opens a mapping, whose fields other than `known` are problems. */
export function openSection(place: string, path: string, node: unknown, known: readonly string[], problems: Problem[]) {
  const fields = mappingOf(node as Node);
  const inside = (field: string) => `${path}${path === '' ? '' : '.'}${field}`;
  const where = (field: string) => `${place}: ${inside(field)}`;
  const wrong = (field: string, expected: string, shown?: string) => {
    const value = shown === undefined || shownName(shown) === '?' ? {} : { value: shown };
    problems.push({ where: where(field), ...value, expected });
  };

  if (fields === undefined) {
    problems.push({ where: path === '' ? place : `${place}: ${path}`, expected: `a mapping of ${known.join(', ')}` });
  }
  for (const name of fields?.keys() ?? []) {
    if (typeof name !== 'string' || !known.includes(name)) {
      wrong(shownName(name), `a known field: ${known.join(', ')}`);
    }
  }

  const section: Section = {
    given: fields !== undefined && fields.size > 0,
    where,
    wrong,
    text(field) {
      const value = fields?.get(field);
      if (typeof value === 'string') return value === '' ? undefined : value;
      if (value !== undefined && value !== null) wrong(field, 'a text');
      return undefined;
    },
    texts(field) {
      const value = fields?.get(field);
      if (value === undefined || value === null || value === '') return undefined;
      if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
      wrong(field, 'a list of texts');
      return undefined;
    },
    flag(field) {
      const text = section.text(field);
      if (text === undefined) return undefined;
      if (/^(true|yes|on)$/i.test(text)) return true;
      if (/^(false|no|off)$/i.test(text)) return false;
      wrong(field, 'true or false', text);
      return undefined;
    },
    section: (field, knownInside) => openSection(place, inside(field), fields?.get(field), knownInside, problems),
    named(field) {
      const found = new Map<string, string>();
      const inner = mappingOf(fields?.get(field));
      if (inner === undefined) wrong(field, 'a mapping of names to texts');
      for (const [name, value] of inner ?? []) {
        if (typeof name === 'string' && typeof value === 'string') found.set(name, value);
        else wrong(`${field}.${shownName(name)}`, 'a name and a text');
      }
      return found;
    },
  };
  return section;
}

/** Nothing at all is an empty mapping. */
function mappingOf(node: Node): ReadonlyMap<unknown, Node> | undefined {
  if (node === undefined || node === null || node === '') return new Map();
  return node instanceof Map ? node : undefined;
}
