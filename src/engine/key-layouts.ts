/**
 * Record path, second step of three for undeclared attributes: from an attribute object with any keys to its series.
 *
 * A key layout is a list of keys in a fixed order. Objects created at one place of a program share a layout.
 */
import type { Attributes } from '@opentelemetry/api';
import { type Trie, trieOf } from './lookup.js';

/** Trie for the objects that have exactly the keys of one layout, in its order. */
interface KeyLayout<S> {
  readonly trie: Trie<S>;
}

/** Maximum number of layouts. Objects of further layouts take the slow path of `store.ts` at every recording. */
const maxLayouts = 8;

/**
 * KeyLayoutTries maps attribute objects with any keys to an `S`, with one trie per key layout.
 *
 * The same attributes in another order have another layout; `store.ts` inserts the same `S` under both.
 */
export class KeyLayoutTries<S> {
  #layouts: KeyLayout<S>[] = [];
  private latest: KeyLayout<S> | undefined;

  get(attributes: Attributes): S | undefined {
    const latest = this.latest;
    if (latest !== undefined && hasKeys(attributes, latest.trie.keys)) return latest.trie.get(attributes);
    return this.#getFromOtherLayout(attributes);
  }

  insert(keys: readonly string[], values: readonly unknown[], target: S): void {
    let layout = this.#layouts.find(({ trie }) => sameKeys(trie.keys, keys));
    if (layout === undefined) {
      if (this.#layouts.length >= maxLayouts) return;
      layout = { trie: trieOf(keys) };
      this.#layouts.push(layout);
    }
    layout.trie.insert(values, target);
    this.latest = layout;
  }

  clear(): void {
    this.#layouts = [];
    this.latest = undefined;
  }

  #getFromOtherLayout(attributes: Attributes): S | undefined {
    for (const layout of this.#layouts) {
      if (layout === this.latest || !hasKeys(attributes, layout.trie.keys)) continue;
      this.latest = layout;
      return layout.trie.get(attributes);
    }
    return undefined;
  }
}

/** Reports whether an object has exactly these enumerable keys, in this order. */
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
