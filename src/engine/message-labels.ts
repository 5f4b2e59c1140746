/** Names of instruments and attributes as log messages show them. */
import type { InstrumentKind } from '../model/instrument.js';

const maxLength = 80;

/** Quotes a name that the application chose: control characters are escaped, long names are truncated. */
export function quoted(name: string): string {
  return JSON.stringify(name.length <= maxLength ? name : `${name.slice(0, maxLength)}…`);
}

/** Returns the kind and name of an instrument: `counter "shop.orders"`. */
export function labelOf({ kind, name }: { readonly kind: InstrumentKind; readonly name: string }): string {
  return `${kind} ${quoted(name)}`;
}
