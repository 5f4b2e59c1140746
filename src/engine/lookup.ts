/**
 * Record path, second step of three: from an attribute object to its series, without sorting, hashing or copying.
 *
 * A trie has one level per key, in an order fixed in advance: the values found under the keys lead from map to map to
 * the series. What is not in it is `undefined` here and becomes known in `store.ts`.
 */
import type { Attributes } from '@opentelemetry/api';

/** A map per level; the last one holds what is looked for. */
type Level = Map<unknown, unknown>;

/** Leads from the values of its keys to an `S`. */
export class Trie<S> {
  readonly keys: readonly string[];
  private readonly width: number;
  private readonly key0: string;
  private readonly key1: string;
  private readonly key2: string;
  private root: Level = new Map();

  constructor(keys: readonly string[]) {
    const [key0 = '', key1 = '', key2 = ''] = keys;
    this.keys = keys;
    this.width = keys.length;
    this.key0 = key0;
    this.key1 = key1;
    this.key2 = key2;
  }

  /** What was put under the values that `attributes` has for the keys; absent ones count as `undefined`. */
  get(attributes: Attributes): S | undefined {
    switch (this.width) {
      case 1:
        return this.root.get(attributes[this.key0]) as S | undefined;
      case 2: {
        const level = this.root.get(attributes[this.key0]) as Level | undefined;
        return level === undefined ? undefined : (level.get(attributes[this.key1]) as S | undefined);
      }
      case 3: {
        const level = this.root.get(attributes[this.key0]) as Level | undefined;
        if (level === undefined) return undefined;
        const next = level.get(attributes[this.key1]) as Level | undefined;
        return next === undefined ? undefined : (next.get(attributes[this.key2]) as S | undefined);
      }
      default:
        return this.#getMany(attributes);
    }
  }

  #getMany(attributes: Attributes): S | undefined {
    let level: unknown = this.root;
    for (const key of this.keys) {
      level = (level as Level).get(attributes[key]);
      if (level === undefined) return undefined;
    }
    return this.width === 0 ? (this.root.get(undefined) as S | undefined) : (level as S);
  }

  put(values: readonly unknown[], entry: S): void {
    let level = this.root;
    for (let index = 0; index < this.width - 1; index++) {
      let next = level.get(values[index]) as Level | undefined;
      if (next === undefined) {
        next = new Map();
        level.set(values[index], next);
      }
      level = next;
    }
    level.set(values[this.width - 1], entry);
  }

  clear(): void {
    this.root = new Map();
  }
}

/** A trie for objects whose keys are exactly these, in this order. */
interface Shape<S> {
  readonly trie: Trie<S>;
}

/** Objects of more different shapes than this are looked up anew each time. */
const mostShapes = 8;

/**
 * Leads from attribute objects of any keys to an `S`: by the shapes that such objects had before.
 *
 * The same attributes in another order are another shape, and lead to the same `S` because `store.ts` put it there.
 */
export class ShapeTries<S> {
  #shapes: Shape<S>[] = [];
  private latest: Shape<S> | undefined;

  get(attributes: Attributes): S | undefined {
    const latest = this.latest;
    if (latest !== undefined && hasKeys(attributes, latest.trie.keys)) return latest.trie.get(attributes);
    return this.#other(attributes);
  }

  put(keys: readonly string[], values: readonly unknown[], entry: S): void {
    let shape = this.#shapes.find(({ trie }) => sameKeys(trie.keys, keys));
    if (shape === undefined) {
      if (this.#shapes.length >= mostShapes) return;
      shape = { trie: new Trie(keys) };
      this.#shapes.push(shape);
    }
    shape.trie.put(values, entry);
    this.latest = shape;
  }

  clear(): void {
    this.#shapes = [];
    this.latest = undefined;
  }

  #other(attributes: Attributes): S | undefined {
    for (const shape of this.#shapes) {
      if (shape === this.latest || !hasKeys(attributes, shape.trie.keys)) continue;
      this.latest = shape;
      return shape.trie.get(attributes);
    }
    return undefined;
  }
}

/** Whether an object has exactly these enumerable keys, in this order. */
function hasKeys(attributes: Attributes, keys: readonly string[]): boolean {
  let index = 0;
  for (const key in attributes) {
    if (key !== keys[index]) return false;
    index++;
  }
  return index === keys.length;
}

function sameKeys(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((key, index) => key === other[index]);
}
