/** Reads option values of one table from a configuration file, validated by the table. */
import type { OptionTable } from '../../options/option.js';
import type { FileValue, FileValues } from '../../options/resolve.js';
import type { ConfigNode } from './config-node.js';

/** Collects validated values for the options of `table`. */
export class OptionValuesReader {
  readonly #table: OptionTable;
  readonly #values: Record<string, FileValue> = {};

  constructor(table: OptionTable) {
    this.#table = table;
  }

  get values(): FileValues {
    return this.#values;
  }

  /** Sets an option to the value of `node`. */
  set(name: string, node: ConfigNode): void {
    this.setTo(name, node.isSet ? node.value : undefined, node);
  }

  /** Sets an option to a value derived from `node`; `undefined` leaves the option unset. */
  setTo(name: string, value: unknown, node: ConfigNode): void {
    const option = this.#table[name];
    if (option === undefined) throw new Error(`unknown option ${name}`);
    if (value === undefined) return;
    if (option.accepts(value)) this.#values[name] = node.fileValue(value);
    else node.invalid(option.describe?.(value, {}).expected ?? option.expected, option);
  }

  /** Sets an otelier option. Also accepts the text form of a variable, so that one `${NAME}` can hold a list or pairs. */
  setFromText(name: string, node: ConfigNode): void {
    const option = this.#table[name];
    if (!node.isSet || option === undefined) return;
    const parsed = typeof node.value === 'string' && !option.accepts(node.value) ? option.parse(node.value) : undefined;
    this.setTo(name, parsed ?? node.value, node);
  }
}

/** Reads the options of a table under their names in a file: `timeoutMs` is `timeout_ms`. */
export function readTable(node: ConfigNode, table: OptionTable, names = Object.keys(table)): FileValues {
  const namesInFile = new Map(names.map((name) => [snakeCase(name), name]));
  const reader = new OptionValuesReader(table);
  if (!node.hasOnly([...namesInFile.keys()])) return {};
  for (const [key, name] of namesInFile) reader.setFromText(name, node.at(key));
  return reader.values;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
