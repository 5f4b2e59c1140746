/** What a file says of the options of one table, gathered and checked by what the options accept. */
import type { OptionTable } from '../../options/option.js';
import type { Written, WrittenOptions } from '../../options/resolve.js';
import type { Place } from './place.js';

/** Gathers what a file says of `table`. */
export class OptionSheet {
  readonly #table: OptionTable;
  readonly #written: Record<string, Written> = {};

  constructor(table: OptionTable) {
    this.#table = table;
  }

  get written(): WrittenOptions {
    return this.#written;
  }

  /** Sets an option to what stands at `place`. */
  set(name: string, place: Place): void {
    this.setTo(name, place.isSet ? place.value : undefined, place);
  }

  /** Sets an option to what follows from `place`; `undefined` leaves it alone. */
  setTo(name: string, value: unknown, place: Place): void {
    const option = this.#table[name];
    if (option === undefined) throw new Error(`There is no option ${name}.`);
    if (value === undefined) return;
    if (option.accepts(value)) this.#written[name] = place.written(value);
    else place.wrong(option.expected, option.secret);
  }

  /** Sets an option of ours: also from the text that a variable would have, for lists and pairs in one `${NAME}`. */
  setAsWritten(name: string, place: Place): void {
    const option = this.#table[name];
    if (!place.isSet || option === undefined) return;
    const parsed =
      typeof place.value === 'string' && !option.accepts(place.value) ? option.parse(place.value) : undefined;
    this.setTo(name, parsed ?? place.value, place);
  }
}

/** A table by the names that its options have in a file: `timeoutMs` is `timeout_ms`. */
export function readTable(place: Place, table: OptionTable, names = Object.keys(table)): WrittenOptions {
  const inFile = new Map(names.map((name) => [snakeCase(name), name]));
  const sheet = new OptionSheet(table);
  if (!place.hasOnly([...inFile.keys()])) return {};
  for (const [key, name] of inFile) sheet.setAsWritten(name, place.at(key));
  return sheet.written;
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
