/** Names and texts of selectors in PromQL. */
import { wellFormed } from '../../naming/escaping.js';

/** Words that PromQL does not read as a name where an expression begins. */
const words =
  /^(?:nan|inf|on|ignoring|by|without|offset|bool|group_left|group_right|and|or|unless|atan2|start|end|sum|avg|min|max|count|count_values|stddev|stdvar|topk|bottomk|quantile|group|limitk|limit_ratio)$/i;

/** Returns a selector. A name with other characters than those of the classic syntax is quoted, as in Prometheus 3. */
export function selectorOf(name: string, conditions: readonly string[] = []): string {
  if (words.test(name)) return `{${[`__name__=${quoted(name)}`, ...conditions].join(', ')}}`;
  if (!/^[a-zA-Z_:][a-zA-Z0-9_:]*$/.test(name)) return `{${[quoted(name), ...conditions].join(', ')}}`;
  return conditions.length === 0 ? name : `${name}{${conditions.join(', ')}}`;
}

/** Returns a double-quoted text. */
export function quoted(text: string): string {
  const escaped = wellFormed(text)
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    // Prometheus takes it for an invalid character.
    .replaceAll('\ufffd', '\\ufffd');
  return `"${escaped}"`;
}
