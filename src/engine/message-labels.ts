/** Names of instruments and attributes as log messages show them. */
import { type Made, makerOf } from '../catalogue/other-calls.js';
import { cut } from '../errors.js';

const maxLength = 80;

/** Quotes a name that the application chose: control characters are escaped, long names are cut in their middle. */
export function quoted(name: string): string {
  return JSON.stringify(cut(name, maxLength));
}

/** Name and maker of an instrument. */
export interface Named extends Made {
  readonly name: string;
}

/** Returns the maker and the name of an instrument: `counter "shop.orders"`, `stateSet "app.phase"`. */
export function labelOf(instrument: Named): string {
  return `${makerOf(instrument)} ${quoted(instrument.name)}`;
}
