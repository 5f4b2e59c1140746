/** Record path, second step of three where no attributes are declared: from an attribute object of any keys to its series. */
import type { Attributes } from '@opentelemetry/api';
import { type Trie, trieOf } from './lookup.js';

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
      shape = { trie: trieOf(keys) };
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
