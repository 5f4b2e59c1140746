/** Reads comma-separated `key=value` pairs, such as `attributes_list` and `headers_list`. */
import { pairsOption } from '../../options/pairs-option.js';
import type { ConfigNode } from './config-node.js';

/** Returns the pairs in the text of `node`, in the format of OpenTelemetry's variables; `secret` redacts them in errors. */
export function readPairs(node: ConfigNode, secret: boolean): Readonly<Record<string, string>> | undefined {
  const option = pairsOption({ description: '', default: {}, secret });
  const text = node.text(option.expected, secret);
  if (text === undefined) return undefined;
  return option.parse(text) ?? node.invalid(option.expected, { secret });
}
