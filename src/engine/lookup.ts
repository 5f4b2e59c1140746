/**
 * Record path, second step of three: from an attribute object to its series, without sorting keys or copying objects.
 *
 * A trie has one map per key, in an order fixed in advance. A lookup follows the values of the keys from map to map. It
 * returns `undefined` for an unknown attribute set, which `store.ts` then inserts. Each common number of keys has its
 * own class, because V8 inlines only short functions.
 */
import type { Attributes } from '@opentelemetry/api';
import { LookupCache } from './lookup-cache.js';

/** Trie maps the values of its keys to an `S`. */
export interface Trie<S> {
  readonly keys: readonly string[];
  /** Returns what was inserted for the values of the keys in `attributes`. An absent key has the value `undefined`. */
  get(attributes: Attributes): S | undefined;
  /** Inserts `target` under one value per key. */
  insert(values: readonly unknown[], target: S): void;
  clear(): void;
}

/** Creates an empty trie over these keys. */
export function trieOf<S>(keys: readonly string[]): Trie<S> {
  if (keys.length === 1) return new OneKeyTrie(keys);
  return keys.length === 2 || keys.length === 3 ? new FewKeysTrie(keys) : new ManyKeysTrie(keys);
}

/** Trie over one key. */
class OneKeyTrie<S> implements Trie<S> {
  readonly keys: readonly string[];
  private readonly key: string;
  private entries = new Map<unknown, S>();
  private cache = new LookupCache<S>();

  constructor(keys: readonly string[]) {
    this.keys = keys;
    this.key = keys[0] as string;
  }

  get(attributes: Attributes): S | undefined {
    const value = attributes[this.key];
    const { cache } = this;
    if (cache.open) {
      const cached = cache.get1(value);
      if (cached !== undefined) return cached;
    }
    return this.entries.get(value);
  }

  insert([value]: readonly unknown[], target: S): void {
    this.entries.set(value, target);
    this.cache.insert(value, undefined, undefined, target);
  }

  clear(): void {
    this.entries = new Map();
    this.cache = new LookupCache();
  }
}

/** Map of one key: to the map of the next key, or to the target at the last key. */
type Level = Map<unknown, unknown>;

/** Trie over two or three keys. */
class FewKeysTrie<S> implements Trie<S> {
  readonly keys: readonly string[];
  private readonly key0: string;
  private readonly key1: string;
  private readonly key2: string | undefined;
  private root: Level = new Map();
  private cache = new LookupCache<S>();

  constructor(keys: readonly string[]) {
    this.keys = keys;
    [this.key0, this.key1, this.key2] = keys as [string, string, string | undefined];
  }

  get(attributes: Attributes): S | undefined {
    const value0 = attributes[this.key0];
    const value1 = attributes[this.key1];
    const value2 = this.key2 === undefined ? undefined : attributes[this.key2];
    const { cache } = this;
    if (cache.open) {
      const cached = cache.get(value0, value1, value2);
      if (cached !== undefined) return cached;
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

  insert(values: readonly unknown[], target: S): void {
    insertInto(this.root, values, target);
    this.cache.insert(values[0], values[1], values[2], target);
  }

  clear(): void {
    this.root = new Map();
    this.cache = new LookupCache();
  }
}

/** Trie over zero, or four and more keys. */
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

  insert(values: readonly unknown[], target: S): void {
    insertInto(this.root, values, target);
  }

  clear(): void {
    this.root = new Map();
  }
}

function insertInto(root: Level, values: readonly unknown[], target: unknown): void {
  let level = root;
  for (let index = 0; index < values.length - 1; index++) {
    let next = level.get(values[index]) as Level | undefined;
    if (next === undefined) {
      next = new Map();
      level.set(values[index], next);
    }
    level = next;
  }
  level.set(values[values.length - 1], target);
}
