/**
 * Record path, second step of three: from an attribute object to its series, without sorting, hashing or copying.
 *
 * A trie has one level per key, in an order fixed in advance: the values found under the keys lead from map to map to
 * the series. What is not in it is `undefined` here and becomes known in `store.ts`. There is a class for each number of
 * keys that is common, because what the compiler can put in place of the call is limited by its length.
 */
import type { Attributes } from '@opentelemetry/api';
import { Shortcut } from './lookup-cache.js';

/** Leads from the values of its keys to an `S`. */
export interface Trie<S> {
  readonly keys: readonly string[];
  /** What was put under the values that `attributes` has for the keys; absent ones count as `undefined`. */
  get(attributes: Attributes): S | undefined;
  /** Puts an entry under a value for each of the keys. */
  put(values: readonly unknown[], entry: S): void;
  clear(): void;
}

/** A trie of these keys. */
export function trieOf<S>(keys: readonly string[]): Trie<S> {
  if (keys.length === 1) return new OneKeyTrie(keys);
  return keys.length === 2 || keys.length === 3 ? new FewKeysTrie(keys) : new ManyKeysTrie(keys);
}

class OneKeyTrie<S> implements Trie<S> {
  readonly keys: readonly string[];
  private readonly key: string;
  private entries = new Map<unknown, S>();
  private shortcut = new Shortcut<S>();

  constructor(keys: readonly string[]) {
    this.keys = keys;
    this.key = keys[0] as string;
  }

  get(attributes: Attributes): S | undefined {
    const value = attributes[this.key];
    const { shortcut } = this;
    if (shortcut.open) {
      const near = shortcut.get1(value);
      if (near !== undefined) return near;
    }
    return this.entries.get(value);
  }

  put([value]: readonly unknown[], entry: S): void {
    this.entries.set(value, entry);
    this.shortcut.put(value, undefined, undefined, entry);
  }

  clear(): void {
    this.entries = new Map();
    this.shortcut = new Shortcut();
  }
}

/** A map per level; the last one holds what is looked for. */
type Level = Map<unknown, unknown>;

/** Two keys or three. */
class FewKeysTrie<S> implements Trie<S> {
  readonly keys: readonly string[];
  private readonly key0: string;
  private readonly key1: string;
  private readonly key2: string | undefined;
  private root: Level = new Map();
  private shortcut = new Shortcut<S>();

  constructor(keys: readonly string[]) {
    this.keys = keys;
    [this.key0, this.key1, this.key2] = keys as [string, string, string | undefined];
  }

  get(attributes: Attributes): S | undefined {
    const value0 = attributes[this.key0];
    const value1 = attributes[this.key1];
    const value2 = this.key2 === undefined ? undefined : attributes[this.key2];
    const { shortcut } = this;
    if (shortcut.open) {
      const near = shortcut.get(value0, value1, value2);
      if (near !== undefined) return near;
    }
    return this.walk(value0, value1, value2);
  }

  private walk(value0: unknown, value1: unknown, value2: unknown): S | undefined {
    const level = this.root.get(value0) as Level | undefined;
    if (level === undefined) return undefined;
    const next = level.get(value1);
    if (next === undefined || this.key2 === undefined) return next as S | undefined;
    return (next as Level).get(value2) as S | undefined;
  }

  put(values: readonly unknown[], entry: S): void {
    putInto(this.root, values, entry);
    this.shortcut.put(values[0], values[1], values[2], entry);
  }

  clear(): void {
    this.root = new Map();
    this.shortcut = new Shortcut();
  }
}

/** Any other number of keys, none included. */
class ManyKeysTrie<S> implements Trie<S> {
  readonly keys: readonly string[];
  private root: Level = new Map();

  constructor(keys: readonly string[]) {
    this.keys = keys;
  }

  get(attributes: Attributes): S | undefined {
    if (this.keys.length === 0) return this.root.get(undefined) as S | undefined;
    let level: unknown = this.root;
    for (const key of this.keys) {
      level = (level as Level).get(attributes[key]);
      if (level === undefined) return undefined;
    }
    return level as S;
  }

  put(values: readonly unknown[], entry: S): void {
    putInto(this.root, values, entry);
  }

  clear(): void {
    this.root = new Map();
  }
}

function putInto(root: Level, values: readonly unknown[], entry: unknown): void {
  let level = root;
  for (let index = 0; index < values.length - 1; index++) {
    let next = level.get(values[index]) as Level | undefined;
    if (next === undefined) {
      next = new Map();
      level.set(values[index], next);
    }
    level = next;
  }
  level.set(values[values.length - 1], entry);
}
