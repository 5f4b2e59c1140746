/** Texts that identify label sets, for maps. */
import type { Labels } from './history.js';

const emptyLabels: Labels = new Map();

/** By label set, the key of all its labels. Label sets of a history live as long as their series. */
const fullKeys = new WeakMap<Labels, string>();

/** Returns a text that is equal for equal label sets only. */
export function keyOf(labels: Labels): string {
  let key = fullKeys.get(labels);
  if (key === undefined) {
    const names = [...labels.keys()].sort();
    key = names.map((name) => `${part(name)}${part(labels.get(name) ?? '')}`).join('');
    fullKeys.set(labels, key);
  }
  return key;
}

/** Returns a text that is equal only for label sets with equal values of these labels. An absent label is empty. */
export function keyOn(labels: Labels, names: readonly string[]): string {
  // One value needs no length to be told from the next.
  if (names.length === 1) return labels.get(names[0] as string) ?? '';
  let key = '';
  for (const name of names) key += part(labels.get(name) ?? '');
  return key;
}

/** Returns only these labels. */
export function pick(labels: Labels, names: readonly string[]): Labels {
  if (names.length === 0) return emptyLabels;
  return withLabels(
    emptyLabels,
    names.map((name) => [name, labels.get(name) ?? '']),
  );
}

/** Returns the labels with others set. An empty value removes a label. */
export function withLabels(labels: Labels, others: Iterable<readonly [name: string, value: string]>): Labels {
  const all = new Map(labels);
  for (const [name, value] of others) {
    if (value === '') all.delete(name);
    else all.set(name, value);
  }
  return all;
}

function part(text: string): string {
  return `${text.length}:${text}`;
}
