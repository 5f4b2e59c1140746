/** A place in a configuration file: the value there, the path that leads to it, and what may be said about it. */
import type { Problem } from '../../errors.js';
import type { Written } from '../../options/resolve.js';

/** What came of reading one file. */
export class Report {
  /** Name of the file without its folder, as paths begin with it. */
  readonly file: string;
  /** All that is wrong; when there is anything, nothing of the file is used. */
  readonly problems: Problem[] = [];
  /** What has no effect here. */
  readonly warnings: string[] = [];

  constructor(file: string) {
    this.file = file;
  }

  /** `otel.yaml:meter_provider.readers[0]`. */
  where(path: string): string {
    return path === '' ? this.file : `${this.file}:${path}`;
  }
}

/**
 * One value of the file. A value that is null counts as not set, as the specification has it ("null behavior").
 *
 * What asks for a value of some kind returns `undefined` when there is none, and also when there is another one; the
 * latter is a problem in the report by then.
 */
export class Place {
  readonly value: unknown;
  /** `meter_provider.readers[0].periodic`; empty for the whole file. */
  readonly path: string;
  readonly report: Report;

  constructor(value: unknown, path: string, report: Report) {
    this.value = value;
    this.path = path;
    this.report = report;
  }

  /** Whether something is there that is not null. */
  get isSet(): boolean {
    return this.value !== undefined && this.value !== null;
  }

  /** Whether the key is there, with null or any value. */
  get isPresent(): boolean {
    return this.value !== undefined;
  }

  get where(): string {
    return this.report.where(this.path);
  }

  /** The place below a key; one without a value when there is no such key. */
  at(key: string): Place {
    const value = isMapping(this.value) && Object.hasOwn(this.value, key) ? this.value[key] : undefined;
    return new Place(value, this.path === '' ? key : `${this.path}.${key}`, this.report);
  }

  /** Enters a problem. `secret` keeps the value out of it. */
  wrong(expected: string, secret = false): undefined {
    const { where, value } = this;
    this.report.problems.push(
      value === undefined ? { where, expected } : { where, value: secret ? '[redacted]' : value, expected },
    );
    return undefined;
  }

  /** Enters a problem without the value: what stands in the place of a mapping or a list may be a secret. */
  wrongShape(expected: string): undefined {
    this.report.problems.push({ where: this.where, expected });
    return undefined;
  }

  /** Says that what stands here has no effect. */
  ignored(why: string): void {
    this.report.warnings.push(`${this.where}: ${why}; it is ignored`);
  }

  /** Checks that this is a mapping with none but these keys; null is an empty one. */
  hasOnly(keys: readonly string[]): boolean {
    if (!this.isSet) return true;
    if (!isMapping(this.value)) {
      this.wrongShape(`a mapping with ${keys.join(', ')}`);
      return false;
    }
    for (const key of Object.keys(this.value)) {
      if (!keys.includes(key)) {
        this.report.problems.push({ where: this.at(key).where, expected: `a known key: ${keys.join(', ')}` });
      }
    }
    return true;
  }

  /** The keys of a mapping; none of anything else. */
  keys(): readonly string[] {
    return isMapping(this.value) ? Object.keys(this.value) : [];
  }

  /** The one key of a mapping that stands for a choice, and the place below it. */
  choice(expected: string): { readonly key: string; readonly place: Place } | undefined {
    const [key, ...others] = this.keys();
    if (key === undefined || others.length > 0) return this.wrongShape(`a mapping with one key: ${expected}`);
    return { key, place: this.at(key) };
  }

  /** The places of a list; none when nothing is set. */
  items(expected: string): readonly Place[] {
    if (!this.isSet) return [];
    if (!Array.isArray(this.value)) {
      this.wrongShape(expected);
      return [];
    }
    return this.value.map((value, index) => new Place(value, `${this.path}[${index}]`, this.report));
  }

  text(expected = 'a text', secret = false): string | undefined {
    if (!this.isSet) return undefined;
    return typeof this.value === 'string' ? this.value : this.wrong(expected, secret);
  }

  flag(): boolean | undefined {
    if (!this.isSet) return undefined;
    return typeof this.value === 'boolean' ? this.value : this.wrong('true or false');
  }

  integer(min: number, max: number, what: string): number | undefined {
    if (!this.isSet) return undefined;
    const { value } = this;
    if (Number.isInteger(value) && (value as number) >= min && (value as number) <= max) return value as number;
    return this.wrong(`${what} from ${min} to ${max}`);
  }

  /** One of the words of a table: what stands beside it there. */
  word<T>(words: Readonly<Record<string, T>>): T | undefined {
    if (!this.isSet) return undefined;
    const { value } = this;
    if (typeof value === 'string' && Object.hasOwn(words, value)) return words[value];
    return this.wrong(`one of ${Object.keys(words).join(', ')}`);
  }

  /** A value that may be used, with where it was written. */
  written(value: unknown): Written {
    return { value, from: this.where };
  }
}

function isMapping(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
