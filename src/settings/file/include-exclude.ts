/** Reads `included` and `excluded` lists of key patterns, and filters keys by them. */
import { wildcardExpression } from '../../model/wildcard.js';
import type { ConfigNode } from './config-node.js';

/** Patterns of keys: `*` matches any characters, `?` matches one. */
export interface IncludeExclude {
  readonly included: readonly string[] | undefined;
  readonly excluded: readonly string[] | undefined;
}

/** Reads the two lists below `node`. */
export function readIncludeExclude(node: ConfigNode): IncludeExclude {
  if (!node.hasOnly(['included', 'excluded'])) return { included: undefined, excluded: undefined };
  return { included: readStrings(node.at('included')), excluded: readStrings(node.at('excluded')) };
}

function readStrings(node: ConfigNode): readonly string[] | undefined {
  if (!node.isSet) return undefined;
  return node.items('a list of strings').flatMap((item) => {
    const text = item.isSet ? item.text() : item.invalid('a string');
    return text === undefined ? [] : [text];
  });
}

/** Returns a filter of keys. An absent `included` list includes every key; exclusion wins over inclusion. */
export function keyFilter({ included = ['*'], excluded = [] }: IncludeExclude): (key: string) => boolean {
  const toExpression = (pattern: string) => wildcardExpression(pattern, 's');
  const [includes, excludes] = [included.map(toExpression), excluded.map(toExpression)];
  return (key) => includes.some((pattern) => pattern.test(key)) && !excludes.some((pattern) => pattern.test(key));
}
