/** A node of a configuration file: a value, its path, and typed access that reports invalid values. */

import { unknownName } from '../../errors/nearest.js';
import type { Problem } from '../../errors.js';
import { describeInvalid } from '../../options/option.js';
import type { FileValue } from '../../options/resolve.js';

/** Problems and warnings found in one file. */
export class Report {
  /** Name of the file without its folder; the prefix of all paths. */
  readonly file: string;
  /** Invalid entries. A file with at least one problem is ignored as a whole. */
  readonly problems: Problem[] = [];
  /** Entries that have no effect. */
  readonly warnings: string[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** Returns the location of a path, such as `otel.yaml:meter_provider.readers[0]`. */
  where(path: string): string {
    return path === '' ? this.file : `${this.file}:${path}`;
  }
}

/** How a node reports an invalid value. */
type InvalidOptions = Parameters<typeof describeInvalid>[1];

/**
 * One value of the file. Null counts as unset ("null behavior" of the specification).
 *
 * Typed access (`text`, `flag`, …) returns `undefined` for an unset value. It also returns `undefined` for a value of
 * another type, and adds a problem to the report.
 */
export class ConfigNode {
  readonly value: unknown;
  /** Path such as `meter_provider.readers[0].periodic`; empty for the root. */
  readonly path: string;
  readonly report: Report;

  constructor(value: unknown, path: string, report: Report) {
    this.value = value;
    this.path = path;
    this.report = report;
  }

  /** True if the value exists and is not null. */
  get isSet(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** True if the key exists, also with the value null. */
  get isPresent(): boolean {
    return this.value !== undefined;
  }

  get where(): string {
    return this.report.where(this.path);
  }

  /** Returns the child at a key; a node without a value when the key does not exist. */
  at(key: string): ConfigNode {
    const value = isMapping(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new ConfigNode(value, this.path === '' ? key : `${this.path}.${key}`, this.report);
  }

  /** Reports an invalid value. */
  invalid(expected: string, options: InvalidOptions = {}): undefined {
    const { where, value } = this;
    const described = value === undefined ? {} : describeInvalid(value, options);
    this.report.problems.push({ where, expected, ...described });
    return undefined;
  }

  /** Reports an invalid value without printing it: a scalar in place of a mapping or a list may be a secret. */
  invalidShape(expected: string): undefined {
    this.report.problems.push({ where: this.where, expected });
    return undefined;
  }

  /** Reports a key of this mapping as unknown; `expected` describes the `known` keys. */
  unknownKey(key: string, expected: string, known: readonly string[]): undefined {
    this.report.problems.push(unknownName(this.at(key).where, key, expected, known));
    return undefined;
  }

  /** Warns that this entry has no effect. */
  ignored(reason: string): void {
    this.report.warnings.push(`${this.where}: ignored: ${reason}`);
  }

  /** Reports keys other than `keys`; returns false if the value is not a mapping. Null counts as an empty mapping. */
  hasOnly(keys: readonly string[]): boolean {
    if (!this.isSet) return true;
    if (!isMapping(this.value)) {
      this.invalidShape(`a mapping with ${keys.join(', ')}`);
      return false;
    }
    for (const key of Object.keys(this.value)) {
      if (!keys.includes(key)) this.unknownKey(key, 'a known key', keys);
    }
    return true;
  }

  /** Returns the keys of a mapping; an empty list for any other value. */
  keys(): readonly string[] {
    return isMapping(this.value) ? Object.keys(this.value) : [];
  }

  /** Returns the only key of a mapping that stands for a choice, and the child at that key. */
  choice(expected: string): { readonly key: string; readonly node: ConfigNode } | undefined {
    const [key, ...rest] = this.keys();
    if (key === undefined || rest.length > 0) return this.invalidShape(`one key: ${expected}`);
    return { key, node: this.at(key) };
  }

  /** Returns the items of a list; an empty list when the value is unset. */
  items(expected: string): readonly ConfigNode[] {
    if (!this.isSet) return [];
    if (!Array.isArray(this.value)) {
      this.invalidShape(expected);
      return [];
    }
    return this.value.map((value, index) => new ConfigNode(value, `${this.path}[${index}]`, this.report));
  }

  text(expected = 'a string', secret = false): string | undefined {
    if (!this.isSet) return undefined;
    return typeof this.value === 'string' ? this.value : this.invalid(expected, { secret });
  }

  flag(): boolean | undefined {
    if (!this.isSet) return undefined;
    if (typeof this.value === 'boolean') return this.value;
    return this.invalid('true or false', { keywords: ['true', 'false'] });
  }

  integer(min: number, max: number, noun: string): number | undefined {
    if (!this.isSet) return undefined;
    const { value } = this;
    if (typeof value === 'number' && Number.isInteger(value) && value >= min && value <= max) return value;
    return this.invalid(`${noun} from ${min} to ${max}`);
  }

  /** Returns the entry of a table whose key is the value of this node. */
  keyword<T>(table: Readonly<Record<string, T>>): T | undefined {
    if (!this.isSet) return undefined;
    const { value } = this;
    if (typeof value === 'string' && Object.hasOwn(table, value)) return table[value];
    const keywords = Object.keys(table);
    return this.invalid(`one of ${keywords.join(', ')}`, { keywords });
  }

  /** Returns a valid option value together with the location of this node. */
  fileValue(value: unknown): FileValue {
    return { value, from: this.where };
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
